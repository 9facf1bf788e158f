"""Who sees a sitting, and which of its lines."""

import pytest
from django.utils import timezone

from calls.enums import Outcome
from calls.models import Application
from portal.accounts.models import User
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions.decision import record_vote
from scoring.models import InterestDeclaration, SelectionSession
from scoring.queries.conflicts import hidden_ids
from scoring.queries.jury import ranking_calls
from scoring.queries.scenario import lines_of
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.deliberation import deliberation, propose, sit
from tests.factories.scoring import SelectionSessionFactory

pytestmark = pytest.mark.django_db


def test_sitting_is_seen_by_its_panel_and_the_staff_who_read_rankings():
    made = deliberation()
    SelectionSessionFactory(call=made.call)
    other_chair = deliberation().chair

    def sees(user):
        return SelectionSession.objects.visible_to(user).count()

    assert [sees(user) for user in (made.chair, made.juror, made.manager, person(Role.AUDITOR), person(Role.ADMIN))] == [1] * 5
    strangers = [
        other_chair,
        person(Role.JUROR),
        person(Role.OFFICER),
        person(Role.ORDERS),
        person(Role.HEAD, at=made.files[0].establishment),
        made.finance,
    ]
    assert [sees(user) for user in strangers] == [0] * 6


def test_finance_reads_a_sitting_its_ranking_and_its_files_once_it_is_closed():
    made, going_on = sit(deliberation()), deliberation()

    def read_by(user):
        files = Application.objects.visible_to(user).filter(call__in=[made.call, going_on.call])
        sittings = SelectionSession.objects.visible_to(user)
        return list(sittings), list(ranking_calls(user)), {file.call for file in files}

    assert read_by(made.finance) == ([], [], set())
    perform(made.session, "close", actor=made.chair)
    assert read_by(made.finance) == ([made.session], [made.call], {made.call})
    assert SelectionSession.objects.visible_to(made.juror).get() == made.session


def test_orders_read_the_files_that_are_aided_once_voted():
    made, officer = propose(deliberation(money=200)), person(Role.ORDERS)

    def read():
        return set(Application.objects.visible_to(officer))

    assert read() == set()
    record_vote(call=made.call, number="26CP-1542", held_on=timezone.localdate(), actor=made.finance)
    aided = set(Application.objects.filter(decision__outcome__in=Outcome.GRANTING))
    assert read() == aided
    assert len(aided) == 2


def test_a_person_of_finance_who_also_sits_reads_the_sitting_of_the_panel():
    made = sit(deliberation())
    RoleGrantFactory(user=made.juror, role=Role.FINANCE)

    assert SelectionSession.objects.visible_to(User.objects.get(pk=made.juror.pk)).get() == made.session


def test_lines_leave_out_files_in_conflict_with_the_reader():
    made = sit(deliberation())
    InterestDeclaration.objects.create(user=made.juror, application=made.files[1], reason="Ancien poste")

    hidden = hidden_ids(made.call, made.juror)

    assert hidden == {made.files[1].pk}
    assert made.files[1].pk not in {line.application_id for line in lines_of(made.scenario, hidden)}
    assert hidden_ids(made.call, made.chair) == frozenset()
