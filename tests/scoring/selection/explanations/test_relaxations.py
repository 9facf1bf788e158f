"""What to loosen when rules cannot hold, against the brute-force judge."""

from decimal import Decimal

from hypothesis import given, settings

from scoring.selection.explanations.relaxations import Relaxation, RelaxationStep, relaxations
from scoring.selection.instance import Instance
from scoring.selection.solve import Status, solve
from scoring.selection.solvers import CPSAT
from tests.scoring.selection.explanations.cases import file, places, readable
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import impossible

THREE = [file("A", 1, "15", 100_000, "agri"), file("B", 2, "14", 200_000, "rural"), file("C", 3, "13", 300_000)]


def minimum(group, number, **more):
    return {"id": group, "measure": "count", "scope": group, "min": number} | more


@settings(max_examples=80, deadline=None)
@given(impossible())
def test_the_cheapest_way_is_that_of_the_judge(value):
    instance = readable(value)
    units = {rule.id: rule.relax_unit for rule in instance.rules}

    found = relaxations(instance, limit=1)

    judge = Oracle(value).relaxation()
    wanted = [] if judge is None else [(judge[0], [(side, number * units.get(side.rpartition(":")[0], 1)) for side, number in judge[1]])]
    assert [(way.cost, [(step.side, step.by) for step in way.steps]) for way in found] == wanted


@settings(max_examples=40, deadline=None)
@given(impossible())
def test_every_way_makes_the_rules_hold(value):
    ways = [way for way in relaxations(readable(value)) if all(step.after is not None for step in way.steps)]

    found = [solve(Instance.from_dict(_loosened(value, way))).status for way in ways]

    assert found == [Status.PROVEN] * len(ways)


def _loosened(value, way):
    bounds = {step.side: step.after for step in way.steps}
    rules = [
        rule | {end: bounds[f"{rule['id']}:{end}"] for end in ("min", "max") if f"{rule['id']}:{end}" in bounds} for rule in value["rules"]
    ]
    return value | {"rules": rules}


def test_one_side_loosened_beats_two_at_the_same_cost():
    value = {"applications": THREE, "rules": [places(1), minimum("agri", 1), minimum("rural", 1)]}

    found = relaxations(Instance.from_dict(value))

    assert found == [
        Relaxation(Decimal(1), (RelaxationStep("rural:min", 1, 1, 0),)),
        Relaxation(Decimal(1), (RelaxationStep("agri:min", 1, 1, 0),)),
        Relaxation(Decimal(1), (RelaxationStep("places:max", 1, 1, 2),)),
    ]


def test_weights_and_what_is_not_negotiable_are_respected():
    value = {
        "applications": THREE,
        "rules": [places(1) | {"relax_weight": "2.5"}, minimum("agri", 1, negotiable=False), minimum("rural", 1, relax_weight=3)],
    }

    found = relaxations(Instance.from_dict(value))

    assert [(way.cost, [step.side for step in way.steps]) for way in found] == [
        (Decimal("2.5"), ["places:max"]),
        (Decimal(3), ["rural:min"]),
    ]


def test_money_is_loosened_by_whole_steps_and_no_further_than_negotiable():
    value = {
        "applications": THREE,
        "rules": [places(2), {"id": "env", "measure": "amount", "max": 199_999, "relax_unit": 70_000, "negotiable": {"max": 300_000}}],
    }

    found = relaxations(Instance.from_dict(value), limit=1)

    assert found == [Relaxation(Decimal(1), (RelaxationStep("places:min", 1, 2, 1),))]


def test_no_way_within_what_is_negotiable():
    rules = [minimum("agri", 1, negotiable=False), {"id": "env", "measure": "amount", "max": 0, "negotiable": {"max": 99_999}}]

    assert relaxations(Instance.from_dict({"applications": THREE, "rules": rules})) == []


def test_rules_that_hold_have_nothing_to_loosen():
    value = {"applications": THREE, "rules": [places(1), minimum("agri", 1)]}

    assert relaxations(Instance.from_dict(value)) == [Relaxation(Decimal(0), ())]


def test_both_solvers_loosen_the_same_sides():
    value = {"applications": THREE, "rules": [places(1), minimum("agri", 1), minimum("rural", 1)]}
    instance = Instance.from_dict(value)

    assert relaxations(instance, solver_name=CPSAT) == relaxations(instance)
