"""What a filed file is waiting for while it is checked: the one term for it, on every page and in every list."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from calls.enums import ApplicationState

if TYPE_CHECKING:
    from calls.models.application import Application


@dataclass(frozen=True)
class Situation:
    """What a badge says of a file at the Région: finer than its state while complements come and go."""

    level: str
    icon: str
    label: str


def situation_of(application: "Application", today: date) -> Situation | None:
    """The situation of a file that is being checked; None when its state says it all. Works on prefetched requests."""
    request = application.open_completion_request
    was_asked = any(not asked.is_cancelled for asked in application.completion_requests.all())
    return situation(application.state, request.due_on if request else None, was_asked, today, is_rewritten=application.is_rewritten)


def situation(state: str, due_on: date | None, was_asked: bool, today: date, *, is_rewritten: bool = False) -> Situation | None:
    """The same from values: the date of the request still open, and whether there was ever one not taken back."""
    if state != ApplicationState.SUBMITTED:
        return None
    if is_rewritten:
        return Situation("info", "pencil-square", "Déposé, nouvelle version en cours")
    if due_on:
        if due_on < today:
            return Situation("err", "exclamation-circle", "Compléments en retard")
        return Situation("warn", "clock", "Compléments attendus")
    return Situation("info", "bell", "Compléments reçus") if was_asked else None
