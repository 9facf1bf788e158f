"""The rule of the score, on figures worked out by hand, and for every shape of marks."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.marks.combination import CriterionWeight, Reading, Scorer, round_half_up, weighted_mean

RULES = [CriterionWeight(1, 3, 5), CriterionWeight(2, 2, 20), CriterionWeight(9, 1, 5, rated=False)]
REGION, ACADEMY, DRAAF = 1, 2, 3


def reading(juror, body, a, b):
    return Reading(juror, body, {1: None if a is None else Decimal(a), 2: None if b is None else Decimal(b)})


def test_mark_of_a_juror_is_the_weighted_share_of_each_maximum():
    share = Scorer(RULES, 100).reading_share({1: Decimal("4"), 2: Decimal("12.5")})

    # (3 × 4/5 + 2 × 12,5/20) / 5
    assert share == Fraction(73, 100)


def test_mark_with_many_decimals_stays_exact():
    share = Scorer([CriterionWeight(1, 1, 3)], 100).reading_share({1: Decimal("0.12345")})

    assert share == Fraction(12345, 300_000)


def test_body_of_three_weighs_no_more_than_a_body_of_one():
    readings = [reading(1, REGION, 5, 20), reading(2, REGION, 5, 20), reading(3, REGION, 5, 20), reading(4, ACADEMY, 0, 0)]

    found = Scorer(RULES, 20).combine(readings, {})

    assert found.exact == 10
    assert found.by_body == {REGION: 1, ACADEMY: 0}


def test_bodies_may_have_weights():
    readings = [reading(1, REGION, 5, 20), reading(2, ACADEMY, 0, 0)]

    found = Scorer(RULES, 20, {REGION: 3, ACADEMY: 1}).combine(readings, {})

    assert found.exact == 15


def test_missing_body_is_reported_and_its_weight_is_spread_over_the_others():
    readings = [reading(1, REGION, 5, 20), reading(2, ACADEMY, 0, 0)]

    found = Scorer(RULES, 20, {REGION: 3, ACADEMY: 1, DRAAF: 6}).combine(readings, {}, expected=[DRAAF, ACADEMY, REGION])

    assert (found.exact, found.missing) == (15, (DRAAF,))


def test_juror_who_finds_nothing_applicable_is_a_missing_body():
    found = Scorer(RULES, 20).combine([reading(1, REGION, 4, 16), reading(2, ACADEMY, None, None)], {}, expected=[REGION, ACADEMY])

    assert (found.exact, found.missing) == (16, (ACADEMY,))


def test_bodies_that_weigh_nothing_give_no_score():
    assert weighted_mean({REGION: Fraction(1)}, {REGION: 0}) is None


def test_computed_criterion_joins_by_its_weight_and_never_alone():
    scorer = Scorer(RULES, 100)

    with_marks = scorer.combine([reading(1, REGION, 4, "12.5")], {9: Decimal(5)})
    alone = scorer.combine([], {9: Decimal(5)})

    # (5 × 0,73 + 1 × 1) / 6
    assert (with_marks.exact, alone.exact) == (Fraction(155, 2), None)


def test_effect_of_a_juror_is_taken_off_before_anything_else():
    readings = [reading(1, REGION, 4, 16), reading(2, ACADEMY, 4, 16)]

    found = Scorer(RULES, 20).combine(readings, {}, effects={2: Decimal("-2.00")})

    # 16 for the Région, 16 + 2 for the académie
    assert found.exact == 17


def test_rounding_is_once_and_half_up():
    assert [round_half_up(Fraction(n, 1000)) for n in (-5, 5, 15, 1004, 1005)] == [
        Decimal("0.00"), Decimal("0.01"), Decimal("0.02"), Decimal("1.00"), Decimal("1.01"),
    ]  # fmt: skip


points = st.one_of(st.none(), st.integers(0, 500).map(lambda n: Decimal(n) / 100))
readings = st.lists(st.builds(reading, st.integers(1, 9), st.sampled_from([REGION, ACADEMY, DRAAF]), points, points), max_size=6)
weights = st.fixed_dictionaries({body: st.integers(1, 9) for body in (REGION, ACADEMY, DRAAF)})


@settings(max_examples=100, deadline=None, derandomize=True)
@given(readings, weights, st.integers(2, 9))
def test_only_the_proportion_of_weights_counts(given_readings, w, times):
    plain = Scorer(RULES, 100, w).combine(given_readings, {9: Decimal(3)})

    more = Scorer(
        [CriterionWeight(r.key, r.weight * times, r.max_points, r.rated) for r in RULES], 100, {b: n * times for b, n in w.items()}
    ).combine(given_readings, {9: Decimal(3)})

    assert more == plain


@settings(max_examples=100, deadline=None, derandomize=True)
@given(readings, st.integers(-500, 500).map(lambda n: Decimal(n) / 100))
def test_taking_the_same_points_off_every_juror_moves_every_score_by_as_much(given_readings, effect):
    scorer = Scorer(RULES[:2], 100)
    plain = scorer.combine(given_readings, {})

    moved = scorer.combine(given_readings, {}, effects=dict.fromkeys(range(1, 10), effect))

    assert moved.exact == (None if plain.exact is None else plain.exact - Fraction(effect))
