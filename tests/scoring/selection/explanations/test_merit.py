"""Order of merit: the rules that bar a file form a minimal conflict with the better files, as the judge sees it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection.explanations.merit import Bars, MeritBar
from scoring.selection.explanations.pairs import Exchanges
from scoring.selection.solve import Doctrine
from tests.scoring.selection.explanations.cases import file, places, solvable, solved
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import instances


@settings(max_examples=100, deadline=None)
@given(instances(sizes=(2, 7)), st.booleans())
def test_the_bar_is_a_minimal_conflict_with_the_better_files(value, by_search):
    case = solvable(value, Doctrine.MERIT)
    bars, oracle = Bars(case, Exchanges(case)), Oracle(value)
    if by_search:
        bars._pair = lambda position, kept: []

    found = {case.id(position): bars.bar(position) for position in case.refused}

    assert {key: _is_minimal(oracle, case, key, bar) for key, bar in found.items() if bar} == {
        key: True for key, bar in found.items() if bar
    }
    assert {key: _can_be_added(oracle, case, key) for key, bar in found.items() if bar is None} == {
        key: True for key, bar in found.items() if bar is None
    }


def _among(oracle, case, key):
    """Selections in which the better files keep their option, and this one is in."""
    scores = {one.id: one.score for one in case.instance.applications}
    row = oracle.best("merit")
    kept = [place for place, one in enumerate(oracle.files) if oracle.taken[row, place] and scores[one["id"]] >= scores[key]]
    same = (oracle.choice[:, kept] == oracle.choice[row, kept]).all(axis=1)
    return same & oracle.taken[:, [one["id"] for one in oracle.files].index(key)]


def _holds(oracle, among, sides):
    keeps = [side.spare >= 0 for side in oracle.sides if side.name in sides]
    return bool((among & np.all(keeps, axis=0)).any()) if keeps else bool(among.any())


def _is_minimal(oracle, case, key, bar):
    among = _among(oracle, case, key)
    if bar.alone:
        return not any(_holds(oracle, among, {side}) for side in bar.sides)
    parts = [set(bar.sides) - {side} for side in bar.sides]
    return not _holds(oracle, among, set(bar.sides)) and all(_holds(oracle, among, part) for part in parts)


def _can_be_added(oracle, case, key):
    hard = {side.name for side in oracle.sides if side.penalty is None}
    return _holds(oracle, _among(oracle, case, key), hard)


VALUE = {
    "applications": [
        file("A", 1, "15", 600_000),
        file("B", 2, "14", 500_000, "priv"),
        file("C", 3, "13", 100_000),
        file("D", 4, "12", 100_000, "agri"),
        file("E", 5, "11", 100_000, "priv"),
    ],
}


def bars(*rules, **more):
    case = solved(VALUE | {"rules": list(rules)} | more, Doctrine.MERIT)
    found = Bars(case, Exchanges(case))
    return {case.id(position): found.bar(position) for position in case.refused}


def test_money_spent_on_better_files():
    found = bars({"id": "env", "measure": "amount", "max": 1_000_000})

    assert found == {"B": MeritBar(("env:max",), kept=1, alone=True, missing=100_000)}


def test_a_place_reserved_by_a_minimum():
    found = bars(places(2), {"id": "agri", "measure": "count", "scope": "agri", "min": 1})

    assert found == {
        "B": MeritBar(("places:max", "agri:min"), kept=1, alone=False),
        "C": MeritBar(("places:max", "agri:min"), kept=1, alone=False),
        "E": MeritBar(("places:max",), kept=2, alone=True, missing=1),
    }


def test_three_rules_that_only_bar_together():
    files = [file("A", 1, "15", 10), file("B", 2, "14", 10), file("C", 3, "13", 10, "priv"), file("D", 4, "12", 10, "agri")]
    minima = [{"id": group, "measure": "count", "scope": group, "min": 1} for group in ("priv", "agri")]

    found = bars({"id": "most", "measure": "count", "max": 3}, *minima, applications=files)

    assert found == {"B": MeritBar(("most:max", "priv:min", "agri:min"), kept=1, alone=False)}
