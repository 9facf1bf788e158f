"""What whole needs cannot use of the parts is shared again: to the cent, the best first, and nobody is left with a need that could be paid."""

from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.allocation.sharing import Claimant, Why, share
from scoring.allocation.units import PricedLot, UnitsAsked, buy, used_of
from scoring.enums import AmountStep

steps = st.sampled_from(AmountStep.values)
lots = st.lists(st.builds(PricedLot, st.integers(1, 6), st.integers(1, 90_000).map(lambda tenths: Fraction(tenths, 10))), max_size=4).map(
    tuple
)


def claimant(key: str, weight: int, needs: tuple[PricedLot, ...], money: int = 0, **limits) -> Claimant:
    return Claimant(key, sum(lot.cost(lot.quantity) for lot in needs) + money, weight, lots=needs, **limits)


@st.composite
def claimants(draw):
    rows = draw(st.lists(st.tuples(st.integers(1, 9), lots, st.integers(0, 20_000), st.none() | st.integers(0, 60_000)), max_size=8))
    return [claimant(f"F{rank}", weight, needs, money, ceiling=ceiling) for rank, (weight, needs, money, ceiling) in enumerate(rows)]


def amounts(sharing) -> dict[str, int]:
    return {one.claimant.key: one.amount for one in sharing.shares}


def following(one: Claimant, used: int) -> int | None:
    """How many more cents it would use next; by a search of its own, need by need."""
    more = next((part for part in range(used + 1, one.most + 1) if one.used_of(part) > used), None)
    return None if more is None else one.used_of(more) - used


def test_by_hand():
    """400 € by weights of 2, 1 and 1. Parts of 200, 100 and 100 €; A can use 180 € of its own, B none. Of the 120 € left, C is met first (10 €
    more, at the level of 110 €), then A (60 € more, at 120 €); B lacks 70 € there, and stops; C has the 50 € that are left.
    """
    files = [
        claimant("A", 2, (PricedLot(5, Fraction(6_000)),)),
        claimant("B", 1, (PricedLot(2, Fraction(12_000)),), floor=0),
        claimant("C", 1, (PricedLot(20, Fraction(1_000)),)),
    ]

    sharing = share(files, 40_000, step=100)

    assert [(one.part, one.amount) for one in sharing.shares] == [(20_000, 24_000), (10_000, 0), (10_000, 16_000)]
    assert [(one.unused, one.again) for one in sharing.shares] == [(0, 4_000), (10_000, 0), (0, 6_000)]
    assert sharing.left == 0


def test_whoever_is_met_first_and_lacks_money_is_passed_and_the_next_one_has_it():
    files = [claimant("A", 3, (PricedLot(2, Fraction(50_000)),)), claimant("B", 1, (PricedLot(9, Fraction(3_000)),))]

    sharing = share(files, 70_000)

    assert amounts(sharing) == {"A": 50_000, "B": 18_000}
    assert sharing.left == 2_000


def test_a_file_that_has_all_that_it_asks_once_more_is_shared_is_said_so():
    files = [claimant("A", 1, (PricedLot(1, Fraction(90_000)),), floor=0), claimant("B", 1, (PricedLot(1, Fraction(60_000)),))]

    sharing = share(files, 100_000)

    assert [(one.amount, one.why) for one in sharing.shares] == [(0, Why.SHARE), (60_000, Why.ASKED)]


@settings(max_examples=200, deadline=None)
@given(claimants(), st.integers(0, 150_000), steps)
def test_all_is_accounted_for_and_where_needs_leave_something_nothing_that_somebody_could_use_stays(files, envelope, step):
    sharing = share(files, envelope, step=step)
    is_shared_again = any(one.claimant.used_of(one.part) < one.part for one in sharing.shares if one.why is not Why.TOO_LITTLE)

    assert sharing.total + sharing.left == envelope and sharing.left >= 0
    for one in sharing.shares:
        assert 0 <= one.amount <= one.claimant.most
        assert one.claimant.used_of(one.amount) == one.amount
        if one.why is not Why.TOO_LITTLE:
            assert one.amount >= one.claimant.used_of(one.part)
            rest = one.claimant.used_of(min(one.claimant.most, (one.amount + sharing.left) // step * step))
            assert rest <= one.amount or not is_shared_again


@settings(max_examples=100, deadline=None)
@given(lots, st.lists(st.integers(0, 9), min_size=2, max_size=6), st.integers(0, 150_000), steps)
def test_a_better_mark_never_gets_less_for_the_same_request(needs, weights, envelope, step):
    files = [claimant(f"F{rank}", weight, needs) for rank, weight in enumerate(sorted(weights, reverse=True))]

    given_to = list(amounts(share(files, envelope, step=step)).values())

    assert given_to == sorted(given_to, reverse=True)


@settings(max_examples=200, deadline=None)
@given(claimants(), st.integers(0, 150_000), st.integers(0, 60_000), steps)
def test_more_money_lowers_no_part(files, envelope, more, step):
    before, after = (share(files, money, step=step) for money in (envelope, envelope + more))

    for was, now in zip(before.shares, after.shares, strict=True):
        assert now.part >= was.part
        assert now.amount >= was.claimant.used_of(was.part)


@settings(max_examples=200, deadline=None)
@given(lots, st.integers(0, 20_000), st.integers(0, 200_000))
def test_what_is_used_of_a_part_is_what_is_bought_with_it_and_never_falls(needs, money, budget):
    one = claimant("F", 1, needs, money)
    asked = [UnitsAsked(str(rank), lot.quantity, lot.cost) for rank, lot in enumerate(needs)]

    assert used_of(needs, one.asked, budget) == buy(asked, [("", money)], budget).spent
    assert used_of(needs, one.asked, budget) <= used_of(needs, one.asked, budget + 1)


def test_hundreds_of_files_with_needs_of_their_own_leave_less_than_any_need():
    chance = Random(7)
    files = [
        claimant(f"F{rank}", chance.randrange(1, 9), tuple(PricedLot(chance.randrange(1, 30), Fraction(chance.randrange(2_000, 90_000))) for _ in range(8)))
        for rank in range(342)
    ]  # fmt: skip

    sharing = share(files, 50_000_000, step=1_000)

    short = [following(one.claimant, one.amount) for one in sharing.shares[:5] if one.amount < one.claimant.most]
    assert sharing.left < 2_000 or all(more is None or more > sharing.left for more in short)
