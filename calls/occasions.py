"""When a passage of a call may happen: what its clock and its files allow, whoever asks."""

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from calls.enums import ApplicationState
from portal.journal.queries import last_act
from portal.text.dates import figures, hour
from portal.text.french import count
from portal.workflow.requirements import occasion

if TYPE_CHECKING:
    from calls.models import Call


@occasion
def call_is_over(call: "Call") -> list[str]:
    """No file may arrive any more: the clock alone brings it."""
    if timezone.now() > call.last_deadline:
        return []
    until = f"jusqu’au {figures(call.last_deadline)} à {hour(call.last_deadline)}"
    if timezone.now() > call.deadline:
        return [f"L’appel est prolongé pour un lycée au moins, {until} : l’instruction s’ouvre ensuite."]
    return [f"L’appel est ouvert {until} : l’instruction s’ouvre après sa clôture."]


@occasion
def no_file_is_filed(call: "Call") -> list[str]:
    return ["Des dossiers sont déjà déposés."] if call.applications.filter(state__in=ApplicationState.FILED).exists() else []


@occasion
def no_file_is_examined(call: "Call") -> list[str]:
    """The instruction is taken back only while no lycée has heard of it; what was asked or said before it was opened is no part of it."""
    opened = last_act(call, "start_instruction")
    since = opened.at if opened else call.created_at
    pronounced = Q(state__in=ApplicationState.EXAMINED) & (Q(checked_at__isnull=True) | Q(checked_at__gte=since))
    asked = Q(completion_requests__opened_at__gte=since) | Q(completion_requests__cancelled_at__gte=since)
    examined = call.applications.filter(pronounced | asked).distinct().count()
    if not examined:
        return []
    return [f"L’instruction a commencé : {count(examined, 'dossier est', 'dossiers sont')} déjà examiné{'s' if examined > 1 else ''}."]


@occasion
def no_file_is_left(call: "Call") -> list[str]:
    """A call ends without a jury when every file is inadmissible, withdrawn or was never filed."""
    if call.applications.filter(state=ApplicationState.SUBMITTED).exists():
        return ["La recevabilité de certains dossiers reste à prononcer."]
    return ["Des dossiers sont recevables : le jury les examine."] if call.applications.before_jury().exists() else []
