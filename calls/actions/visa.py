"""A file goes back to its team with remarks, that the team ticks off as it mends them."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls import rules
from calls.models import Application, VisaRemark
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused, perform


@transaction.atomic
def return_to_team(
    *, application: Application, reason: str, remarks: Mapping[str, str], actor: User, name: str = "return_to_team"
) -> Application:
    """Give the file back with one general remark, `reason`, and those on questions, by key. `name`: the transition, another one for the new version of a filed file.

    Raises TransitionRefused and PermissionDenied.
    """
    fresh = perform(application, name, actor=actor, reason=reason)
    said = {key: text for key, text in remarks.items() if text}
    if said or rules.gives_visa(application, actor):  # else a colleague takes it back to write on: the journal has why
        said = {"": reason, **said}
    VisaRemark.objects.bulk_create(
        VisaRemark(application=fresh, question_key=key, text=text, written_by=actor) for key, text in said.items()
    )
    _count(fresh)
    return fresh


@transaction.atomic
def tick_remark(*, remark: VisaRemark, done: bool, actor: User) -> VisaRemark:
    """Say that a remark is dealt with, or that it is not. Said twice, nothing is written.

    Raises PermissionDenied, and TransitionRefused once the file is written no more.
    """
    application = Application.objects.select_for_update(of=("self",)).get(pk=remark.application_id)
    if not rules.writes_file(application, actor):
        raise PermissionDenied("tick_remark")
    if not application.is_being_written:
        raise TransitionRefused(["Le dossier ne s’écrit plus : ses remarques restent telles quelles."], wrong_state=True)
    locked = VisaRemark.objects.select_for_update(of=("self",)).get(pk=remark.pk)
    if locked.is_done == done:
        return locked
    locked.done_at, locked.done_by = (timezone.now(), actor) if done else (None, None)
    locked.save(update_fields=["done_at", "done_by"])
    _count(application)
    question = application.questionnaire.schema.question(locked.question_key) if locked.question_key else None
    about = question.label if question else "tout le dossier"  # never its text: the Région reads this line once the file is sent
    recorder.record(application, "tick_remark" if done else "untick_remark", actor=actor, data={"on": about})
    return locked


def _count(application: Application) -> None:
    """What a file without remarks costs no query for."""
    application.remarks_left = application.visa_remarks.filter(done_at=None).count()
    Application.objects.filter(pk=application.pk).update(remarks_left=application.remarks_left)
