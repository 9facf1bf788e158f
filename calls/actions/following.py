"""What a call lets follow the filing: sent once, alone, after the file (docs/adr/0055)."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from calls import rules
from calls.actions.files import MOST_FILES, PURPOSE
from calls.actions.ticking import outdate_ticks
from calls.actions.versions import freeze_entry
from calls.checks import following_filed
from calls.enums import ApplicationState, CallState
from calls.models import Answer, Application, ApplicationVersion, Attachment, Call
from calls.questions.base import Given, Json
from calls.questions.joined import JoinsFiles
from portal.accounts.models import User
from portal.files import intake
from portal.journal import recorder
from portal.notifications import outbox
from portal.workflow.gate import TransitionRefused


def following_gaps(application: Application, key: str) -> list[str]:
    """Why what follows cannot be sent now, whoever asks; empty when it can. Its day does not stop it: late, it is said to be."""
    if application.is_rewritten:
        return ["Une nouvelle version du dossier est en cours : joignez-y cette pièce."]
    if application.state not in ApplicationState.FOLLOWED_UP or application.call.state in CallState.DELIBERATED:
        return [f"Le dossier est « {application.applicant_label} » : cette pièce ne s’y ajoute plus."]
    request = application.open_completion_request
    if request and key in request.fields:
        return ["La Région demande cette pièce parmi des compléments : envoyez-la avec eux."]
    if not any(item.key == key for item in following_filed(application)):
        return ["Cette pièce est déjà envoyée."]
    return []


@transaction.atomic
def send_following(
    *, application: Application, question: JoinsFiles, value: Json, files: Sequence[UploadedFile], actor: User
) -> ApplicationVersion:
    """Add one answer to a filed file, and nothing else: the Région receives it at once, and whoever follows the file is told.

    The call is locked before the file, as by who opens its scoring. Raises PermissionDenied, TransitionRefused (too late, sent already, something
    lacks in it) and intake.UploadRefused; nothing is kept then.
    """
    Call.objects.select_for_update(of=("self",), no_key=True).get(pk=application.call_id)
    rows = Application.objects.select_for_update(of=("self",)).select_related("call", "establishment", "questionnaire")
    fresh = rows.get(pk=application.pk)
    if not rules.writes_file(fresh, actor):
        raise PermissionDenied("send_following")
    if gaps := following_gaps(fresh, question.key):
        raise TransitionRefused(gaps, wrong_state=True)
    item = next(item for item in following_filed(fresh) if item.key == question.key)
    given = Given(value, (), _attach(fresh, question, files, actor))
    if gap := question.gap(given, None):
        raise TransitionRefused([gap.sentence])
    if value is not None:
        _write(fresh, question.key, value, actor)
    version = freeze_entry(application=fresh, question=question, given=given, actor=actor)
    outdate_ticks(fresh)
    names = [attachment.file.name for attachment in given.files]
    recorder.record(fresh, "send_following", actor=actor, data={"question": question.label, "files": names, "late": item.is_late})
    outbox.post("following_sent", about=fresh, actor=actor)
    return version


def _attach(fresh: Application, question: JoinsFiles, files: Sequence[UploadedFile], actor: User) -> tuple[Attachment, ...]:
    """The files given now; one that was joined before and never sent is set aside where the question takes one only."""
    joined = list(fresh.attachments.current().filter(question_key=question.key).select_related("file"))
    taken = files[: MOST_FILES - len(joined)] if question.multiple else files[:1]
    stored = [intake.store_upload(each, purpose=PURPOSE, subject=fresh, actor=actor, allowed=question.accept) for each in taken]
    added = [Attachment.objects.create(application=fresh, question_key=question.key, file=each) for each in stored]
    if added and not question.multiple:
        fresh.attachments.filter(pk__in=[each.pk for each in joined]).update(removed_at=timezone.now())
        joined = []
    return (*joined, *added)


def _write(fresh: Application, key: str, value: Json, actor: User) -> None:
    answer = fresh.answers.filter(question_key=key).first() or Answer(application=fresh, question_key=key, version=0)
    answer.value, answer.unsound, answer.version = value, "", answer.version + 1
    answer.updated_by, answer.updated_at = actor, timezone.now()
    answer.save()
