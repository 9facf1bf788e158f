"""The integer program: rows that say what the rules say, to the unit."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection import program
from scoring.selection.gauges import State, gauges
from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.program import Program
from tests.scoring.selection.cases import amount, count, file, instance, legal
from tests.scoring.selection.strategies import instances


@settings(max_examples=80, deadline=None, derandomize=True)
@given(instances().filter(legal), st.data())
def test_rows_say_what_the_definitions_of_the_rules_say(value, data):
    built = Program(Instance.from_dict(value))
    chosen = data.draw(selections(built))

    measured = gauges(built.instance, built.selection(chosen))

    broken = {gauge.rule.id for gauge in measured if gauge.state is State.BROKEN and not gauge.rule.is_soft}
    assert {row.rule for row in built.broken(chosen)} == broken
    lost = sum(Fraction(gauge.lost) for gauge in measured)
    values = sum(Fraction(built.option(column).value) for column in chosen)
    assert Fraction(built.objective(chosen), 10**built.decimals) == values - lost


def selections(built):
    """Columns of any selection, legal or not under the rules."""
    choices = [st.sampled_from([None, *columns]) for columns in built.columns_of]
    return st.tuples(*choices).map(lambda drawn: tuple(column for column in drawn if column is not None))


def test_the_scale_is_that_of_the_most_precise_number():
    assert Program(Instance.from_dict(instance(file("A", "12.50"), rules=[count("r", min=1, penalty="0.125")]))).decimals == 3


def test_a_share_is_multiplied_out_by_its_reduced_denominator():
    share = {"id": "r", "measure": "count_share", "scope": "g", "max": "0.40"}
    built = Program(Instance.from_dict(instance(file("A", "1", 1, "g", rank=1), file("B", rank=2), rules=[share])))

    (row,) = built.rows
    assert (row.side, dict(row.coefficients), row.rhs, row.whole) == ("r:max", {0: -3, 1: 2}, 0, 5)


def test_slack_is_counted_in_started_units():
    built = Program(Instance.from_dict(instance(file("A", "1", 1_050_000), rules=[amount("r", max=50_000, penalty="1", unit=500_000)])))

    (row,) = built.rows
    assert [built.slack(row, chosen) for chosen in ((), (0,))] == [0, 2]
    assert built.slack_limits == {1: 2}


def test_selections_and_columns_are_one_to_one():
    built = Program(Instance.from_dict(instance(file("A", rank=2), file("B", rank=1))))

    assert built.chosen(built.selection((0, 1))) == (0, 1)
    with pytest.raises(KeyError):
        built.chosen([("A", "half")])


def test_too_many_options_are_refused(monkeypatch):
    monkeypatch.setattr(program, "MAX_COLUMNS", 3)

    assert codes(instance(*(file(f"A{number}") for number in range(4)))) == [("applications", "too-large")]


def test_too_many_rules_on_too_many_files_are_refused(monkeypatch):
    monkeypatch.setattr(program, "MAX_COEFFICIENTS", 3)

    assert codes(instance(file("A"), file("B"), rules=[count("r", min=1, max=2)])) == [("rules", "too-large")]


def codes(value):
    with pytest.raises(InvalidInstance) as refused:
        Program(Instance.from_dict(value))
    return [(problem.where, problem.code) for problem in refused.value.problems]
