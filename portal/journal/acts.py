"""Names of the acts that the journal keeps, for the people who read a history."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from django.db.models import Model

from portal.text.dates import day, moment
from portal.text.french import NOTHING
from portal.workflow.machine import transitions_of

Detail = Callable[[dict], str]  # from the data of a line, in words; raises one of UNTOLD where an earlier line has not kept them so
UNTOLD = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)

_labels: dict[str, str] = {}
_told_to_applicants: set[str] = set()
_details: dict[str, Detail] = {}
_kept_to_the_journal: set[str] = set()
_moves: dict[str, dict[str, str]] = {}  # by model, what its `done` does not say as a history would
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>[ T].+)?")  # as the journal keeps it; a reference made of digits is none
_FIRST = re.compile(r"[\s\u00a0\u202f]*[.:;](?:\s|$)")
_PASSIVE = re.compile(r"(?:L[ea]s? |L’)(?P<what>.+?) (?:est|sont) (?P<how>.+)")


def register(labels: Mapping[str, str], *, told_to_applicants: Iterable[str] = ()) -> None:
    """Name acts that are no transitions (`{"file_added": "Pièce ajoutée"}`); say which ones a school may read on its own file."""
    _labels.update(labels)
    _told_to_applicants.update(told_to_applicants)


def register_moves(model: type[Model], labels: Mapping[str, str]) -> None:
    """Name transitions as histories tell them (`{"deliver_part": "Livraison partielle enregistrée"}`): those whose `done` speaks to the
    person who pressed, or that have none because their page says more.
    """
    _moves.setdefault(model._meta.label_lower, {}).update(labels)


def register_details(details: Mapping[str, Detail], *, kept_to_the_journal: Iterable[str] = ()) -> None:
    """Say of these acts on what or on whom they bear: what follows their name, read in the data of their line.

    Those `kept_to_the_journal` are told there alone: the page of their object is read by people to whom a file may be hidden.
    """
    _details.update(details)
    _kept_to_the_journal.update(kept_to_the_journal)


def detail_of(action: str, data: dict, *, in_journal: bool = False) -> str:
    """What completes the name of an act (« Anne Colin, pour la DRAAF »); empty when the line says nothing more, or is withheld."""
    if action not in _details or (action in _kept_to_the_journal and not in_journal):
        return ""
    try:
        return _details[action](data)
    except UNTOLD:
        return ""


def named(value: dict) -> str:
    """The name under which a line has kept an object."""
    return str(value["label"])


def changed(values: Mapping) -> str:
    """What a line has kept as it was before and as it is after: « 5 → 9 »."""
    return f"{said(values['before'])} → {said(values['after'])}"


def said(value: object) -> str:
    """A value that a line has kept, in words: days and instants as French writes them."""
    if value in (None, ""):
        return NOTHING
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    try:
        return str(value) if found is None else moment(datetime.fromisoformat(value)) if found["time"] else day(date.fromisoformat(value))
    except ValueError:
        return str(value)


def past(done: str) -> str:
    """What was done, from the sentence said after the press: « Le visa est demandé. » gives « Visa demandé ». Its first clause alone."""
    clause = _FIRST.split(done, maxsplit=1)[0]
    found = _PASSIVE.fullmatch(clause)
    said = f"{found['what']} {found['how']}" if found else clause
    return said[:1].upper() + said[1:]


def registered() -> set[str]:
    """The acts that have a name beside the transitions."""
    return set(_labels)


def labels_of(obj: Model) -> dict[str, str]:
    """Every known act of an object as what was done, a past participle: its transitions and the acts registered."""
    moves = _moves.get(obj._meta.label_lower, {})
    return _labels | {name: past(custom["done"]) for name, custom in _transitions(obj) if "done" in custom} | moves


def known_to_applicant(obj: Model) -> set[str]:
    """Acts that the school may read: what it does, what it is told of. Internal steps of the jury are left out."""
    own = {name for name, custom in _transitions(obj) if custom.get("notify") or not custom.get("hidden")}
    return own | _told_to_applicants


def fallback(action: str) -> str:
    """A readable name for an act that nobody named."""
    return action.replace("_", " ").capitalize()


def _transitions(obj: Model) -> list[tuple[str, dict]]:
    return [(t.name, t.custom) for t in transitions_of(obj)] if hasattr(obj, "get_all_state_transitions") else []
