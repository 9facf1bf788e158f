"""What the upgrade makes of complements being written, and what going back keeps of requests taken back."""

from decimal import Decimal

import pytest
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from calls.actions.start import search_text
from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.models import Application, ApplicationVersion, CompletionRequest
from portal.workflow.actors import SYSTEM
from tests.factories.calls import ApplicationFactory

BEFORE = ("calls", "0003_what_is_typed_and_answered")


def back() -> type[models.Model]:
    """Goes back to the portal of before; its own model of a file, as today's has columns that it lacks."""
    return MigrationExecutor(connection).migrate([BEFORE]).apps.get_model("calls", "Application")


def upgrade() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def brought_back_up_to_date(transactional_db):
    yield
    upgrade()


def asked(reference: str, **ended) -> Application:
    application = ApplicationFactory(reference=reference, submitted=True, complete=True)
    freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=SYSTEM)
    CompletionRequest.objects.create(application=application, fields=["titre"], message="x", due_on=timezone.localdate(), **ended)
    return application


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_columns_become_those_received_and_a_request_taken_back_is_an_answered_one_for_the_earlier_portal():
    writing = asked("A-1")
    taken = asked("A-2", cancelled_at=timezone.now(), cancel_reason="Par erreur.")
    freeze_version(application=taken, reason=VersionReason.UNSENT, actor=SYSTEM)
    CompletionRequest.objects.create(application=taken, fields=["titre"], message="y", due_on=timezone.localdate())
    received = Application.objects.get(pk=writing.pk)

    before = back()
    before.objects.filter(pk=writing.pk).update(title="Tapé", requested_amount=Decimal(1), search_text="tape")
    kept = list(ApplicationVersion.objects.filter(application=taken).order_by("number").values_list("reason", flat=True))
    upgrade()

    after = Application.objects.get(pk=writing.pk)
    assert (after.title, after.requested_amount, after.search_text) == (received.title, Decimal("57792.00"), search_text(received))
    assert kept == ["submission", "approval"]
    first = CompletionRequest.objects.filter(application=taken, message="x").get()
    assert (first.answered_at is None, first.cancelled_at, first.answer) == (False, None, "Demande retirée par la Région : Par erreur.")
    assert taken.completion_requests.still_open().get().message == "y"
