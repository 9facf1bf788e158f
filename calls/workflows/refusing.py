"""What a lycée may still send when its file is declared inadmissible: said on the page of the act, and confirmed by a tick."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from calls import checks
from calls.checks import FollowingItem
from portal.text.dates import day

if TYPE_CHECKING:
    from calls.models import Application


def still_awaited(application: "Application", following: Iterable[FollowingItem]) -> list[str]:
    """The days that the Région gave and that have not passed, one sentence each. No query where the requests are prefetched.

    `following`: what is still to follow of what was received.
    """
    request = application.open_completion_request
    told = []
    if request and not request.is_late:
        told.append(f"Le lycée a encore jusqu’au {day(request.due_on)} inclus pour envoyer les compléments demandés.")
    told += [f"« {item.label} » peut encore suivre jusqu’au {day(item.until)} inclus." for item in following if not item.is_late]
    return told


def sure_to_refuse(application: "Application") -> str:
    """The sentence of the box to tick first; "" where nothing is awaited any more. One query where something may follow the filing."""
    awaited = still_awaited(application, checks.following_filed(application))
    return " ".join([*awaited, "Je déclare le dossier irrecevable sans attendre."]) if awaited else ""
