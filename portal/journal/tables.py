"""Columns of the journal. A row is an entry, the name of its act and the kind of its subject."""

from django.template.defaultfilters import truncatechars
from django.utils.html import format_html

from portal.journal import acts
from portal.journal.models import JournalEntry
from portal.text import dates, french
from portal.ui.tables import Column


def _date(row: tuple[JournalEntry, str, str]) -> str:
    entry, label, _ = row
    at = dates.moment(entry.at)
    return format_html('<a href="{}">{}<span class="visually-hidden">, {}</span></a>', entry.get_absolute_url(), at, label)


def _rank(row: tuple[JournalEntry, str, str]) -> str:
    sequence = row[0].sequence
    return french.number(sequence) if sequence else format_html('<span class="pr-meta">{}</span>', "en attente")


def _detail(row: tuple[JournalEntry, str, str]) -> str:
    entry = row[0]
    return truncatechars(acts.detail_of(entry.action, entry.data, in_journal=True), 160)


ENTRIES = [
    Column("date", "Date", _date, css="w", row_header=True),
    Column("auteur", "Auteur", lambda row: row[0].actor_label),
    Column("acte", "Acte", lambda row: row[1], small=_detail, css="w"),
    Column("objet", "Objet", lambda row: row[0].subject_label, small=lambda row: row[2], css="w"),
    Column("motif", "Motif", lambda row: truncatechars(row[0].reason, 120), css="w"),
    Column("rang", "Rang", _rank, css="n"),
]
