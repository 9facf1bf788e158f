"""An officer answers the points of the checklist that a person ticks; what was answered before is kept."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.conditioned.ticked_lines import ticked_in
from calls.enums import ApplicationState, TickAnswer
from calls.models import AdmissibilityTick, Application
from calls.workflows.ticked import ticked_points
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed

Answers = Mapping[str, tuple[str, str]]  # key of a line: a TickAnswer, a remark


@transaction.atomic
def tick_points(*, application: Application, answers: Answers, actor: User, check: Check = believed) -> int:
    """Write the answers that say something new, or that are given again after the file has changed; returns how many. The others stay as they are.

    Raises PermissionDenied, and TransitionRefused: pronounced already, or when `check` refuses what the page showed.
    """
    if not rules.instructs_file(application, actor):
        raise PermissionDenied("tick_points")
    locked = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    if locked.state != ApplicationState.SUBMITTED:
        raise TransitionRefused([f"La recevabilité ne se coche plus : le dossier est « {locked.get_state_display()} »."], wrong_state=True)
    check()
    said = []
    for point in ticked_points(locked):
        answer, remark = answers.get(point.line.key, ("", ""))
        stands = point.is_ticked and (point.tick.answer, point.tick.remark) == (answer, remark)
        if answer and not stands:
            AdmissibilityTick.objects.filter(application=locked, line_key=point.line.key, is_current=True).update(is_current=False)
            AdmissibilityTick.objects.create(application=locked, line_key=point.line.key, answer=answer, remark=remark, ticked_by=actor)
            said.append({"line": point.line.label, "answer": TickAnswer(answer).label})
    if said:
        recorder.record(locked, "tick_points", actor=actor, data={"points": said})
    return len(said)


def outdate_ticks(application: Application) -> None:
    """The Région has received something else: what was ticked is to be looked at again. No query for a call without ticked lines.

    A version that says the same as the one before, of which only the points of a request were answered, changes nothing to what was ticked.
    """
    if not ticked_in(application.call.admissibility_lines):
        return
    last = list(application.versions.received().order_by("-number").values_list("sha256", flat=True)[:2])
    if len(set(last)) == len(last):
        application.admissibility_ticks.filter(is_current=True).update(is_outdated=True)
