"""Every answer is proved, or says what is not; a proof believes nobody, and corrects who was wrong."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from scoring.selection.instance import Instance
from scoring.selection.proof import proving
from scoring.selection.proof.proving import prove
from scoring.selection.proof.tree import Budget
from scoring.selection.result import ACCEPTED, PARTLY, Doctrine, Status
from scoring.selection.solve import solve
from scoring.selection.solvers import SolverFailed
from tests.scoring.selection.cases import amount, count, file, instance, legal
from tests.scoring.selection.families import family
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.proof.answers import proved, verdict
from tests.scoring.selection.strategies import instances

DOCTRINES = list(Doctrine)
HUGE = 90_000_000_000  # cents: at this size HiGHS takes one cent for nothing


@settings(max_examples=60, deadline=None)
@given(instances(sizes=(0, 7)))
def test_every_small_answer_is_the_best_one_and_is_proved(value):
    if not legal(value):
        return
    judge = Oracle(value)
    for doctrine in DOCTRINES:
        result, expected = proved(value, doctrine), judge.summary(doctrine.value)

        assert result.is_proved
        assert (result.selection is None) == (expected["status"] == "infeasible")
        assert result.selection is None or [list(pair) for pair in result.selection] == expected["selected"]


@pytest.mark.parametrize("doctrine", DOCTRINES)
@pytest.mark.parametrize(("name", "size"), [("places", 120), ("envelopes", 80), ("levels", 20)])
def test_calls_of_every_shape_are_proved_whole(name, size, doctrine):
    value = family(name, size, seed=3)

    result = proved(value, doctrine)

    assert result.proof["verdict"] == ACCEPTED
    assert result.proof["left"] == {}
    assert "c’est prouvé" in result.sentence
    assert verdict(value, result) == ACCEPTED


def test_rules_that_cannot_hold_together_are_proved_so():
    value = instance(file("A", "15", 250_000), file("B", "14", 350_001), rules=[count("both", min=2), amount("money", max=600_000)])

    result = proved(value)

    assert (result.status, result.is_proved) == (Status.INFEASIBLE, True)
    assert result.sentence == "Les règles ne peuvent pas être tenues ensemble\u00a0: c’est prouvé."


def test_one_cent_among_hundreds_of_millions_is_seen():
    files = [file(f"F{number}", "1", HUGE + number) for number in range(5)]
    value = instance(*files, rules=[amount("money", max=2 * HUGE + 1)])

    result = proved(value)

    assert result.selection == (("F0", "full"), ("F1", "full"))
    assert result.is_proved


def test_points_of_very_different_sizes_are_told_apart():
    files = [file(f"F{number}", score, 1000) for number, score in enumerate(["9000000", "0.000001", "0.000002", "5000000.5"])]
    value = instance(*files, rules=[count("places", max=3)])

    result = proved(value)

    assert result.objective == Decimal("14000000.500002")
    assert result.is_proved


@pytest.fixture
def wrong_solver(monkeypatch):
    """A solver that swears that its answer is the best one, the first time that it is asked."""
    asked = []

    def swear(given_instance, doctrine, **options):
        asked.append(options)
        right = solve(given_instance, doctrine, **options)
        return swear.answer(right) if len(asked) == 1 else right

    monkeypatch.setattr(proving, "solve", swear)
    return swear


def worse(result):
    """The empty selection, sworn to be the best."""
    return replace(result, selection=(), objective=Decimal(0), cost_cents=0, bound=Decimal(0), gap=Decimal(0))


def nothing(result):
    """No selection at all, sworn."""
    none = {"selection": None, "objective": None, "cost_cents": None, "bound": None, "gap": None}
    return replace(result, status=Status.INFEASIBLE, **none)


@pytest.mark.parametrize("sworn", [worse, nothing])
def test_a_solver_that_is_wrong_is_corrected(wrong_solver, sworn):
    wrong_solver.answer = sworn
    value = family("envelopes", 30, seed=1)
    value["rules"] = [rule for rule in value["rules"] if "min" not in rule]

    result = proved(value)

    assert result.is_proved
    assert result.selection == solve(Instance.from_dict(value), Doctrine.SUM).selection


def test_a_solver_that_fails_leaves_the_tree_to_search(monkeypatch):
    value = instance(file("A", "15", 100), file("B", "14", 100), file("C", "13", 50), rules=[amount("money", max=150)])

    def fail(given_instance, doctrine, **options):
        if "start" in options:
            return solve(given_instance, doctrine, **options)
        raise SolverFailed("nothing")

    monkeypatch.setattr(proving, "solve", fail)
    result = proved(value)

    assert (result.selection, result.is_proved) == ((("A", "full"), ("C", "full")), True)


def test_what_took_too_long_is_said_with_what_it_leaves_possible():
    value = family("envelopes", 60, seed=2)
    found = solve(Instance.from_dict(value), Doctrine.SUM)

    result = prove(Instance.from_dict(value), found, Budget(lines=3))

    assert (result.proof["verdict"], result.is_proved) == (PARTLY, False)
    assert Decimal(result.proof["left"]["score"]) > found.objective
    assert "d’après le solveur, à" in result.sentence
    assert "c’est prouvé" not in result.sentence
    assert verdict(value, result) == PARTLY


def test_a_search_stopped_by_time_is_completed_by_the_proof():
    value = family("places", 50, seed=1)
    found = solve(Instance.from_dict(value), Doctrine.SUM)
    stopped = replace(found, status=Status.BOUNDED, bound=found.objective + 5, gap=Decimal(5))

    result = prove(Instance.from_dict(value), stopped, Budget())

    assert (result.status, result.gap, result.is_proved) == (Status.PROVEN, Decimal(0), True)
    assert result.selection == found.selection
