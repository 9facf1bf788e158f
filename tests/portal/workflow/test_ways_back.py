"""For each state of each machine, what a person does who was wrong; no state is a dead end but those that end a life."""

import pytest

from portal.workflow.graph import document, workflow_models
from portal.workflow.machine import transitions_of
from portal.workflow.ways_back import dead_ends, ways_back_of

# Where a life ends by nature.
LAST = {
    "PathwayDeclaration": {"refused", "withdrawn", "revoked", "superseded"},
    "Call": {"archived", "unsuccessful", "withdrawn"},
    "Application": {"closed"},
    "Assessment": {"recused"},
    "FundingDecision": {"declined"},
    "SelectionSession": {"cancelled"},
    "PurchaseOrder": {"closed", "cancelled"},
    "CablingWork": {"closed", "cancelled"},
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
    "PathwayDeclaration": set(),
    "Call": set(),
    "Application": {"declined_by_school", "closed"},
    "Assessment": set(),
    "FundingDecision": {"declined"},
    "SelectionSession": set(),
    "PurchaseOrder": set(),
    "CablingWork": set(),
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
    assert "| Clos | closed a file by mistake | nothing | – | – | – |" in page


@machines
def test_each_act_offered_says_what_is_done_and_what_asks_a_page_says_what_it_does(model):
    """Hidden transitions have forms of their own, which say it."""
    offered = {arrow.name: arrow.custom for arrow in transitions_of(model()) if not arrow.custom.get("hidden")}
    on_a_page = {name for name, custom in offered.items() if any(custom.get(key) for key in ("confirm", "needs_reason", "danger"))}

    assert {name for name, custom in offered.items() if not custom.get("done")} == set()
    assert {name for name in on_a_page if not offered[name].get("effects")} == set()
