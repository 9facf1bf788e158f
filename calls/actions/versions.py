"""Frozen versions: what was approved, submitted or completed, with its fingerprint."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from calls.enums import VersionReason
from calls.models import Application, ApplicationVersion
from calls.queries.content import build_content
from portal.accounts.models import User
from portal.text.canonical import fingerprint
from portal.workflow.actors import SystemActor


@transaction.atomic(savepoint=False)
def freeze_version(*, application: Application, reason: VersionReason, actor: User | SystemActor) -> ApplicationVersion:
    """Copy the file as it stands into the next version. To be called under the lock of a transition (calls.hooks.receivers)."""
    content = build_content(application)
    last = application.versions.aggregate(last=Max("number"))["last"] or 0
    application.latest_version = ApplicationVersion.objects.create(
        application=application,
        number=last + 1,
        reason=reason,
        content=content,
        sha256=fingerprint(content),
        created_by=actor if actor.pk else None,
    )
    return application.latest_version


@transaction.atomic(savepoint=False)
def close_completion_request(*, application: Application, actor: User, answer: str = "") -> None:
    """The answer is sent: the request unlocks nothing any more. `answer` is what the lycée says in place of what it did not complete."""
    request = application.open_completion_request
    request.answered_at = timezone.now()
    request.answered_by = actor if actor.pk else None
    request.answer = answer
    request.save(update_fields=["answered_at", "answered_by", "answer"])
