"""An act that nobody can complete any more is not offered; whoever asks all the same reads why, with nothing to complete."""

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from portal.roles import Role
from portal.workflow.gate import available_transitions
from scoring.models import Assessment, SelectionSession
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.deliberation import close, deliberation, propose, release, vote
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.orders import PurchaseOrderFactory

pytestmark = pytest.mark.django_db
WHY = "Ouverte sur le mauvais appel."


def names(obj, user) -> set[str]:
    return {option.name for option in available_transitions(obj, user)}


def refused_page(client, address: str, user) -> str:
    """What the page of an act says that is asked all the same, once sure that the press changes nothing."""
    client.force_login(user)
    page = client.get(address)
    assert client.post(address, {"reason": WHY}).status_code == 409
    said = page.content.decode()
    assert "Il manque encore" not in said
    assert "Revenir et compléter" not in said
    return said.replace("\u00a0", " ")


def scored_call() -> tuple[Call, Assessment]:
    call = jury_call()
    return call, reading(admissible_file(call), juror(call), state="assigned")


def test_a_scoring_that_has_begun_is_not_offered_back(client):
    call, read = scored_call()
    manager = person(Role.CALL_MANAGER)
    assert "take_back_scoring" in names(call, manager)

    Assessment.objects.filter(pk=read.pk).update(state="in_progress")

    assert "take_back_scoring" not in names(call, manager)
    address = f"/appels/{call.slug}/action/take_back_scoring/"
    assert address not in client_page(client, f"/pilotage/{call.reference}/", manager)
    assert "1 évaluation est commencée : la notation ne se ferme plus." in refused_page(client, address, manager)
    assert Call.objects.get(pk=call.pk).state == "assessment"


def client_page(client, address: str, user) -> str:
    client.force_login(user)
    return client.get(address).content.decode()


def test_an_instruction_is_not_offered_while_the_call_is_open(client):
    call, manager = CallFactory(), person(Role.CALL_MANAGER)

    assert "start_instruction" not in names(call, manager)
    assert "L’appel est ouvert jusqu’au" in refused_page(client, f"/appels/{call.slug}/action/start_instruction/", manager)
    assert "start_instruction" in names(CallFactory(closed=True), manager)


def test_a_call_that_has_received_files_is_not_offered_to_be_withdrawn(client):
    call, manager = CallFactory(), person(Role.CALL_MANAGER)
    assert "withdraw" in names(call, manager)

    ApplicationFactory(call=call, submitted=True)

    assert "withdraw" not in names(call, manager)
    assert "Des dossiers sont déjà déposés" in refused_page(client, f"/appels/{call.slug}/action/withdraw/", manager)


def test_a_sitting_is_not_offered_to_be_reopened_once_the_vote_is_recorded():
    made = close(deliberation())
    assert "reopen" in names(made.session, made.manager)
    voted = vote(deliberation())
    assert "reopen" not in names(SelectionSession.objects.get(pk=voted.session.pk), voted.manager)


def test_a_sitting_whose_proposals_stand_is_offered_to_be_reopened_and_says_what_is_missing(client):
    made = propose(deliberation())
    client.force_login(made.manager)

    page = client.get(f"{SelectionSession.objects.get(pk=made.session.pk).get_absolute_url()}action/reopen/").content.decode()

    assert "Il manque encore" in page
    assert reverse("scoring:decisions") in page


def test_a_vote_that_a_school_has_read_is_not_offered_to_be_undone(client):
    made = release(deliberation())
    Call.objects.filter(pk=made.call.pk).update(state="voted")  # a release that was interrupted
    page = f"{reverse('scoring:decisions')}?appel={made.call.reference}"
    undo = reverse("scoring:vote_undo", args=[made.call.reference])

    assert undo not in client_page(client, page, made.finance)
    assert "la décision se conteste par un recours" in refused_page(client, undo, made.finance)


def test_an_evaluation_past_the_scoring_is_said_too_late_with_nothing_to_complete(client):
    _, read = scored_call()
    Call.objects.update(state="deliberation")

    said = refused_page_of_reading(client, read)

    assert "La notation de cet appel n’est pas ouverte." in said
    assert "submit" not in names(Assessment.objects.get(pk=read.pk), read.juror)


def refused_page_of_reading(client, read: Assessment) -> str:
    page = client_page(client, reverse("scoring:assessment_hand_in", args=[read.pk]), read.juror)
    assert "Il manque encore" not in page
    assert "Revenir et compléter" not in page
    return page


def test_an_order_of_a_declined_aid_is_not_offered_to_be_approved(client):
    order, buyer = PurchaseOrderFactory(), person(Role.ORDERS)
    assert "approve" in names(order, buyer)

    type(order.decision).objects.filter(pk=order.decision_id).update(
        state="declined", voted_at=timezone.now(), released_at=timezone.now(), declined_at=timezone.now()
    )
    declined = type(order).objects.get(pk=order.pk)

    assert "approve" not in names(declined, buyer)
    assert "L’aide est déclinée." in refused_page(client, f"{order.get_absolute_url()}action/approve/", buyer)
