"""A file that leaves the jury (withdrawn, or its admissibility taken back): readings set aside, money back, nothing put to the vote."""

from decimal import Decimal

import pytest
from django.utils import timezone

from calls.models import Application
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.assessment import save_marks
from scoring.actions.decision import propose_decisions, record_vote
from scoring.actions.release import release_call
from scoring.enums import AssessmentState
from scoring.models import Assessment, Envelope, FundingDecision
from scoring.queries.assessment import pile
from scoring.queries.decision import vote_obstacles
from tests.factories.accounts import person
from tests.factories.deliberation import close, deliberation, propose, vote
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def head_of(application):
    return person(Role.HEAD, at=application.establishment)


def withdraw(application):
    return perform(Application.objects.get(pk=application.pk), "withdraw_filed", actor=head_of(application), reason="Travaux reportés.")


def test_the_proposal_of_a_withdrawn_file_goes_and_its_money_returns_to_the_envelope():
    made = propose(deliberation())
    decision = FundingDecision.objects.filter(envelope__isnull=False).first()
    before = Envelope.objects.get(pk=decision.envelope_id).committed_amount

    withdraw(decision.application)

    assert Envelope.objects.get(pk=decision.envelope_id).committed_amount == before - decision.granted_amount
    assert not FundingDecision.objects.filter(pk=decision.pk).exists()
    dropped = JournalEntry.objects.get(action="drop_proposal")
    assert Decimal(dropped.data["amount"]) == decision.granted_amount
    assert vote_obstacles(made.call) == []


def test_the_vote_and_the_release_pass_without_the_withdrawn_file():
    made = propose(deliberation())
    gone = withdraw(FundingDecision.objects.filter(envelope__isnull=False).first().application)

    record_vote(call=made.call, number="2027-1", held_on=timezone.localdate(), actor=made.finance)
    release_call(call=made.call, actor=made.manager)

    assert Application.objects.get(pk=gone.pk).state == "withdrawn"
    assert set(Application.objects.filter(call=made.call).exclude(pk=gone.pk).values_list("state", flat=True)) == {"decided"}


def test_a_file_withdrawn_after_the_sitting_is_not_proposed():
    made = close(deliberation())
    gone = withdraw(made.files[0])

    propose_decisions(session=made.session, actor=made.finance)

    assert not FundingDecision.objects.filter(application=gone).exists()
    assert FundingDecision.objects.count() == len(made.files) - 1


def test_a_file_is_not_withdrawn_once_the_vote_is_written_even_if_it_is_still_being_carried(monkeypatch):
    made = propose(deliberation())
    decision = FundingDecision.objects.first()
    monkeypatch.setattr("scoring.actions.decision.AT_ONCE", 0)
    record_vote(call=made.call, number="2027-1", held_on=timezone.localdate(), actor=made.finance)

    with pytest.raises(TransitionRefused):
        withdraw(decision.application)

    assert FundingDecision.objects.filter(pk=decision.pk).exists()


def test_voted_decisions_keep_their_files():
    made = vote(deliberation())

    with pytest.raises(TransitionRefused) as refusal:
        withdraw(made.files[0])

    assert refusal.value.wrong_state
    assert "vote" not in str(refusal.value)
    assert Application.objects.get(pk=made.files[0].pk).state == "assessed"


@pytest.mark.parametrize(
    "leave",
    [withdraw, lambda file: perform(file, "resume_during_scoring", actor=person(Role.CALL_MANAGER, second_factor=False), reason="Erreur.")],
)
def test_readings_of_a_file_that_leaves_the_jury_are_set_aside_and_its_juror_reads_why(client, leave):
    call = jury_call()
    own = reading(admissible_file(call), juror(call), state=AssessmentState.ASSIGNED)
    leave(own.application)

    own = Assessment.objects.get(pk=own.pk)
    assert list(pile(own.juror)) == []
    assert not Assessment.objects.live().exists()
    with pytest.raises(TransitionRefused, match="n’est plus à noter"):
        save_marks(assessment=own, actor=own.juror, marks={})
    client.force_login(own.juror)
    page = client.get(own.get_absolute_url())
    assert page.status_code == 200
    assert f"Le dossier {own.application.reference}" in text_of(page)
    assert "il n’est plus à noter" in text_of(page)


def test_readings_come_back_with_the_file_that_is_admissible_after_all():
    call = jury_call()
    done = reading(admissible_file(call), juror(call), state=AssessmentState.SUBMITTED)
    assert Assessment.objects.counted().count() == 1

    taken = perform(done.application, "resume_during_scoring", actor=person(Role.CALL_MANAGER, second_factor=False), reason="Erreur.")
    assert Assessment.objects.counted().count() == 0
    perform(taken, "declare_admissible", actor=person(Role.OFFICER, second_factor=False))

    assert Assessment.objects.counted().get() == done
