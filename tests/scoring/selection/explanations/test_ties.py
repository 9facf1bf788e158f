"""Equal points: who could be exchanged, and what decided, against the brute-force judge."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection.explanations.ties import Decider, Tie, ties
from scoring.selection.solve import Doctrine
from tests.scoring.selection.explanations.cases import file, places, solvable, solved
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import instances


@settings(max_examples=80, deadline=None)
@given(instances(), st.sampled_from(Doctrine))
def test_ties_and_what_decided_are_those_of_the_judge(value, doctrine):
    case = solvable(value, doctrine)

    found = {tie.id: tie.decided_by.value for tie in ties(case)}

    assert found == judged(value, doctrine)


def judged(value, doctrine):
    oracle = Oracle(value)
    row = oracle.best(doctrine.value)
    criteria = list(oracle._criteria(doctrine.value, ()))[: -len(oracle.files)] if oracle.files else []
    equal = oracle.keeps()
    for criterion in criteria[:-1]:  # all but the cost
        equal = equal & (criterion == criterion[row])
    answer = {}
    for place, one in enumerate(oracle.files):
        others = np.flatnonzero(equal & (oracle.taken[:, place] != oracle.taken[row, place]))
        if len(others):
            answer[one["id"]] = "rank" if (oracle.cost[others] == oracle.cost[row]).any() else "cost"
    return answer


def test_equal_points_are_decided_by_cost_then_by_submission():
    value = {
        "applications": [file("A", 4, "15", 10), file("B", 2, "14", 20), file("C", 3, "14", 20), file("D", 1, "14", 30)],
        "rules": [places(2)],
    }

    found = ties(solved(value))

    assert found == [Tie("D", Decider.COST), Tie("B", Decider.RANK), Tie("C", Decider.RANK)]
