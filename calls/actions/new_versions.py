"""A filed file written anew: what begins, what comes back or takes the place of what was filed (docs/adr/0055)."""

from django.db import transaction
from django.utils import timezone

from calls.actions.completion import has_typed, put_back
from calls.actions.versions import freeze_version
from calls.actions.writing import keep_columns
from calls.enums import NewVersionEnding, Rewriting, VersionReason
from calls.models import Application, NewVersion, read_closings
from calls.workflows.new_version import may_still_come
from portal.journal import recorder
from portal.notifications import outbox
from portal.roles import Actor
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform


@transaction.atomic(savepoint=False)
def open_new_version(*, application: Application) -> NewVersion:
    """Note what is to be replaced. To be called under the lock of a transition (calls.hooks.receivers)."""
    filed = application.versions.filter(reason=VersionReason.SUBMISSION).order_by("-number").first()
    return NewVersion.objects.create(application=application, replaces=filed, replaced_received_at=application.submitted_at)


@transaction.atomic(savepoint=False)
def file_new_version(*, application: Application, actor: Actor) -> None:
    """What is written takes the place of what was filed, in what lists read too. Under the lock of a transition."""
    keep_columns(application)
    version = freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=actor)
    _end(application, NewVersionEnding.FILED, version=version)


@transaction.atomic(savepoint=False)
def drop_new_version(*, application: Application, ending: NewVersionEnding, actor: Actor) -> None:
    """The file is again what was filed. What was typed is frozen first, in a version that the lycée alone reads. Under the lock of a transition."""
    keys = [question.key for question in application.questionnaire.schema.questions]
    typed = None
    if has_typed(application, keys):
        typed = freeze_version(application=application, reason=VersionReason.UNFILED, actor=actor)
        put_back(application, keys, actor)
    _end(application, ending, version=typed)


@transaction.atomic(savepoint=False)
def drop_with_file(*, application: Application, actor: Actor, told: bool) -> None:
    """The same with an act that ends it otherwise; `told`: by the Région, after the closing, before the clock said so. Without any, nothing is done."""
    if not application.rewriting:
        return
    application.rewriting, application.reapproved_at = Rewriting.NONE, None
    application.save(update_fields=["rewriting", "reapproved_at"])
    drop_new_version(application=application, ending=NewVersionEnding.LAPSED, actor=actor)
    if told:
        recorder.record(application, "lapse_new_version", actor=SYSTEM)
        outbox.post("new_version_lapsed", about=application)


def lapse_unfiled() -> int:
    """End the new versions that a closing left unfiled, and tell their teams. Called by the clock; returns how many."""
    files = list(Application.objects.exclude(rewriting=Rewriting.NONE).select_related("call", "establishment").order_by("pk"))
    read_closings(files)
    return sum(_lapse(file) for file in files if not may_still_come(file))


def _lapse(application: Application) -> bool:
    try:
        perform(application, "lapse_new_version", actor=SYSTEM)
    except TransitionRefused:  # filed, given up or ended by an officer since it was read
        return False
    return True


def _end(application: Application, ending: NewVersionEnding, *, version: object) -> None:
    application.new_versions.still_open().update(ended_at=timezone.now(), ending=ending, version=version)
