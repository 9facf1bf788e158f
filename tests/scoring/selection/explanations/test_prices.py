"""What each rule costs, against the brute-force judge."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.text.canonical import plain
from scoring.selection.explanations.prices import PriceProof, price, rule_ids
from scoring.selection.solve import Doctrine
from tests.scoring.selection.explanations.cases import TWO_PLACES, places, solvable, solved
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import instances


@settings(max_examples=60, deadline=None)
@given(instances())
def test_prices_are_those_of_the_judge(value):
    case = solvable(value)

    found = {rule: plain(price(case, rule).points) for rule in rule_ids(case)}

    assert found == Oracle(value).rule_price()


@settings(max_examples=60, deadline=None)
@given(instances(), st.sampled_from(Doctrine))
def test_those_whom_a_rule_displaces_are_those_of_the_judge(value, doctrine):
    case = solvable(value, doctrine)
    oracle = Oracle(value)
    priced = [one for one in (price(case, rule) for rule in rule_ids(case)) if one.points or doctrine is Doctrine.MERIT]

    found = {one.rule: (sorted(one.enters), sorted(one.leaves)) for one in priced}

    assert found == {one.rule: oracle.changes(doctrine.value, without=(one.rule,)) for one in priced}


@settings(max_examples=40, deadline=None)
@given(instances(places=True), st.sampled_from(Doctrine))
def test_one_place_more_or_less_is_worth_what_the_judge_finds(value, doctrine):
    case = solvable(value, doctrine)
    base, number = Oracle(value), value["rules"][0]["max"]

    marginal = price(case, "places").marginal

    worth = {step: _worth(value, number + step, base, doctrine) for step in (1, -1)}
    assert {1: marginal.more, -1: marginal.less} == worth


def _worth(value, number, base, doctrine):
    if number < 0:
        return None
    oracle = Oracle(value | {"rules": [places(number), *value["rules"][1:]]})
    row = oracle.best(doctrine.value)
    objective = base.objective()[base.best(doctrine.value)]
    return None if row is None else Decimal(int(oracle.objective()[row]) - int(objective)) / base.scale


@settings(max_examples=60, deadline=None)
@given(instances(), st.sampled_from(Doctrine))
def test_a_rule_loosened_as_far_as_it_would_go_lets_the_same_files_in(value, doctrine):
    case = solvable(value, doctrine)
    loosened = [one for one in (price(case, rule) for rule in rule_ids(case)) if _can_be_loosened(case, one)]

    found = [sorted(solved(_loosened(value, one), doctrine).result.selection) for one in loosened]

    assert found == [sorted(_without(case, one)) for one in loosened]


def _can_be_loosened(case, one):
    rule = case.names.rules.get(one.rule)
    return one.reached is not None and rule is not None and not rule.is_soft and not rule.measure.is_share


def _loosened(value, one):
    end = one.reached.side.rpartition(":")[2]
    return value | {"rules": [rule | ({end: one.reached.value} if rule["id"] == one.rule else {}) for rule in value["rules"]]}


def _without(case, one):
    return case.program.selection(case.best(case.ladder(case.without([one.rule]))))


def test_a_minimum_costs_what_the_file_that_it_keeps_out_would_bring():
    case = solved(TWO_PLACES)

    found = price(case, "agri")

    assert (found.points, found.enters, found.leaves, found.reached.value) == (1, ("B",), ("C",), 0)


def test_a_rule_without_bonus_is_free_without_any_search():
    value = TWO_PLACES | {"rules": [*TWO_PLACES["rules"], {"id": "priv", "measure": "count", "scope": "priv", "max": 2}]}
    case = solved(value)
    assert case.is_tight

    found = price(case, "priv")

    assert (found.points, found.proof) == (0, PriceProof.CERTIFICATE)


@pytest.mark.parametrize("rule", ["places", "agri"])
def test_only_what_all_files_share_has_a_marginal_price(rule):
    found = price(solved(TWO_PLACES), rule)

    assert (found.marginal is None) == (rule == "agri")
