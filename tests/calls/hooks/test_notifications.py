import pytest
from django.utils import timezone

from calls.models import Application, CompletionRequest
from calls.workflows.application import ApplicationWorkflow
from portal.notifications import registry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from portal.workflow.machine import transitions_of
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import EstablishmentFactory
from tests.outcomes import written_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return ApplicationFactory(complete=True, reference="AAP-0001")


@pytest.fixture
def member(application):
    return person(Role.MEMBER, at=application.establishment, email="membre@x.example")


@pytest.fixture
def head(application):
    return person(Role.HEAD, at=application.establishment, email="chef@x.example")


def test_every_message_that_the_workflow_names_exists():
    named = {code for transition in transitions_of(Application()) for code in transition.custom.get("notify", ())}

    assert named == {code for code in named if registry.get(code)}
    assert ApplicationWorkflow._meta.abstract


def test_a_visa_asked_is_told_to_the_head_each_time(application, member, head):
    person(Role.HEAD, at=EstablishmentFactory())
    perform(application, "request_approval", actor=member)
    perform(application, "return_to_team", actor=head, reason="Revoir.")
    perform(application, "request_approval", actor=member)

    assert written_to("approval_requested") == ["chef@x.example", "chef@x.example"]
    assert written_to("approval_refused") == ["chef@x.example", "membre@x.example"]


def test_the_receipt_goes_to_the_team_the_head_and_the_mailbox_of_the_lycee(application, member, head):
    person(Role.MEMBER, at=application.establishment, email="parti@x.example", is_active=False)
    perform(application, "request_approval", actor=member)
    perform(application, "approve", actor=head)
    fresh = perform(application, "submit", actor=member, received_at=timezone.now())

    body = Message.objects.filter(code="application_received").first().body
    assert written_to("application_received") == sorted([application.establishment.email, "chef@x.example", "membre@x.example"])
    assert written_to("approval_given") == ["chef@x.example", "membre@x.example"]
    assert f"Empreinte SHA-256 : {fresh.submitted_version.sha256}" in body
    assert "Montant demandé : " in body
    assert "http://testserver/dossiers/AAP-0001/" in body
    assert "{{" not in body and "{%" not in body


def test_complements_are_told_to_who_asked_and_who_follows(application, member):
    follower, asker = person(Role.OFFICER, email="suivi@x.example"), person(Role.OFFICER, email="demande@x.example")
    Application.objects.update(state="submitted", submitted_at=timezone.now(), officer=follower)
    request = CompletionRequest(application=application, fields=["resume"], message="x", due_on=timezone.localdate(), opened_by=asker)
    perform(application, "request_completion", actor=asker, request=request)
    perform(application, "answer_completion", actor=member)

    assert written_to("completion_answered") == ["demande@x.example", "suivi@x.example"]


@pytest.mark.parametrize(("name", "code"), [("accept_award", "award_accepted"), ("decline_award", "award_declined")])
def test_the_answer_to_an_award_is_told_to_the_managers_and_the_team(application, member, head, name, code):
    person(Role.CALL_MANAGER, email="gestion@x.example")
    Application.objects.update(state="decided", submitted_at=timezone.now(), outcome="awarded", granted_amount="5000.00")

    perform(application, name, actor=head, reason="Motif.")

    assert written_to(code) == ["chef@x.example", "gestion@x.example", "membre@x.example"]
    assert "5\u00a0000,00\u00a0€" in Message.objects.first().body
