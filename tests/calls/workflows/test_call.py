from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from calls.models import Call, Questionnaire
from portal.journal.models import JournalEntry
from portal.workflow.gate import TransitionRefused, perform
from tests.calls.workflows.cast import EVERYONE, cast_for
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import CriterionFactory
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db

MANAGERS = {"call_manager", "admin"}
ARROWS = {
    ("draft", "publish", "published"): MANAGERS,
    ("published", "start_instruction", "instruction"): MANAGERS,
    ("instruction", "start_assessment", "assessment"): MANAGERS,
    ("assessment", "start_deliberation", "deliberation"): MANAGERS,
    ("deliberation", "record_vote", "voted"): {"call_manager", "finance"},
    ("voted", "release", "released"): MANAGERS,
    ("released", "archive", "archived"): MANAGERS,
    ("draft", "withdraw", "withdrawn"): MANAGERS,
    ("published", "withdraw", "withdrawn"): MANAGERS,
}
STATES = sorted({source for source, _, _ in ARROWS} | {target for _, _, target in ARROWS})
NAMES = sorted({name for _, name, _ in ARROWS})


def call_ready(state: str, name: str) -> Call:
    """A call in a state, with what this transition needs: a past closing for the instruction, a grid for the scoring."""
    over = name == "start_instruction"
    call = CallFactory(state=state, closes_at=timezone.now() + timedelta(days=-1 if over else 10))
    if name == "start_assessment":
        CriterionFactory(grid__call=call)
    return call


def test_call_workflow_is_exactly_this():
    assert arrows(Call) == set(ARROWS)


@pytest.mark.parametrize(
    ("arrow", "kind"), [(arrow, kind) for arrow, kinds in ARROWS.items() for kind in sorted(kinds)], ids=lambda value: "-".join(value[:2])
)
def test_each_transition_is_open_to_these_people(arrow, kind):
    source, name, target = arrow
    call = call_ready(source, name)
    actor = cast_for(EstablishmentFactory(), kind)

    fresh = perform(call, name, actor=actor, reason="Motif.")

    assert fresh.state == target
    assert JournalEntry.objects.filter(action=name, source=source, target=target, actor=actor).count() == 1


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: f"{arrow[0]}-{arrow[1]}")
def test_each_transition_is_closed_to_everybody_else(arrow):
    source, name, _ = arrow
    call, school = call_ready(source, name), EstablishmentFactory()

    for kind in [kind for kind in EVERYONE if kind not in ARROWS[arrow]]:
        with pytest.raises(PermissionDenied):
            perform(call, name, actor=cast_for(school, kind), reason="Motif.")

    assert Call.objects.get().state == source
    assert JournalEntry.objects.count() == 0


@pytest.mark.parametrize("state", STATES)
def test_a_transition_that_the_state_does_not_have_changes_nothing(state):
    call, actor = call_ready(state, ""), cast_for(EstablishmentFactory(), "call_manager")

    for name in [name for name in NAMES if not any((state, name) == arrow[:2] for arrow in ARROWS)]:
        with pytest.raises(TransitionRefused) as refusal:
            perform(call, name, actor=actor)
        assert refusal.value.wrong_state

    assert Call.objects.get().state == state
    assert JournalEntry.objects.count() == 0


def test_a_call_without_questionnaire_is_not_published():
    call = CallFactory(state="draft", with_questionnaire=False)

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "publish", actor=cast_for(EstablishmentFactory(), "call_manager"))

    assert refusal.value.reasons == ["L’appel n’a pas encore de questionnaire."]


def test_a_call_whose_questionnaire_makes_no_form_is_not_published():
    call = CallFactory(state="draft", with_questionnaire=False)
    Questionnaire.objects.create(call=call, definition={"sections": []})

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "publish", actor=cast_for(EstablishmentFactory(), "call_manager"))

    assert refusal.value.reasons == ["Le questionnaire n’a aucune section."]


def test_the_instruction_does_not_open_while_files_may_still_arrive():
    call = CallFactory(closes_at=timezone.now() - timedelta(minutes=1), grace_minutes=10)

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "start_instruction", actor=cast_for(EstablishmentFactory(), "call_manager"))

    assert refusal.value.reasons[0].startswith("L’appel est ouvert jusqu’au ")


def test_the_assessment_waits_for_every_file_to_be_checked():
    call = CallFactory(state="instruction")
    ApplicationFactory(call=call, submitted=True)

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "start_assessment", actor=cast_for(EstablishmentFactory(), "call_manager"))

    assert refusal.value.reasons == ["La recevabilité de 1 dossier reste à prononcer."]


def test_a_call_with_a_filed_file_is_not_withdrawn():
    call = CallFactory()
    ApplicationFactory(call=call, submitted=True)

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "withdraw", actor=cast_for(EstablishmentFactory(), "call_manager"), reason="Crédits annulés.")

    assert refusal.value.reasons == ["Des dossiers sont déjà déposés."]


def test_a_call_that_closes_before_it_opens_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="call_closes_after_opening"):
        CallFactory(closes_at=timezone.now() - timedelta(days=30))
