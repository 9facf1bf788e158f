from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from calls.models import Call, Questionnaire
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.cast import MANAGERS, assert_matrix, cast_around, states_of
from tests.factories.deliberation import deliberation, propose, vote
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import jury_call, publishable_call
from tests.factories.scoring import CriterionFactory
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db

ARROWS = {
    ("draft", "publish", "published"): MANAGERS,
    ("published", "start_instruction", "instruction"): MANAGERS,
    ("instruction", "start_assessment", "assessment"): MANAGERS,
    ("assessment", "start_deliberation", "deliberation"): MANAGERS,
    ("deliberation", "record_vote", "voted"): {"call_manager", "finance"},
    ("voted", "release", "released"): MANAGERS,
    ("released", "archive", "archived"): MANAGERS,
    ("instruction", "take_back_instruction", "published"): MANAGERS,
    ("assessment", "take_back_scoring", "instruction"): MANAGERS,
    ("deliberation", "take_back_deliberation", "assessment"): MANAGERS,
    ("voted", "undo_vote", "deliberation"): {"finance"},
    ("instruction", "declare_unsuccessful", "unsuccessful"): MANAGERS,
    ("assessment", "declare_unsuccessful", "unsuccessful"): MANAGERS,
    ("deliberation", "declare_unsuccessful", "unsuccessful"): MANAGERS,
    ("draft", "withdraw", "withdrawn"): MANAGERS,
    ("published", "withdraw", "withdrawn"): MANAGERS,
    ("published", "ask_opening", "published"): MANAGERS,
    ("published", "drop_opening", "published"): MANAGERS,
    ("published", "open_files", "published"): MANAGERS,  # another one than the one who asked: test_sealed_calls
}
OF_SEALED_CALLS = ("ask_opening", "drop_opening", "open_files")


def call_ready(state: str, name: str) -> Call:
    """A call in a state, with what this transition needs: a past closing for the instruction, a grid for the scoring."""
    if name == "publish":
        return publishable_call()
    if name in ("record_vote", "release", "undo_vote"):
        return (propose if name == "record_vote" else vote)(deliberation()).call
    over, sealed = name in ("start_instruction", *OF_SEALED_CALLS), name in OF_SEALED_CALLS
    call = CallFactory(state=state, closes_at=timezone.now() + timedelta(days=-1 if over else 10), sealed=sealed)
    if name in ("drop_opening", "open_files"):
        Call.objects.filter(pk=call.pk).update(opening_asked_at=timezone.now())
        call.refresh_from_db()
    if name == "start_assessment":
        CriterionFactory(grid__call=call)
        ApplicationFactory(call=call, admissible=True)
    return call


def test_call_workflow_is_exactly_this():
    assert arrows(Call) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(Call))
def test_each_transition_is_open_to_these_people_alone(state):
    assert_matrix(state, ARROWS, make=call_ready, cast=lambda call: cast_around(call, EstablishmentFactory()))


def test_a_call_without_questionnaire_is_not_published():
    call = publishable_call(with_questionnaire=False)

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "publish", actor=person(Role.CALL_MANAGER))

    assert refusal.value.reasons == ["L’appel n’a pas encore de questionnaire."]


def test_a_call_whose_questionnaire_makes_no_form_is_not_published():
    call = publishable_call(with_questionnaire=False)
    Questionnaire.objects.create(call=call, definition={"sections": []})

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "publish", actor=person(Role.CALL_MANAGER))

    assert refusal.value.reasons == ["Le questionnaire n’a aucune section."]


def test_the_instruction_does_not_open_while_files_may_still_arrive():
    call = CallFactory(closes_at=timezone.now() - timedelta(minutes=1), grace_minutes=10)

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "start_instruction", actor=person(Role.CALL_MANAGER))

    assert refusal.value.reasons[0].startswith("L’appel est ouvert jusqu’au ")


def test_the_assessment_waits_for_every_file_to_be_checked():
    call = jury_call("instruction")
    ApplicationFactory(call=call, submitted=True)

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "start_assessment", actor=person(Role.CALL_MANAGER))

    assert refusal.value.reasons == ["La recevabilité de 1 dossier reste à prononcer."]


def test_a_call_with_a_filed_file_is_not_withdrawn():
    call = CallFactory()
    ApplicationFactory(call=call, submitted=True)

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "withdraw", actor=person(Role.CALL_MANAGER), reason="Crédits annulés.")

    assert refusal.value.reasons == ["Des dossiers sont déjà déposés."]


def test_a_call_that_closes_before_it_opens_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="call_closes_after_opening"):
        CallFactory(closes_at=timezone.now() - timedelta(days=30))
