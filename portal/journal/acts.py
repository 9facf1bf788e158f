"""Names of the acts that the journal keeps, for the people who read a history."""

import re
from collections.abc import Iterable, Mapping

from django.db.models import Model

from portal.workflow.machine import transitions_of

_labels: dict[str, str] = {}
_told_to_applicants: set[str] = set()
_moves: dict[str, dict[str, str]] = {}  # by model, what its `done` does not say as a history would
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
