"""A vote that was not, undone before the release: by whom, until when, what a long one leaves meanwhile; the pages of what is taken back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions import decision as decision_actions
from scoring.actions import vote as vote_actions
from scoring.actions.decision import record_vote
from scoring.actions.release import ask_release
from scoring.actions.vote import undo_vote
from scoring.hooks import jobs
from scoring.models import Envelope, FundingDecision, Vote
from tests.factories.accounts import person
from tests.factories.deliberation import close, deliberation, quiet, release, vote
from tests.outcomes import refusal_of, told

pytestmark = pytest.mark.django_db
WHY = "Ouverte sur le mauvais appel."


# -- A vote -----------------------------------------------------------------------------------------------------------------


def test_a_vote_that_was_not_is_undone_before_the_release():
    made = vote(deliberation())
    committed = Envelope.objects.get().committed_amount

    assert undo_vote(call=made.call, reason=WHY, actor=made.finance) is None

    assert Call.objects.get(pk=made.call.pk).state == "deliberation"
    assert not Vote.objects.exists()
    assert {(d.state, d.voted_at) for d in FundingDecision.objects.all()} == {("proposed", None)}
    assert Envelope.objects.get().committed_amount == committed
    assert JournalEntry.objects.get(action="remove_vote").data["number"] == "26CP-1542"
    assert told("vote_undone") == {made.manager.email, made.finance.email}


def test_a_vote_undone_is_recorded_again():
    made = vote(deliberation())
    undo_vote(call=made.call, reason=WHY, actor=made.finance)

    record_vote(call=made.call, number="26CP-1600", held_on=timezone.localdate(), actor=made.finance)

    assert set(FundingDecision.objects.values_list("state", flat=True)) == {"voted"}
    assert Vote.objects.get().number == "26CP-1600"


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.ORDERS, Role.AUDITOR, Role.ADMIN, Role.CHAIR])
def test_a_vote_is_undone_by_finance_alone(role):
    made = vote(deliberation())

    with pytest.raises(PermissionDenied):
        undo_vote(call=made.call, reason=WHY, actor=person(role))
    assert Vote.objects.exists()


def test_a_vote_whose_letters_leave_stays():
    made = vote(deliberation())
    ask_release(call=made.call, actor=made.manager)
    assert refusal_of(undo_vote, call=made.call, reason=WHY, actor=made.finance) == [
        "La notification est en cours : attendez sa fin, ou arrêtez-la avant qu’une lettre ne parte."
    ]

    done = release(deliberation())

    assert refusal_of(undo_vote, call=done.call, reason=WHY, actor=done.finance) == [
        "Le vote de cet appel n’est pas enregistré, ou ses résultats sont publiés."
    ]


def test_while_a_long_vote_is_carried_the_minutes_stay_signed_and_the_vote_is_not_undone(monkeypatch):
    monkeypatch.setattr(decision_actions, "AT_ONCE", 1)
    made = close(deliberation())
    signed = perform(made.session, "sign_minutes", actor=made.chair)
    decision_actions.propose_decisions(session=signed, actor=made.finance)
    record_vote(call=made.call, number="26CP-1542", held_on=timezone.localdate(), actor=made.finance)

    signature = refusal_of(perform, signed, "withdraw_signature", actor=made.chair, reason=WHY)
    vote_kept = refusal_of(undo_vote, call=made.call, reason=WHY, actor=made.finance)

    assert signature == ["Le vote est enregistré : la séance et le procès-verbal qu’il a suivis ne changent plus."]
    assert vote_kept == ["Le vote est encore en train d’être porté sur les décisions : il s’annule une fois qu’il l’est."]


def test_a_long_undoing_goes_on_in_the_background_and_no_letter_leaves_meanwhile(monkeypatch):
    monkeypatch.setattr(vote_actions, "AT_ONCE", 1)
    made = vote(deliberation())

    job = undo_vote(call=made.call, reason=WHY, actor=made.finance)
    assert refusal_of(ask_release, call=made.call, actor=made.manager) == ["L’annulation du vote est en cours : elle va au bout."]
    perform(FundingDecision.objects.first(), "undo_vote", actor=made.finance, reason=WHY)  # a worker killed after the first one
    jobs.undo_vote(Job.objects.get(pk=job.pk), quiet)

    assert Call.objects.get(pk=made.call.pk).state == "deliberation"
    assert set(FundingDecision.objects.values_list("state", flat=True)) == {"proposed"}


# -- Pages ------------------------------------------------------------------------------------------------------------------


def test_the_pages_say_what_they_do_and_ask_why(client):
    made = vote(deliberation())
    client.force_login(made.finance)
    address = reverse("scoring:vote_undo", args=[made.call.reference])
    assert address in client.get(f"{reverse('scoring:decisions')}?appel={made.call.reference}").content.decode()
    assert "Aucun lycée n’a reçu de lettre" in client.get(address).content.decode()

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": WHY}).status_code == 302
    proposals = reverse("scoring:proposals_drop", args=[made.call.reference])
    assert proposals in client.get(f"{reverse('scoring:decisions')}?appel={made.call.reference}").content.decode()
    again = client.post(address, {"reason": WHY}, follow=True)
    assert "déjà fait" in again.content.decode()
    assert "n’est pas enregistré, ou ses résultats sont publiés" in client.get(address).content.decode()
    assert client.post(proposals, {"reason": WHY}).status_code == 302
    assert "rien à reprendre" in client.get(proposals).content.decode()
