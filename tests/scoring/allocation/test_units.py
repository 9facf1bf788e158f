"""What an amount buys: whole units in order, then money to the cent."""

from hypothesis import given
from hypothesis import strategies as st

from scoring.allocation.units import UnitsAsked, buy, least


def lot(key: str, quantity: int, price: int) -> UnitsAsked:
    return UnitsAsked(key, quantity, lambda units: units * price)


lots = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 50_000)), max_size=6).map(
    lambda rows: [lot(f"L{rank}", *row) for rank, row in enumerate(rows)]
)
sums = st.lists(st.integers(0, 100_000), max_size=3).map(lambda rows: [(f"S{rank}", cents) for rank, cents in enumerate(rows)])


def test_what_comes_first_is_bought_first_and_money_takes_the_rest():
    bought = buy([lot("A", 3, 400), lot("B", 5, 300)], [("C", 500)], 2_000)

    assert bought.quantities == {"A": 3, "B": 2}
    assert bought.sums == {"C": 200}
    assert bought.spent == 2_000


def test_what_is_too_dear_is_passed_and_the_next_takes_its_place():
    bought = buy([lot("A", 3, 900), lot("B", 5, 300)], [], 800)

    assert (bought.quantities, bought.spent) == ({"B": 2}, 600)


@given(lots, sums, st.integers(0, 1_000_000))
def test_never_more_than_the_budget_nor_than_what_is_asked_and_buying_again_buys_the_same(lots, sums, budget):
    bought = buy(lots, sums, budget)

    asked = sum(one.cost(one.quantity) for one in lots) + sum(cents for _, cents in sums)
    assert bought.spent <= min(budget, asked)
    assert bought.spent == asked or budget < asked
    assert buy(lots, sums, bought.spent) == bought


@given(lots, sums)
def test_the_least_buys_something_and_a_cent_less_nothing(lots, sums):
    fewest = least(lots, sums)

    if fewest:
        assert buy(lots, sums, fewest).spent == fewest
        assert buy(lots, sums, fewest - 1).spent == 0
