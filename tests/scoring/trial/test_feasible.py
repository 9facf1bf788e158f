"""Bounds on whole numbers: against every number there is."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.trial.feasible import BoundsVerdict, NamedBound, Numbers, contradictions, feasibility


def bounds(wide: int):
    factors = st.dictionaries(st.integers(0, wide - 1), st.integers(-3, 3).filter(bool), max_size=wide)
    return st.lists(st.tuples(factors, st.integers(-4, 6)), min_size=1, max_size=5)


@st.composite
def asked(draw):
    wide = draw(st.integers(1, 3))
    most = tuple(draw(st.lists(st.integers(0, 3), min_size=wide, max_size=wide)))
    sides = [NamedBound(f"r{rank}", factors, least) for rank, (factors, least) in enumerate(draw(bounds(wide)))]
    return Numbers(most, tuple(sides), (frozenset(range(wide)),))


def some_keep(numbers: Numbers, keys) -> bool:
    sides = [side for side in numbers.sides if side.key in keys]
    return any(all(side.holds(values) for side in sides) for values in product(*(range(most + 1) for most in numbers.most)))


@given(asked())
@settings(max_examples=150, deadline=None)
def test_what_is_said_is_what_every_number_says(numbers):
    verdict = feasibility(numbers).verdict

    assert verdict in (BoundsVerdict.UNDECIDED, BoundsVerdict.HOLDS if some_keep(numbers, numbers.keys) else BoundsVerdict.IMPOSSIBLE)


@given(asked())
@settings(max_examples=80, deadline=None)
def test_a_contradiction_cannot_hold_and_each_of_its_parts_can(numbers):
    found, _ = contradictions(numbers)

    for keys in found:
        assert not some_keep(numbers, keys)
        assert all(some_keep(numbers, [key for key in keys if key != without]) for without in keys)


def test_numbers_that_only_halves_would_keep_are_impossible():
    """Exactly half of five."""
    half = {0: 1, 1: -1}
    sides = (
        NamedBound("five", {0: 1, 1: 1}, 5),
        NamedBound("five", {0: -1, 1: -1}, -5),
        NamedBound("half", half, 0),
        NamedBound("half", {0: -1, 1: 1}, 0),
    )

    assert contradictions(Numbers((9, 9), sides, (frozenset({0, 1}),))) == ([("five", "half")], True)


def test_euros_and_files_together_are_exact_to_the_cent():
    """Ten files at 12 000,01 €, and one cent missing in the envelope."""
    floor, envelope = 1_200_001, 12_000_009
    sides = (
        NamedBound("floor", {0: -floor, 1: 1}, 0),
        NamedBound("ten", {0: 1}, 10),
        NamedBound("envelope", {1: -1}, -envelope),
    )

    assert contradictions(Numbers((50, 10**9), sides))[0] == [("floor", "ten", "envelope")]
    assert feasibility(Numbers((50, 10**9), (*sides[:2], NamedBound("envelope", {1: -1}, -envelope - 1)))).verdict is BoundsVerdict.HOLDS
