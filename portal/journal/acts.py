"""Names of the acts that the journal keeps, for the people who read a history."""

from collections.abc import Iterable, Mapping

from django.db.models import Model

from portal.workflow.machine import transitions_of

_labels: dict[str, str] = {}
_told_to_applicants: set[str] = set()


def register(labels: Mapping[str, str], *, told_to_applicants: Iterable[str] = ()) -> None:
    """Name acts that are no transitions (`{"file_added": "Pièce ajoutée"}`); say which ones a school may read on its own file."""
    _labels.update(labels)
    _told_to_applicants.update(told_to_applicants)


def registered() -> set[str]:
    """The acts that have a name beside the transitions."""
    return set(_labels)


def labels_of(obj: Model) -> dict[str, str]:
    """Every known act of an object: its transitions, under their own labels, and the acts registered."""
    return _labels | {name: custom["label"] for name, custom in _transitions(obj) if "label" in custom}


def known_to_applicant(obj: Model) -> set[str]:
    """Acts that the school may read: what it does, what it is told of. Internal steps of the jury are left out."""
    own = {name for name, custom in _transitions(obj) if custom.get("notify") or not custom.get("hidden")}
    return own | _told_to_applicants


def fallback(action: str) -> str:
    """A readable name for an act that nobody named."""
    return action.replace("_", " ").capitalize()


def _transitions(obj: Model) -> list[tuple[str, dict]]:
    return [(t.name, t.custom) for t in transitions_of(obj)] if hasattr(obj, "get_all_state_transitions") else []
