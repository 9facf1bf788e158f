"""The life of a reading: every arrow, every role, what it needs, what it announces."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from portal.accounts.models import User
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.assessment import declare_interest, hand_in
from scoring.enums import AssessmentState as State
from scoring.models import Assessment, InterestDeclaration, Score
from scoring.queries.ranking import standings
from tests.factories.accounts import person
from tests.factories.cast import MANAGERS, assert_matrix, cast_around
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db


READER = {"reader"}
ARROWS = {
    ("assigned", "begin", "in_progress"): READER,
    ("assigned", "submit", "submitted"): READER,
    ("in_progress", "submit", "submitted"): READER,
    ("reopened", "submit", "submitted"): READER,
    ("submitted", "reopen", "reopened"): MANAGERS,
    ("assigned", "recuse", "recused"): READER,
    ("in_progress", "recuse", "recused"): READER,
    ("submitted", "recuse", "recused"): READER,
    ("reopened", "recuse", "recused"): READER,
}
STATES_OF = {"begin": State.ASSIGNED, "submit": State.IN_PROGRESS, "reopen": State.SUBMITTED, "recuse": State.IN_PROGRESS}


def read_to(state: str, name: str = "") -> Assessment:
    """A reading in a state, every criterion marked, while its call is scored."""
    call = jury_call()
    return reading(admissible_file(call), juror(call), 4, 2, state=state)


def around(assessment: Assessment) -> dict:
    return cast_around(assessment.application.call, assessment.application.establishment) | {"reader": assessment.juror}


def no_longer_juror(user: User) -> User:
    user.role_grants.update(ended_at=timezone.now() - timedelta(minutes=1))
    return User.objects.get(pk=user.pk)


def account_closed(user: User) -> User:
    User.objects.filter(pk=user.pk).update(is_active=False)
    return User.objects.get(pk=user.pk)


def test_assessment_workflow_is_exactly_this():
    assert arrows(Assessment) == set(ARROWS)


@pytest.mark.parametrize("state", State.values)
def test_each_transition_is_open_to_these_people_alone(state):
    assert_matrix(state, ARROWS, make=read_to, cast=around)


@pytest.mark.parametrize("leave", [no_longer_juror, account_closed])
@pytest.mark.parametrize("state", State.values)
def test_a_reader_who_has_left_may_do_nothing(state, leave):
    assert_matrix(state, dict.fromkeys(ARROWS, ()), make=read_to, cast=lambda assessment: {"reader": leave(assessment.juror)})


@pytest.mark.parametrize("call_state", ["instruction", "deliberation", "voted", "released"])
@pytest.mark.parametrize("name", ["begin", "submit", "reopen"])
def test_marks_move_only_while_the_call_is_scored(name, call_state):
    call = jury_call(call_state)
    assessment = reading(admissible_file(call), juror(call), 4, 2, state=STATES_OF[name])
    actor = person(Role.CALL_MANAGER) if name == "reopen" else assessment.juror

    with pytest.raises(TransitionRefused) as refusal:
        perform(assessment, name, actor=actor, reason="Un motif.")

    assert refusal.value.reasons == ["La notation de cet appel n’est pas ouverte."]


def test_reading_is_handed_in_only_when_every_criterion_is_marked():
    call = jury_call()
    assessment = reading(admissible_file(call), juror(call), 4, state=State.IN_PROGRESS)
    second = call.grid.criteria.get(key="c2")
    Score.objects.create(assessment=assessment, criterion=second, remark="Une remarque n’est pas une note.")

    with pytest.raises(TransitionRefused) as refusal:
        hand_in(assessment=assessment, actor=assessment.juror)

    assert refusal.value.reasons == ["Le critère « Critère 2 » n’est pas noté."]


def test_not_applicable_with_a_remark_counts_as_marked():
    call = jury_call()
    assessment = reading(admissible_file(call), juror(call), 4, None, state=State.IN_PROGRESS)

    assert hand_in(assessment=assessment, actor=assessment.juror).state == State.SUBMITTED


def test_journal_keeps_the_marks_handed_in():
    call = jury_call()
    assessment = reading(admissible_file(call), juror(call), 4, None, state=State.IN_PROGRESS)

    hand_in(assessment=assessment, actor=assessment.juror)

    entry = JournalEntry.objects.get(action="submit", subject_id=str(assessment.pk))
    assert entry.data == {"marks": {"c1": "4.00", "c2": "sans objet"}}


def test_reopening_tells_the_juror_each_time():
    call = jury_call()
    assessment = reading(admissible_file(call), juror(call), 4, 2)
    manager = person(Role.CALL_MANAGER)

    for _ in range(2):
        perform(assessment, "reopen", actor=manager, reason="À compléter.")
        hand_in(assessment=assessment, actor=assessment.juror)

    assert Message.objects.filter(code="assessment_reopened", to_email=assessment.juror.email).count() == 2


def test_recusal_keeps_the_link_and_removes_the_mark_from_the_score():
    call = jury_call()
    application = admissible_file(call)
    leaving = juror(call)
    reading(application, leaving, 0, 0)
    reading(application, juror(call), 5, 5)

    declare_interest(application=application, actor=leaving, reason="Ancien proviseur de ce lycée.")

    assert [str(s.score) for s in standings(call)] == ["100.00"]
    assert InterestDeclaration.objects.get(user=leaving).reason == "Ancien proviseur de ce lycée."
    assert list(Assessment.objects.filter(juror=leaving).values_list("state", flat=True)) == ["recused"]


def test_mark_of_a_juror_who_held_a_role_at_the_lycee_never_counts():
    call = jury_call()
    application = admissible_file(call)
    linked = juror(call)
    reading(application, linked, 0, 0)
    reading(application, juror(call), 5, 5)
    grant = person(Role.MEMBER, at=application.establishment).role_grants.get()
    grant.user = linked
    grant.ended_at = grant.started_at
    grant.save()

    assert [str(s.score) for s in standings(call)] == ["100.00"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("score_not_negative", {"points": -1}),
        ("score_not_applicable_is_null_with_remark", {"points": 2, "is_applicable": False, "remark": "non"}),
        ("score_not_applicable_is_null_with_remark", {"points": None, "is_applicable": False, "remark": ""}),
    ],
)
def test_database_refuses_impossible_scores(name, values):
    call = jury_call()
    assessment = reading(admissible_file(call), juror(call), state=State.ASSIGNED)

    with pytest.raises(IntegrityError, match=name):
        Score.objects.create(assessment=assessment, criterion=call.grid.criteria.first(), **values)
