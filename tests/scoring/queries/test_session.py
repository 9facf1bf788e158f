"""Who sees a sitting, and which of its lines."""

import pytest

from portal.roles import Role
from scoring.models import InterestDeclaration, SelectionSession
from scoring.queries.conflicts import hidden_ids
from scoring.queries.scenario import lines_of
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, sit
from tests.factories.scoring import SelectionSessionFactory

pytestmark = pytest.mark.django_db


def test_session_is_seen_by_its_panel_and_the_staff_who_read_rankings():
    made = deliberation()
    SelectionSessionFactory(call=made.call)
    other_chair = deliberation().chair

    def sees(user):
        return SelectionSession.objects.visible_to(user).count()

    assert [sees(user) for user in (made.chair, made.juror, made.manager, made.finance, person(Role.AUDITOR), person(Role.ADMIN))] == [
        1
    ] * 6
    strangers = [
        other_chair,
        person(Role.JUROR),
        person(Role.OFFICER),
        person(Role.ORDERS),
        person(Role.HEAD, at=made.files[0].establishment),
    ]
    assert [sees(user) for user in strangers] == [0] * 5


def test_lines_leave_out_files_in_conflict_with_the_reader():
    made = sit(deliberation())
    InterestDeclaration.objects.create(user=made.juror, application=made.files[1], reason="Ancien poste")

    hidden = hidden_ids(made.call, made.juror)

    assert hidden == {made.files[1].pk}
    assert made.files[1].pk not in {line.application_id for line in lines_of(made.scenario, hidden)}
    assert hidden_ids(made.call, made.chair) == frozenset()
