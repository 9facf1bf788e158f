"""The life of a reading: every arrow, every role, what it needs, what it announces."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.assessment import declare_interest, hand_in
from scoring.enums import AssessmentState as State
from scoring.models import Assessment, InterestDeclaration, Score
from scoring.queries.ranking import standings
from tests.factories.accounts import person
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db


def test_assessment_workflow_is_exactly_this():
    assert arrows(Assessment) == {
        ("assigned", "begin", "in_progress"),
        ("assigned", "submit", "submitted"),
        ("in_progress", "submit", "submitted"),
        ("reopened", "submit", "submitted"),
        ("submitted", "reopen", "reopened"),
        ("assigned", "recuse", "recused"),
        ("in_progress", "recuse", "recused"),
        ("submitted", "recuse", "recused"),
        ("reopened", "recuse", "recused"),
    }


STATES_OF = {"begin": State.ASSIGNED, "submit": State.IN_PROGRESS, "reopen": State.SUBMITTED, "recuse": State.IN_PROGRESS}
ALLOWED = {
    "begin": {"own juror"},
    "submit": {"own juror"},
    "reopen": {Role.CALL_MANAGER, Role.ADMIN},
    "recuse": {"own juror"},
}
ROLES = ["own juror", "other juror", "former juror", *Role]


def actor_of(role, call, assessment):
    if role == "own juror":
        return assessment.juror
    if role == "former juror":
        assessment.juror.role_grants.update(ended_at=assessment.assigned_at)
        return type(assessment.juror).objects.get(pk=assessment.juror_id)
    if role == "other juror":
        return juror(call)
    school = assessment.application.establishment
    return person(role, at=school if role in (Role.MEMBER, Role.HEAD) else None)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", STATES_OF)
def test_transition_is_for_these_roles_only(name, role):
    call = jury_call()
    assessment = reading(admissible_file(call), juror(call), 4, 2, state=STATES_OF[name])
    actor = actor_of(role, call, assessment)

    if role in ALLOWED[name]:
        assert perform(assessment, name, actor=actor, reason="Un motif.").state != STATES_OF[name]
    else:
        with pytest.raises(PermissionDenied):
            perform(assessment, name, actor=actor, reason="Un motif.")
        assert Assessment.objects.get(pk=assessment.pk).state == STATES_OF[name]


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("name", STATES_OF)
def test_transition_starts_from_these_states_only(name, state):
    call = jury_call()
    own = juror(call)
    assessment = reading(admissible_file(call), own, 4, 2, state=state)
    actor = person(Role.CALL_MANAGER) if name == "reopen" else own
    drawn = {target for source, arrow, target in arrows(Assessment) if (source, arrow) == (state, name)}

    if drawn:
        assert {perform(assessment, name, actor=actor, reason="Un motif.").state} == drawn
    else:
        with pytest.raises(TransitionRefused) as refusal:
            perform(assessment, name, actor=actor, reason="Un motif.")
        assert refusal.value.wrong_state is True


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
