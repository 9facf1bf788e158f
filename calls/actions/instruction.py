"""What a case officer does to a file beside pronouncing its admissibility."""

from collections.abc import Callable, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.actions.completion_lines import AskedLine, keep_lines
from calls.enums import ReasonUse
from calls.models import Application, CompletionRequest, GivenReason
from calls.queries import people
from calls.reasons import Wording
from portal.accounts.models import User
from portal.journal import recorder
from portal.threads.actions import hand_over
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.seen import Check, believed


@transaction.atomic
def open_completion_request(
    *, application: Application, fields: list[str], message: str, due_on: date, actor: User, check: Callable | None = None,
    lines: Sequence[AskedLine] = (),
) -> Application:  # fmt: skip
    """Ask the school for complements: `fields` are the only questions that it may change, until `due_on`. `check`: as `perform` asks it.

    `lines`: the points that are asked; one for each question, explained by `message`, where there is none.

    Raises TransitionRefused (a request is already open, the file is no longer being checked) and PermissionDenied.
    """
    request = CompletionRequest(application=application, fields=fields, message=message, due_on=due_on, opened_by=actor)
    said = "\n".join(filter(None, [message, *(_point_in_words(application, line) for line in lines)]))
    fresh = perform(application, "request_completion", actor=actor, reason=said, request=request, check=check)
    keep_lines(request, lines)
    return fresh


def _point_in_words(application: Application, line: AskedLine) -> str:
    """One point as the journal keeps it: on what, then what is asked of it. "" for the whole file, that the message asks."""
    question = application.questionnaire.schema.question(line.key) if line.key else None
    if question is None:
        return line.wording.text
    on = f"« {question.label} »" + (f", {line.need}" if line.need else "")
    return f"{on} : {line.wording.text}" if line.wording.text else on


def declare_inadmissible(*, application: Application, wording: Wording, actor: User, check: Callable | None = None) -> Application:
    """Refuse the file; `wording` is what the school reads. `check`: as `perform` asks it. Raises TransitionRefused and PermissionDenied."""
    given = GivenReason.of(application, ReasonUse.INADMISSIBILITY, wording)
    return perform(application, "declare_inadmissible", actor=actor, reason=wording.text, motive=wording.text, given=given, check=check)


@transaction.atomic
def assign_officer(*, application: Application, officer: User | None, actor: User, check: Check = believed, reason: str = "") -> None:
    """Give the file to an officer of its perimeter, or to nobody. Doing it twice writes nothing. Threads that await the Région await this person then.

    Raises PermissionDenied when the actor neither instructs the file nor manages its call, TransitionRefused when the
    officer's perimeter does not cover the lycée, or when `check` refuses what the page showed.
    """
    if not rules.assigns_file(application, actor):
        raise PermissionDenied("assign_officer")
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if locked.officer_id == (officer.pk if officer else None):
        return
    check()
    if officer and not people.officers_for(locked.establishment).filter(pk=officer.pk).exists():
        raise TransitionRefused([f"{officer} n’instruit pas les dossiers de ce périmètre."])
    Application.objects.filter(pk=locked.pk).update(officer=officer)
    recorder.record(locked, "assign_officer", actor=actor, reason=reason, data={"officer": officer})
    hand_over(locked)
