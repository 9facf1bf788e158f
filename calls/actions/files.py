"""Attachments: added, replaced and removed, never lost while a frozen version names them."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from calls.actions.writing import WritingRefused, lock_for_writing, tell
from calls.enums import ApplicationState
from calls.models import Application, Attachment
from calls.questions.joined import JoinsFiles
from portal.accounts.models import User
from portal.files import intake, malware
from portal.files.models import StoredFile
from portal.workflow.actors import SYSTEM

PURPOSE = "attachment"
MOST_FILES = 20


@transaction.atomic
def attach_file(*, application: Application, question: JoinsFiles, uploaded: UploadedFile, actor: User) -> Attachment:
    """Store an uploaded file as the answer to `question`; a question that takes one file replaces the former one.

    Raises intake.UploadRefused (content, size, type), WritingRefused and PermissionDenied; nothing is kept then.
    """
    fresh = lock_for_writing(application, question.key, actor)
    current = list(fresh.attachments.current().filter(question_key=question.key).select_related("file"))
    if question.multiple and len(current) >= MOST_FILES:
        raise WritingRefused([f"Une question reçoit {MOST_FILES} pièces au plus."])
    stored = intake.store_upload(uploaded, purpose=PURPOSE, subject=fresh, actor=actor, allowed=question.accept)
    attachment = Attachment.objects.create(application=fresh, question_key=question.key, file=stored)
    sent = {"sent_sha256": stored.original_sha256} if stored.original_sha256 else {}
    tell(fresh, "attach_file", actor=actor, data={"question": question.key, "file": stored.name, "sha256": stored.sha256} | sent)
    if not question.multiple:
        for former in current:
            _set_aside(fresh, former, actor)
    return attachment


@transaction.atomic
def remove_file(*, application: Application, attachment: Attachment, actor: User) -> None:
    """Take an attachment away from the file. Raises WritingRefused and PermissionDenied."""
    fresh = lock_for_writing(application, attachment.question_key, actor)
    if attachment.removed_at is None:
        _set_aside(fresh, attachment, actor)


def set_infected_aside(stored: StoredFile) -> None:
    """An attachment in which malware was found leaves the files still being written, where its question waits for another; histories say it.

    What was sent stays as it was sent: the officer reads it in the checklist, and asks for a sound copy. In the transaction of the verdict.
    """
    holding = Attachment.objects.filter(file=stored).values("application")
    for application in Application.everything.select_for_update(of=("self",)).filter(pk__in=holding).order_by("pk"):
        if application.state in ApplicationState.UNFILED or application.is_rewritten:
            application.attachments.current().filter(file=stored).update(removed_at=timezone.now())
        tell(application, malware.NOTICE, actor=SYSTEM, data={"name": stored.name})


def _set_aside(application: Application, attachment: Attachment, actor: User) -> None:
    """A file that no frozen version can name is retired; one that a version may name stays readable with it."""
    attachment.removed_at = timezone.now()
    attachment.save(update_fields=["removed_at"])
    tell(application, "remove_file", actor=actor, data={"question": attachment.question_key, "file": attachment.file.name})
    if not application.versions.exists():
        intake.retire(attachment.file, actor, told=not application.is_personal)
