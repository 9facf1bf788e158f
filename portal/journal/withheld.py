"""Lines whose content is not for every reader of the journal: that the act was done is told, what was written is not.

A higher app says which when it starts; without it, every line is read whole. The lines themselves stay whole, and sealed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from portal.journal.models import JournalEntry


@dataclass(frozen=True)
class Withheld:
    """Lines that meet `lines()`, a condition on entries that runs in the same query; `instead` is read in place of their reason and data.

    The condition may name `subject_number`: the key of the object where it is a number, null otherwise. `label` takes the place of the name of their object, where that name is itself what is withheld;
    `author` that of who acted, where that tells the object.
    """

    lines: Callable[[], Q]
    instead: str
    label: str = ""
    author: str = ""


_withheld: list[Withheld] = []


def register(lines: Callable[[], Q], *, instead: str, label: str = "", author: str = "") -> None:
    """Withhold the content of the lines that meet `lines()` from the staff; `instead` is the sentence that they read."""
    _withheld.append(Withheld(lines, instead, label, author))


def marked(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    """The same lines, in the same query, each with what `blanked` needs to know of it."""
    number = Case(When(subject_id__regex=r"^[0-9]{1,18}$", then=Cast("subject_id", BigIntegerField())), default=None)
    ranks = [When(kept.lines(), then=Value(rank)) for rank, kept in enumerate(_withheld)]
    return entries.alias(subject_number=number).annotate(withheld_rank=Case(*ranks, default=None, output_field=IntegerField()))


def blanked(entries: Iterable[JournalEntry]) -> list[JournalEntry]:
    """Lines read through `marked`, those withheld without reason nor data, in memory alone. To be shown, never saved."""
    found = list(entries)
    for entry in found:
        if entry.withheld_rank is not None:
            kept = _withheld[entry.withheld_rank]
            entry.reason, entry.data, entry.instead = "", {}, kept.instead
            entry.subject_label = kept.label or entry.subject_label
            if kept.author:
                entry.actor, entry.actor_label, entry.subject_id = None, kept.author, ""
    return found


def by_nobody() -> Q:
    """Among `marked` lines, those whose author is withheld: a search by person must not find them."""
    hidden = Q(pk__in=())
    for kept in _withheld:
        hidden |= kept.lines() if kept.author else Q(pk__in=())
    return hidden


def not_found_by(typed: str) -> Q:
    """Among `marked` lines, those that a search for `typed` must not find: it would say what they hold.

    Those whose object bears that name are found.
    """
    hidden = Q(pk__in=())
    for kept in _withheld:
        hidden |= kept.lines() if kept.label else kept.lines() & ~Q(subject_label__icontains=typed)
    return hidden
