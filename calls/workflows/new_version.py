"""When a filed file may be written anew, and what each step of its new version needs (docs/adr/0055)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from calls import checks
from calls.enums import CallState, Rewriting
from portal.journal.queries import last_act
from portal.text.dates import figures, hour
from portal.workflow.requirements import occasion, requirement

if TYPE_CHECKING:
    from calls.models import Application

LATEST_ARRIVAL = timedelta(minutes=2)  # after the deadline: a request that arrived in time may still be on its way to the lock


@occasion
def may_be_reopened(application: "Application") -> list[str]:
    """While its call takes files from its lycée, and as long as the Région has neither asked nor pronounced anything."""
    if application.rewriting:
        return ["Une nouvelle version de ce dossier est déjà en cours."]
    if gaps := checks.sending_gaps(application):
        return gaps
    if any(not request.is_cancelled for request in application.completion_requests.all()):
        return ["L’instruction a commencé : la Région a demandé des compléments. Répondez-lui par les compléments."]
    if last_act(application, "declare_admissible", "declare_inadmissible"):
        return ["L’instruction a commencé : la Région s’est prononcée sur ce dossier."]
    return []


@occasion
def is_open(application: "Application") -> list[str]:
    return [] if application.rewriting else ["Aucune nouvelle version de ce dossier n’est en cours."]


@occasion
def is_written(application: "Application") -> list[str]:
    if application.rewriting == Rewriting.WRITING:
        return []
    return ["Le visa de la nouvelle version est déjà demandé."] if application.rewriting else is_open.missing(application)


@occasion
def awaits_visa(application: "Application") -> list[str]:
    if application.rewriting == Rewriting.VISA:
        return []
    return ["Le visa de la nouvelle version n’est pas demandé."] if application.rewriting else is_open.missing(application)


@occasion
def visa_is_not_given(application: "Application") -> list[str]:
    return ["Le visa de la nouvelle version est déjà donné."] if application.reapproved_at else []


@requirement("the head, or a delegate, by the visa")
def visa_is_given(application: "Application") -> list[str]:
    if application.reapproved_at or not application.call.requires_approval:
        return []
    return ["Il manque le visa du chef d’établissement sur la nouvelle version."]


@requirement("the lycée, in its form")
def something_changed(application: "Application") -> list[str]:
    """A version that says what the filed one says would replace it for nothing."""
    keys = [question.key for question in application.questionnaire.schema.questions]
    whole = checks.with_content(application)
    asked = [question.key for question in checks.asked_in(whole, checks.given_in(whole)).questions]
    if application.submitted_version is None or len(checks.unchanged_questions(whole, keys)) < len(asked):
        return []
    return ["Rien n’a changé depuis la version déposée : modifiez une réponse, ou renoncez à la nouvelle version."]


def may_still_come(application: "Application") -> bool:
    """Whether the new version of a file can still be filed, by the clock."""
    call = application.call
    return call.state == CallState.PUBLISHED and timezone.now() <= application.deadline + LATEST_ARRIVAL


@occasion
def comes_too_late(application: "Application") -> list[str]:
    return ["L’appel reçoit encore la nouvelle version."] if may_still_come(application) else is_open.missing(application)


@requirement("the lycée, by filing its new version or giving it up; the clock, at the closing")
def lycee_is_not_rewriting(application: "Application") -> list[str]:
    """What is being replaced is not examined; once the closing has passed, what was filed stands and is."""
    if not application.rewriting or not may_still_come(application):
        return []
    until = f"{figures(application.deadline)} à {hour(application.deadline)}"
    return [f"Le lycée écrit une nouvelle version de ce dossier, jusqu’au {until} au plus tard : l’instruction l’attend."]
