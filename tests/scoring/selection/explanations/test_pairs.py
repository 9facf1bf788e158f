"""One file for another: every exchange has a reason, and the reason is true."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection.explanations.pairs import Exchanges, Reason
from scoring.selection.solve import Doctrine
from tests.scoring.selection.explanations.cases import file, places, solvable, solved
from tests.scoring.selection.explanations.questions import unexplained
from tests.scoring.selection.families import family
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import instances


@settings(max_examples=100, deadline=None)
@given(instances(), st.sampled_from(Doctrine))
def test_no_pair_is_unexplained(value, doctrine):
    case = solvable(value, doctrine)

    assert list(unexplained(Exchanges(case))) == []


@pytest.mark.parametrize("doctrine", Doctrine)
@pytest.mark.parametrize("name", ["places", "envelopes"])
def test_no_pair_is_unexplained_among_hundreds_of_files(name, doctrine):
    case = solved(family(name, 120, seed=1, cents=True), doctrine)

    assert list(unexplained(Exchanges(case))) == []


def test_a_selection_that_is_not_the_best_has_an_unexplained_pair():
    value = {"applications": [file("A", 1, "15", 10), file("B", 2, "14", 10), file("C", 3, "13", 10)], "rules": [places(2)]}
    case = solved(value)
    case.chosen = case.program.chosen([("A", "full"), ("C", "full")])

    assert list(unexplained(Exchanges(case))) == [("B", "C")]


@settings(max_examples=60, deadline=None)
@given(instances(), st.sampled_from(Doctrine))
def test_what_an_exchange_breaks_is_what_the_judge_sees_broken(value, doctrine):
    case = solvable(value, doctrine)
    exchanges, oracle = Exchanges(case), Oracle(value)
    changes = [(entering, leaving) for entering in exchanges.entering for leaving in [*exchanges.leaving, None]]

    found = [_told(case, exchanges.pair(int(entering), leaving)) for entering, leaving in changes]

    assert found == [_judged(oracle, _after(case, entering, leaving), case.objective) for entering, leaving in changes]


def _after(case, entering, leaving):
    return [list(pair) for pair in case.program.selection([*(c for c in case.chosen if c != leaving), entering])]


def _told(case, pair):
    hard = sorted(broken.side for broken in pair.broken if not broken.penalty)
    return hard, pair.points, (pair.reason is Reason.RULES) == bool(hard)


def _judged(oracle, selection, objective):
    row = next(row for row in range(len(oracle.choice)) if oracle.selected(row) == sorted(selection))
    broken = sorted(side.name for side in oracle.sides if side.penalty is None and side.spare[row] < 0)
    return broken, int(oracle.objective()[row]) - objective, True
