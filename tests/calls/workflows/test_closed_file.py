"""A file closed by mistake is opened again: it is what it was, and those concerned hear of it."""

import pytest
from django.core.exceptions import PermissionDenied

from calls.models import Application, Call
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, available_transitions, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory

pytestmark = pytest.mark.django_db
WHY = "Le lycée n’avait pas encore répondu."
BEFORE = {
    "decided": "reopen_decided",
    "accepted_by_school": "reopen_accepted",
    "declined_by_school": "reopen_declined",
    "inadmissible": "reopen_inadmissible",
}


def closed_file(state: str = "decided") -> Application:
    outcome = "awarded" if state in ("accepted_by_school", "declined_by_school") else "rejected"
    file = ApplicationFactory(submitted=True, outcome=outcome)
    Application.objects.filter(pk=file.pk).update(state=state)
    return perform(Application.objects.get(pk=file.pk), "close", actor=person(Role.CALL_MANAGER))


@pytest.mark.parametrize("state", BEFORE)
def test_a_closed_file_goes_back_to_what_it_was_and_nowhere_else(state):
    file, manager = closed_file(state), person(Role.CALL_MANAGER)

    assert [option.name for option in available_transitions(file, manager)] == [BEFORE[state]]
    for name in set(BEFORE.values()) - {BEFORE[state]}:
        with pytest.raises(TransitionRefused):
            perform(file, name, actor=manager, reason=WHY)
    assert perform(file, BEFORE[state], actor=manager, reason=WHY).state == state


def test_the_team_and_the_managers_hear_why_and_what_followed_that_state_may_be_done_again():
    file = closed_file("declined_by_school")
    Call.objects.update(state="released")
    head, manager = person(Role.HEAD, at=file.establishment), person(Role.CALL_MANAGER)
    with pytest.raises(TransitionRefused):
        perform(file, "restore_award", actor=manager, reason=WHY)

    reopened = perform(file, "reopen_declined", actor=manager, reason=WHY)

    messages = Message.objects.filter(code="file_reopened")
    assert {head.email, manager.email} <= set(messages.values_list("to_email", flat=True))
    assert all(WHY in body for body in messages.values_list("body", flat=True))
    assert perform(reopened, "restore_award", actor=manager, reason=WHY).state == "decided"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.ORDERS])
def test_a_closed_file_is_opened_again_by_call_managers_alone(role):
    file = closed_file()

    with pytest.raises(PermissionDenied):
        perform(file, "reopen_decided", actor=person(role), reason=WHY)
    assert Application.objects.get(pk=file.pk).state == "closed"


def test_the_page_of_the_closing_says_what_closed_means_before_the_press(client):
    file = ApplicationFactory(submitted=True, outcome="awarded")
    Application.objects.filter(pk=file.pk).update(state="accepted_by_school")
    client.force_login(person(Role.CALL_MANAGER))
    address = f"{file.get_absolute_url()}action/close/"

    page = client.get(address).content.decode()

    assert "Plus aucun acte ne se fait sur le dossier" in page
    assert "L’aide, ses commandes et ses factures ne changent pas." in page
    assert Application.objects.get(pk=file.pk).state == "accepted_by_school"
    Application.objects.filter(pk=file.pk).update(state="inadmissible", outcome="")
    assert "ses commandes" not in client.get(address).content.decode()
