"""Two persons and two workers at the same instant, on real row locks: one outcome."""

import pytest

from calls import retention
from calls.actions.retention import confirm, propose, run, stop
from calls.enums import BulkResult
from calls.models import RetentionProposal
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from tests.calls.retention.gathered import agreed, gathered, proposed
from tests.calls.retention.test_rules import after
from tests.calls.test_concurrency import at_once
from tests.factories.accounts import person

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def lenient(do):
    """Who comes second is told so."""

    def act():
        try:
            do()
        except TransitionRefused:
            return

    return act


def test_confirmed_twice_stopped_or_proposed_at_once_it_is_one(time_machine):
    made = gathered()
    after(time_machine, retention.DRAFTS, days=1)
    proposal = proposed(made, "drafts")
    third = person(Role.CALL_MANAGER)
    at_once([lenient(lambda who=who: confirm(proposal=proposal, actor=who)) for who in (made.second, third)])
    proposal.refresh_from_db()
    assert proposal.confirmed_by_id in {made.second.pk, third.pk}
    assert JournalEntry.objects.filter(action="confirm_erasure").count() == 1
    stop(proposal=proposal, reason="Non.", actor=made.first)

    seen = RetentionProposal.objects.get().sha256
    at_once([lenient(lambda who=who: propose(call=made.call, keys=["drafts"], seen=seen, actor=who)) for who in (made.second, third)])
    assert RetentionProposal.objects.alive().count() == 1


def test_two_workers_do_each_file_once_and_a_stop_comes_before_or_after(time_machine):
    made = gathered()
    after(time_machine, retention.EXCHANGES, days=1)
    proposal = agreed(made)
    at_once([lambda: run(RetentionProposal.objects.get(pk=proposal.pk))] * 2)
    done = proposal.items.filter(result=BulkResult.DONE).count()
    assert done == proposal.items.count() == JournalEntry.objects.filter(action="erase_content").count()
    assert JournalEntry.objects.filter(action="carry_out_erasure").count() == 1
