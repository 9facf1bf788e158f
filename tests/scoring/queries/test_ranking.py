"""The arithmetic of the ranking, against a computation of its own and for every shape of marks."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.marks.combination import CriterionWeight, Reading, round_half_up
from scoring.marks.ranking import FileMarks, rank_files

T0 = datetime(2027, 3, 11, 16, 40, tzinfo=UTC)
RULES = [CriterionWeight(1, 3, 5), CriterionWeight(2, 2, 20), CriterionWeight(9, 1, 5, rated=False)]


def file(key, *readings, computed=None, expected=(), minutes=0, reference=""):
    readings = tuple(Reading(juror, body, {1: a, 2: b}) for juror, body, a, b in readings)
    return FileMarks(key, reference or f"R{key:03d}", T0 + timedelta(minutes=minutes), readings, computed or {}, frozenset(expected))


def D(text):
    return None if text is None else Decimal(text)


def test_score_of_one_juror_is_the_weighted_share_of_each_maximum():
    [standing] = rank_files([file(1, (7, 1, D("4"), D("12.5")))], RULES, 100)

    # (3 × 4/5 + 2 × 12,5/20) / 5 = 0,73
    assert (standing.rank, standing.score, standing.exact) == (1, Decimal("73.00"), Fraction(73))


def test_criterion_not_applicable_is_left_out_and_never_counted_as_zero():
    [standing] = rank_files([file(1, (7, 1, D("4"), None))], RULES, 100)

    assert standing.score == Decimal("80.00")


def test_bodies_weigh_the_same_whatever_their_number_of_jurors():
    readings = [(1, 1, D("5"), D("20")), (2, 1, D("5"), D("20")), (3, 1, D("5"), D("20")), (4, 2, D("0"), D("0"))]

    [standing] = rank_files([file(1, *readings)], RULES, 100)

    assert standing.score == Decimal("50.00")
    assert dict(standing.by_body) == {1: Decimal("100.00"), 2: Decimal("0.00")}
    assert standing.spread == Decimal("100.00")


def test_missing_body_is_reported_and_its_weight_goes_to_the_others():
    [standing] = rank_files([file(1, (1, 1, D("5"), D("10")), expected=(1, 2, 3))], RULES, 100)

    assert standing.missing == (2, 3)
    assert standing.score == Decimal("80.00")


def test_computed_criterion_joins_by_its_weight_and_is_left_out_when_absent():
    with_points = file(1, (1, 1, D("4"), D("12.5")), computed={9: D("5")})
    without = file(2, (1, 1, D("4"), D("12.5")), computed={9: None})

    standings = {s.key: s.score for s in rank_files([with_points, without], RULES, 100)}

    # (5 × 0,73 + 1 × 1) / 6 = 0,775
    assert standings == {1: Decimal("77.50"), 2: Decimal("73.00")}


def test_ties_are_separated_by_submission_then_reference_and_told():
    same = (1, 1, D("4"), D("10"))
    files = [
        file(1, same, minutes=9),
        file(2, same, minutes=3),
        file(3, same, minutes=3, reference="R000"),
        file(4, (1, 1, D("5"), D("20"))),
    ]

    standings = rank_files(files, RULES, 100)

    assert [(s.key, s.rank, s.tied) for s in standings] == [(4, 1, False), (3, 2, True), (2, 3, True), (1, 4, True)]


def test_file_without_any_mark_has_no_rank_and_comes_last():
    standings = rank_files([file(1, computed={9: D("5")}), file(2, (1, 1, D("0"), D("0")))], RULES, 100)

    assert [(s.key, s.rank, s.score) for s in standings] == [(2, 1, Decimal("0.00")), (1, None, None)]


def test_rounding_is_once_and_half_up():
    assert [round_half_up(Fraction(n, 1000)) for n in (5, 15, 25, 1004, 1005)] == [
        Decimal("0.01"), Decimal("0.02"), Decimal("0.03"), Decimal("1.00"), Decimal("1.01"),
    ]  # fmt: skip


# -- For every shape of marks -----------------------------------------------------------------------------------------------

halves = st.integers(0, 10).map(lambda n: Decimal(n) / 2)
marks = st.one_of(st.none(), halves)
readings = st.lists(st.tuples(st.integers(1, 4), marks, marks, marks), min_size=0, max_size=5)
weights = st.tuples(*[st.integers(0, 20)] * 4)
files = st.lists(st.tuples(readings, marks, st.integers(0, 500)), min_size=1, max_size=6)


def rules_of(w):
    return [CriterionWeight(k, w[k], 5) for k in range(3)] + [CriterionWeight(9, w[3], 5, rated=False)]


def build(rows, extra=None):
    return [
        FileMarks(
            key,
            f"R{key:03d}",
            T0 + timedelta(minutes=minutes),
            tuple(Reading(n, body, {0: a, 1: b, 2: c} | (extra or {})) for n, (body, a, b, c) in enumerate(given_marks)),
            {9: computed},
        )
        for key, (given_marks, computed, minutes) in enumerate(rows)
    ]


def independent(rows, w, scale):
    """The same rule written another way: plain lists of floats-free fractions, no shared helper."""
    found = {}
    for key, (given_marks, computed, _) in enumerate(rows):
        colleges = {}
        for body, *points in given_marks:
            rated = [(Fraction(p) / 5, weight) for p, weight in zip(points, w, strict=False) if p is not None and weight]
            if rated:
                share = sum(p * weight for p, weight in rated) / sum(weight for _, weight in rated)
                colleges.setdefault(body, []).append(share)
        if not colleges:
            found[key] = None
            continue
        jury = sum(sum(v) / Fraction(len(v)) for v in colleges.values()) / len(colleges)
        parts = [(jury, sum(w[:3]))] + ([(Fraction(computed) / 5, w[3])] if computed is not None and w[3] else [])
        exact = sum(p * weight for p, weight in parts) / sum(weight for _, weight in parts) * scale
        # exact on 40 digits, far more than any denominator here can need to decide a half
        found[key] = (Decimal(exact.numerator * 10**6 // exact.denominator) / 10**6).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return found


@settings(max_examples=200, deadline=None)
@given(files, weights, st.sampled_from([20, 100]))
def test_scores_are_those_of_an_independent_computation(rows, w, scale):
    scores = {s.key: s.score for s in rank_files(build(rows), rules_of(w), scale)}

    assert scores == independent(rows, w, scale)


@settings(max_examples=100, deadline=None)
@given(files, weights)
def test_a_criterion_of_weight_zero_changes_nothing(rows, w):
    plain = rank_files(build(rows), rules_of(w), 100)

    more = rank_files(build(rows, {7: Decimal(5)}), [*rules_of(w), CriterionWeight(7, 0, 5)], 100)

    assert more == plain


@settings(max_examples=100, deadline=None)
@given(files, weights, st.randoms(use_true_random=False))
def test_the_order_in_which_files_and_marks_arrive_changes_nothing(rows, w, random):
    built = build(rows)
    shuffled = [FileMarks(f.key, f.reference, f.submitted_at, tuple(random.sample(f.readings, len(f.readings))), f.computed) for f in built]
    random.shuffle(shuffled)

    result = rank_files(shuffled, random.sample(rules_of(w), 4), 100)

    assert [(s.key, s.rank, s.exact) for s in result] == [(s.key, s.rank, s.exact) for s in rank_files(built, rules_of(w), 100)]


@settings(max_examples=100, deadline=None)
@given(files, weights)
def test_scores_stay_within_the_scale_and_ranks_follow_them(rows, w):
    standings = rank_files(build(rows), rules_of(w), 100)

    scored = [s for s in standings if s.rank]
    assert all(0 <= s.score <= 100 for s in scored)
    assert [s.rank for s in scored] == list(range(1, len(scored) + 1))
    assert [s.score for s in scored] == sorted((s.score for s in scored), reverse=True)
