"""An envelope shared by quality and number: exact, and nobody loses when there is more to share."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.allocation.curve import curve
from scoring.allocation.sharing import Claimant, Why, share
from scoring.allocation.weighing import MarkBand, by_band, linear, with_pupils
from scoring.enums import AmountStep

amounts = st.integers(0, 5_000_000)
weights = st.integers(0, 2_000)
steps = st.sampled_from([*AmountStep.values, 100_000])


@st.composite
def claimants(draw, floors=False):
    rows = draw(st.lists(st.tuples(amounts, weights, st.none() | amounts, st.integers(0, 400_000) if floors else st.just(0)), max_size=12))
    return [Claimant(f"F{rank}", *row) for rank, row in enumerate(rows)]


def given_to(sharing):
    return {one.claimant.key: one.amount for one in sharing.shares}


def test_three_lycees_by_hand():
    """30 000 € by weights of 3, 2 and 1: the first asks less than its share, what it leaves goes to the others."""
    files = [Claimant("A", 1_200_000, 3), Claimant("B", 5_000_000, 2), Claimant("C", 5_000_000, 1)]

    sharing = share(files, 3_000_000, step=100_000)

    assert given_to(sharing) == {"A": 1_200_000, "B": 1_200_000, "C": 600_000}
    assert [one.why for one in sharing.shares] == [Why.ASKED, Why.SHARE, Why.SHARE]
    assert sharing.left == 0


def test_the_last_step_goes_to_the_best_and_the_ceiling_of_the_call_holds():
    files = [Claimant("A", 900, 1), Claimant("B", 900, 1), Claimant("C", 900, 1, ceiling=200)]

    sharing = share(files, 1_000, step=100)

    assert given_to(sharing) == {"A": 400, "B": 400, "C": 200}
    assert sharing.shares[2].why is Why.CEILING
    assert given_to(share(files[:2], 700, step=100)) == {"A": 400, "B": 300}


def test_who_gets_too_little_leaves_and_the_rest_is_shared_again():
    files = [Claimant("A", 1_000, 2, floor=500), Claimant("B", 1_000, 1, floor=400), Claimant("C", 1_000, 1, floor=300)]

    sharing = share(files, 1_000)

    assert given_to(sharing) == {"A": 1_000, "B": 0, "C": 0} or given_to(sharing) == {"A": 667, "B": 0, "C": 333}
    assert sharing.shares[1].why is Why.TOO_LITTLE
    assert sharing.total <= 1_000


@settings(max_examples=300, deadline=None)
@given(claimants(), amounts, steps)
def test_it_is_within_one_step_of_all_that_can_be_given(files, envelope, step):
    sharing = share(files, envelope, step=step)
    most = min(envelope, sum(one.most for one in files if one.weight))

    assert sharing.total <= envelope
    assert most - sharing.total < step
    assert sharing.left == envelope - sharing.total
    assert all(0 <= one.amount <= one.claimant.most for one in sharing.shares)


@settings(max_examples=300, deadline=None)
@given(claimants(), amounts, st.integers(0, 300_000), steps)
def test_more_money_lowers_nobody(files, envelope, more, step):
    before, after = (given_to(share(files, money, step=step)) for money in (envelope, envelope + more))

    assert all(after[key] >= before[key] for key in before)


@settings(max_examples=300, deadline=None)
@given(st.lists(weights, min_size=2, max_size=10), amounts, amounts, steps)
def test_a_better_mark_never_gets_less_for_the_same_request(marks, asked, envelope, step):
    files = [Claimant(f"F{rank}", asked, weight) for rank, weight in enumerate(sorted(marks, reverse=True))]

    given = [one.amount for one in share(files, envelope, step=step).shares]

    assert given == sorted(given, reverse=True)


@settings(max_examples=100, deadline=None)
@given(claimants(floors=True), amounts, steps)
def test_nobody_stays_below_what_makes_the_project_possible(files, envelope, step):
    sharing = share(files, envelope, step=step)

    for one in sharing.shares:
        assert one.amount >= one.claimant.floor or (one.amount, one.why) == (0, Why.TOO_LITTLE)


def test_two_thousand_files_to_the_cent():
    chance = Random(11)
    files = [Claimant(f"F{rank}", chance.randrange(10_000_000), chance.randrange(1, 2_000)) for rank in range(2_000)]

    assert share(files, 3_333_333_337).total == 3_333_333_337


def test_the_curve_says_what_each_number_gives():
    files = [Claimant("A", 1_000, 3), Claimant("B", 1_000, 2), Claimant("C", 1_000, 1, floor=300)]

    points = curve(files, 1_200)

    assert [(point.retained, point.first, point.last, point.too_little) for point in points] == [
        (1, 1_000, 1_000, ()),
        (2, 720, 480, ()),
        (3, 600, 200, ("C",)),
    ]
    assert points[2].median == 400


@settings(max_examples=100, deadline=None)
@given(claimants(), amounts, steps)
def test_the_curve_agrees_with_the_sharing_but_for_the_last_steps(files, envelope, step):
    for point in curve(files, envelope, step=step):
        shared = share(files[: point.retained], envelope, step=step)
        assert 0 <= shared.total - point.total < step * (point.retained + 1)
        assert point.first <= shared.shares[0].amount


def test_weights():
    bands = [MarkBand(Decimal(10), 1), MarkBand(Decimal(14), 3)]

    assert [by_band(Decimal(score), bands) for score in ("9.5", "10", "13.9", "14")] == [0, 1, 1, 3]
    assert [linear(Decimal(score), Decimal(10)) for score in ("9", "10", "12.25")] == [0, 0, 225]
    assert with_pupils(3, 400) == 1200


@pytest.mark.parametrize("wrong", [{"asked": -1, "weight": 1}, {"asked": 1, "weight": -1}, {"asked": 1, "weight": 1, "floor": -1}])
def test_a_negative_number_is_refused(wrong):
    with pytest.raises(ValueError, match="negative"):
        Claimant("A", **wrong)
