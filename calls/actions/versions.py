"""Frozen versions: what was approved, submitted or completed, with its fingerprint."""

from django.db import transaction
from django.db.models import Max

from calls.enums import VersionReason
from calls.models import Application, ApplicationVersion
from calls.queries.content import build_content
from portal.accounts.models import User
from portal.text.canonical import fingerprint
from portal.workflow.actors import SystemActor


@transaction.atomic(savepoint=False)
def freeze_version(*, application: Application, reason: VersionReason, actor: User | SystemActor) -> ApplicationVersion:
    """Copy the file as it stands into the next version. To be called under the lock of a transition (calls.hooks.receivers)."""
    content = build_content(application, typed=reason in VersionReason.ASIDE)
    last = application.versions.aggregate(last=Max("number"))["last"] or 0
    version = ApplicationVersion.objects.create(
        application=application,
        number=last + 1,
        reason=reason,
        content=content,
        sha256=fingerprint(content),
        created_by=actor if actor.pk else None,
    )
    if reason in VersionReason.RECEIVED:
        application.submitted_version = version
    return version
