"""For each state of each machine, what a person does who was wrong; no state is a dead end but those that end a life."""

import pytest

from portal.workflow.graph import document, workflow_models
from portal.workflow.machine import transitions_of
from portal.workflow.ways_back import dead_ends, ways_back_of

# Where a life ends by nature.
LAST = {
    "FactDeclaration": {"refused", "withdrawn", "revoked", "replaced", "superseded"},
    "SchoolClosure": {"lifted", "superseded"},
    "Call": {"archived", "unsuccessful", "withdrawn"},
    "Application": set(),
    "Assessment": {"recused"},
    "FundingDecision": set(),
    "SelectionSession": {"cancelled"},
    "PurchaseOrder": {"closed", "cancelled"},
    "CablingWork": {"closed", "cancelled"},
    "Partnership": set(),
    "Thread": set(),
    "JuryQuestion": {"withdrawn"},
    "Opinion": {"cancelled", "ended"},
}
machines = pytest.mark.parametrize("model", workflow_models(), ids=lambda model: model.__name__)


def test_these_are_all_the_machines():
    assert {model.__name__ for model in workflow_models()} == set(LAST)


@machines
def test_no_state_is_a_dead_end_but_the_last_ones(model):
    assert dead_ends(model) <= LAST[model.__name__]


@machines
def test_each_state_says_what_a_person_does_who_was_wrong(model):
    states = {value for value, _ in model._meta.get_field("state").choices}

    assert {str(state) for state in ways_back_of(model)} == states
    assert all(way.mistake for ways in ways_back_of(model).values() for way in ways)


# Mistakes that nothing in the portal mends, and no lawful end explains.
UNMENDED = {
    "Partnership": set(),
    "FactDeclaration": set(),
    "SchoolClosure": set(),
    "Call": set(),
    "Application": set(),
    "Assessment": set(),
    "FundingDecision": set(),
    "SelectionSession": set(),
    "PurchaseOrder": set(),
    "CablingWork": set(),
    "Thread": set(),
    "JuryQuestion": set(),
    "Opinion": set(),
}


@machines
def test_each_mistake_has_a_way_back_or_a_stated_end(model):
    silent = {str(state) for state, ways in ways_back_of(model).items() if not all(way.exists for way in ways)}

    assert silent <= UNMENDED[model.__name__]


@machines
def test_a_transition_that_mends_starts_from_that_state(model):
    arrows = {(arrow.source, arrow.name) for arrow in transitions_of(model())}
    named = {(str(state), way.by) for state, ways in ways_back_of(model).items() for way in ways if way.by}

    assert named <= arrows


def test_the_page_says_who_may_until_when_and_who_is_told():
    page = document()

    assert (
        "| Recevable | declared admissible by mistake | « Reprendre l’instruction » (`resume_instruction`) | `resumes_instruction` | "
        "the opening of the scoring | `instruction_resumed` |"
    ) in page
    assert "| Aide déclinée | declined an aid by mistake | « Rétablir l’aide » (`restore_award`) | `restores_award` |" in page


@machines
def test_each_act_offered_says_what_is_done(model):
    """What it does before the press: test_conditions.py. Hidden transitions have forms of their own, which say both."""
    offered = {arrow.name: arrow.custom for arrow in transitions_of(model()) if not arrow.custom.get("hidden")}

    assert {name for name, custom in offered.items() if not custom.get("done")} == set()
