"""A page opened before somebody else changed what it shows: nothing is removed unseen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from django.db.models import Model

from portal.text.dates import moment
from portal.workflow.gate import TransitionRefused

SEEN = "seen"  # the hidden field of a form that removes or edits: `{% seen row %}`, `{% seen form %}`
Check = Callable[[], None]  # asked by an action once its row is locked; raises TransitionRefused when the page showed something else


def believed() -> None:
    """The check of a caller that showed nothing to anybody."""


class Authored(Protocol):
    """A line of the journal: who did it, and when."""

    actor_label: str
    at: datetime


@dataclass(frozen=True)
class Written:
    """Who wrote, and when, where another journal than the portal's has it."""

    actor_label: str
    at: datetime


def mark_of(rows: Model | Iterable[Model]) -> str:
    """What a page keeps of the rows that it shows: a fingerprint of their values."""
    shown = [rows] if isinstance(rows, Model) else list(rows)
    values = [(row._meta.label, [str(field.value_from_object(row)) for field in row._meta.concrete_fields]) for row in shown]
    return sha256(repr(sorted(values)).encode()).hexdigest()[:24]


def refuse_unseen(seen: str | None, rows: Model | Iterable[Model], *, now: str, act: Authored | None = None) -> None:
    """For an action that has just locked what it removes. `now` says what stands, `act` who changed it last, where the journal has it.

    Raises TransitionRefused when the page showed something else; a page that says nothing of what it showed is believed.
    """
    if seen is None or seen == mark_of(rows):
        return
    who = f"{act.actor_label} a changé ceci le {moment(act.at)}" if act else "Ceci a changé"
    raise TransitionRefused([f"{who}, après l’ouverture de votre page. Désormais : {now}. Relisez, puis recommencez."], wrong_state=True)
