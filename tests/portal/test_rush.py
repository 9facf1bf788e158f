"""What the measure of the last minutes finds when something is lost or doubled: a measure that sees nothing says nothing."""

import pytest

from calls.models import Answer
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.performance.rush.journeys import Told
from tests.performance.rush.kept import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed():
    application = ApplicationFactory(complete=True)
    member, head = person(Role.MEMBER, at=application.establishment), person(Role.HEAD, at=application.establishment)
    for act, actor in (("request_approval", member), ("approve", head), ("submit", member)):
        application = perform(application, act, actor=actor)
    return application


def test_a_deposit_with_all_that_it_must_leave_has_no_fault(filed):
    assert faults([Told(filed.reference, filed=True, receipts=1)]) == []


def test_what_is_lost_or_doubled_is_named(filed):
    message = Message.objects.filter(code="application_received").first()
    message.pk, message.event_key, message.message_id = None, "again", "<again@preau.example>"
    message.save()
    filed.versions.filter(reason="submission").update(reason="approval")
    Answer.objects.filter(application=filed, question_key="resume").delete()

    found = faults([Told(filed.reference, filed=True, saved={"resume": "Ce qui était dit gardé."}, sent=True)])

    assert len(found) == 4
    assert {"version(s)", "courriel", "resume", "pièce(s)"} == {
        word for word in ("version(s)", "courriel", "resume", "pièce(s)") if word in " ".join(found)
    }


def test_a_receipt_without_a_deposit_is_named():
    draft = ApplicationFactory(complete=True)

    assert faults([Told(draft.reference, filed=True)]) == [f"{draft.reference} : un accusé de dépôt, et un dossier qui n’est pas déposé"]
