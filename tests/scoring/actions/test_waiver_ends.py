"""A waiver excuses the evaluation that was missing when it was written, and no other."""

import pytest

from calls.enums import CallState
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.assessment import hand_in
from scoring.actions.waiver import grant_waiver
from scoring.enums import AssessmentState
from scoring.models import Waiver
from tests.factories.accounts import person
from tests.factories.jury import admissible_file, juror, jury_call, reading

pytestmark = pytest.mark.django_db


def excused(*others: str):
    """A file of two readings, the second one awaited and excused, and the manager; `others`: states of more readings awaited."""
    call = jury_call(CallState.ASSESSMENT)
    file, late, manager = admissible_file(call), juror(call), person(Role.CALL_MANAGER)
    reading(file, juror(call), 4, 2)
    awaited = reading(file, late, 3, 3, state=AssessmentState.IN_PROGRESS)
    for state in others:
        reading(file, juror(call), state=state)
    grant_waiver(application=file, reason="Juré empêché", actor=manager)
    return call, awaited, late, manager


def test_it_ends_with_the_last_evaluation_and_covers_none_reopened_later():
    call, awaited, late, manager = excused()

    handed = hand_in(assessment=awaited, actor=late)

    assert not Waiver.objects.exists()
    assert JournalEntry.objects.get(action="end_waiver").reason == "Juré empêché"
    perform(handed, "reopen", actor=manager, reason="Note à revoir")
    with pytest.raises(TransitionRefused):
        perform(call, "start_deliberation", actor=manager)


def test_it_stays_while_another_evaluation_is_awaited():
    _, awaited, late, _ = excused(AssessmentState.ASSIGNED)

    hand_in(assessment=awaited, actor=late)

    assert Waiver.objects.get().reason == "Juré empêché"
