"""Columns of the list of threads."""

from portal.text import dates
from portal.text.french import count
from portal.text.typography import typo
from portal.threads.models import Thread
from portal.ui.tables import Column, own_page
from portal.ui.templatetags.ui import badge, badge_of


def waited(thread: Thread) -> str:
    """How long an answer has been awaited; nothing where none is."""
    if not thread.is_awaited or thread.is_inside:
        return ""
    days = thread.days_waited
    return f"depuis {count(days, 'jour ouvré', 'jours ouvrés')}" if days else "depuis aujourd’hui"


def _label(thread: Thread) -> str:
    return typo(thread.label)


def _school(thread: Thread) -> str:
    return typo(f"{thread.establishment.name}, {thread.establishment.commune_name}")


def _readers(thread: Thread) -> str:
    return badge("accent", "Interne", icon="lock-closed") if thread.is_inside else "Lycée et Région"


def _unread(thread: Thread) -> str:
    return badge("info", "Non lu", icon="envelope") if thread.is_unread else ""


THREADS = [
    Column("objet", "Échange", _label, link=own_page, small=_school, css="w", row_header=True),
    Column("tour", "Tour", lambda thread: badge_of(thread), small=waited),
    Column("lecteurs", "Lecteurs", _readers, only="is_staff"),
    Column("non-lu", "Lecture", _unread, format=lambda value: value, narrow=""),
    Column("dernier", "Dernier message", "last_post_at", dates.moment),
]
