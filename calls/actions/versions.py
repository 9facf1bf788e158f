"""Frozen versions: what was approved, submitted or completed, with its fingerprint."""

from copy import deepcopy

from django.db import transaction

from calls.enums import VersionReason
from calls.models import Application, ApplicationVersion
from calls.queries.content import build_content
from calls.questions.base import Given, Question
from portal.accounts.models import User
from portal.text.canonical import fingerprint
from portal.workflow.actors import SystemActor


@transaction.atomic(savepoint=False)
def freeze_version(*, application: Application, reason: VersionReason, actor: User | SystemActor) -> ApplicationVersion:
    """Copy the file as it stands into the next version. To be called under the lock of a transition (calls.hooks.receivers)."""
    return _keep(application, reason, build_content(application, typed=reason in VersionReason.ASIDE), actor)


@transaction.atomic(savepoint=False)
def freeze_entry(*, application: Application, question: Question, given: Given, actor: User) -> ApplicationVersion:
    """The last version that the Région received, with one answer more: nothing else of it changes, whatever the rows hold. Under the lock of the file."""
    received = application.submitted_version
    content = deepcopy(received.content) if received else build_content(application)
    for section in content["sections"]:
        section["entries"] = [question.frozen(given) if entry["key"] == question.key else entry for entry in section["entries"]]
    return _keep(application, VersionReason.FOLLOWING, content, actor)


def _keep(application: Application, reason: VersionReason, content: dict, actor: User | SystemActor) -> ApplicationVersion:
    before = list(application.versions.order_by("-number").values_list("number", "reason", "sha256"))
    version = ApplicationVersion.objects.create(
        application=application,
        number=before[0][0] + 1 if before else 1,
        reason=reason,
        content=content,
        sha256=fingerprint(content),
        created_by=actor if actor.pk else None,
    )
    # What the message and the receipt tell of it: read here with the numbers, not once more.
    version.visa_number = next((number for number, why, mark in before if (why, mark) == (VersionReason.APPROVAL, version.sha256)), None)
    if reason in VersionReason.RECEIVED:
        application.submitted_version = version
    return version
