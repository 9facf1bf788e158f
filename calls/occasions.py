"""When a passage of a call, or of a file, may happen: what its clock and its files allow, whoever asks."""

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from calls.enums import ApplicationState, CallState
from portal import working_days
from portal.journal.queries import last_act
from portal.text.dates import figures, hour
from portal.text.french import count
from portal.workflow.readiness import Effects
from portal.workflow.requirements import Occasion, occasion

if TYPE_CHECKING:
    from calls.models import Application, Call


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
def scoring_has_not_begun(application: "Application") -> list[str]:
    if application.call.is_unsuccessful:
        return ["L’appel est déclaré infructueux."]
    return [] if application.call.is_before_scoring else ["La notation de cet appel est ouverte."]


@occasion
def scoring_is_open(application: "Application") -> list[str]:
    return [] if application.call.is_scored else ["La notation de cet appel n’est pas ouverte."]


@occasion
def was_never_filed(application: "Application") -> list[str]:
    return ["Ce dossier a été déposé : demandez à la Région de le rétablir."] if application.submitted_at else []


@occasion
def was_filed(application: "Application") -> list[str]:
    return [] if application.submitted_at else ["Ce dossier n’a jamais été déposé."]


@occasion
def visa_may_be_asked_again(application: "Application") -> list[str]:
    """Once a working day at most, and not on the day when it was asked: its signers have a mail already."""
    asked = last_act(application, "request_approval", "remind_visa", "request_new_visa", "remind_new_visa")
    if asked is None or working_days.between(timezone.localdate(asked.at), timezone.localdate()) > 0:
        return []
    return [f"Le visa a été demandé ou rappelé le {figures(asked.at)} : vous pourrez le rappeler le prochain jour ouvré."]


reminding_visa = Effects(
    "Le visa est demandé de nouveau, par courriel, à qui peut le donner. Le dossier ne change pas.",
    "Vous pourrez le rappeler encore le prochain jour ouvré.",
)


@occasion
def no_file_is_left(call: "Call") -> list[str]:
    """A call ends without a jury when every file is inadmissible, withdrawn or was never filed."""
    if call.applications.filter(state=ApplicationState.SUBMITTED).exists():
        return ["La recevabilité de certains dossiers reste à prononcer."]
    return ["Des dossiers sont recevables : le jury les examine."] if call.applications.before_jury().exists() else []


@occasion
def lycee_is_closed(application: "Application") -> list[str]:
    return [] if application.establishment.is_closed else ["Ce lycée est ouvert : c’est son chef d’établissement qui répond."]


@occasion
def aid_is_granted(application: "Application") -> list[str]:
    return [] if application.is_awarded else ["Aucune aide n’est attribuée à ce dossier."]


@occasion
def no_answer_is_awaited(application: "Application") -> list[str]:
    """A closed file takes no answer any more: the lycée gives its own first."""
    if application.state != ApplicationState.DECIDED or not application.is_awarded:
        return []
    if application.establishment.is_closed:
        return ["Le lycée est fermé et n’a pas répondu : déclinez d’abord l’aide en son nom."]
    return ["Le lycée n’a pas répondu : son chef d’établissement accepte l’aide ou la décline d’abord."]


@occasion
def results_stand(application: "Application") -> list[str]:
    """An aid comes back while its call lives; the money that an archived one gave back is spent elsewhere."""
    return [] if application.call.state == CallState.RELEASED else ["L’appel n’est plus en cours : l’aide déclinée ne se rétablit plus."]


def _closed_from(name: str, state: ApplicationState) -> Occasion:
    """What a closed file was before: it goes back there and nowhere else."""

    def check(application: "Application") -> list[str]:
        return [] if application.state_before_closing == state else [f"Ce dossier n’était pas « {state.label} » quand il a été clos."]

    check.__name__ = name
    return Occasion(check)


was_decided = _closed_from("was_decided", ApplicationState.DECIDED)
was_accepted = _closed_from("was_accepted", ApplicationState.ACCEPTED_BY_SCHOOL)
was_declined = _closed_from("was_declined", ApplicationState.DECLINED_BY_SCHOOL)
was_inadmissible = _closed_from("was_inadmissible", ApplicationState.INADMISSIBLE)
