"""Rules that cannot hold together, against the brute-force judge."""

import pytest
from hypothesis import given, settings

from scoring.selection.explanations.conflicts import conflicts
from scoring.selection.instance import Instance
from scoring.selection.solvers import CPSAT
from scoring.selection.watch import Cancelled
from tests.scoring.selection.explanations.cases import file, places, readable
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import impossible

THREE = [file("A", 1, "15", 100_000, "agri"), file("B", 2, "14", 200_000, "rural"), file("C", 3, "13", 300_000)]


@settings(max_examples=80, deadline=None)
@given(impossible())
def test_all_minimal_conflicts_are_those_of_the_judge(value):
    instance = readable(value)

    found = sorted(sorted(conflict) for conflict in conflicts(instance, limit=1000))

    assert found == Oracle(value).minimal_conflicts()


@settings(max_examples=40, deadline=None)
@given(impossible())
def test_a_few_conflicts_are_among_those_of_the_judge(value):
    instance = readable(value)
    judge = Oracle(value).minimal_conflicts()

    found = [sorted(conflict) for conflict in conflicts(instance, limit=2)]

    assert (len(found), [one for one in found if one not in judge]) == (min(2, len(judge)), [])


def test_the_smallest_conflict_comes_first_in_the_order_of_the_rules():
    value = {
        "applications": THREE,
        "rules": [places(1), *(_minimum(group) for group in ("agri", "rural")), {"id": "env", "measure": "amount", "max": 50_000}],
    }

    found = conflicts(Instance.from_dict(value))

    assert found == [
        ("places:min", "env:max"),
        ("agri:min", "env:max"),
        ("rural:min", "env:max"),
        ("places:max", "agri:min", "rural:min"),
    ]


def test_a_file_forced_in_may_be_part_of_a_conflict():
    value = {"applications": THREE, "rules": [{"id": "env", "measure": "amount", "max": 250_000}], "forced_in": ["C"]}

    assert conflicts(Instance.from_dict(value)) == [("env:max", "forced_in:C:in")]


def test_both_solvers_find_the_same_conflicts():
    value = {"applications": THREE, "rules": [places(1), *(_minimum(group) for group in ("agri", "rural"))]}
    instance = Instance.from_dict(value)

    assert conflicts(instance, solver_name=CPSAT) == conflicts(instance)


def test_a_search_that_is_called_off_gives_nothing():
    value = {"applications": THREE, "rules": [places(1), *(_minimum(group) for group in ("agri", "rural"))]}

    with pytest.raises(Cancelled):
        conflicts(Instance.from_dict(value), cancelled=lambda: True)


def _minimum(group):
    return {"id": group, "measure": "count", "scope": group, "min": 1}
