"""Who replaces whom, against the brute-force judge."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection.explanations.pairs import Exchanges
from scoring.selection.explanations.waiting import Withdrawal, replacement
from scoring.selection.solve import Doctrine
from tests.scoring.selection.explanations.cases import file, places, solvable, solved
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import instances


def withdrawals(case):
    exchanges = Exchanges(case)
    return [replacement(case, exchanges, position) for position in case.column_of]


@settings(max_examples=80, deadline=None)
@given(st.one_of(instances(places=True), instances()), st.sampled_from(Doctrine))
def test_replacements_are_those_of_the_judge(value, doctrine):
    case = solvable(value, doctrine)

    found = {one.leaves: None if one.enters is None else sorted(one.enters) for one in withdrawals(case)}

    assert found == Oracle(value).replacement(doctrine.value)


def test_rules_decide_who_replaces_whom():
    value = {
        "applications": [file("A", 1, "15", 10), file("B", 2, "12", 20, "agri"), file("C", 3, "14", 10), file("D", 4, "11", 10, "agri")],
        "rules": [places(2), {"id": "agri", "measure": "count", "scope": "agri", "min": 1}],
    }

    assert withdrawals(solved(value)) == [Withdrawal("A", ("C",)), Withdrawal("B", ("D",))]


def test_nobody_may_be_left_to_keep_a_rule():
    value = {
        "applications": [file("A", 1, "15", 10), file("B", 2, "12", 20, "agri"), file("C", 3, "14", 10)],
        "rules": [places(2), {"id": "agri", "measure": "count", "scope": "agri", "min": 1}],
    }

    assert withdrawals(solved(value)) == [Withdrawal("A", ("C",)), Withdrawal("B", None)]
