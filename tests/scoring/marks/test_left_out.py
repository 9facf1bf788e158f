"""A criterion whose condition does not hold of a file is out of its score, as if every juror had said it not applicable."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.marks.combination import CriterionWeight, Reading, Scorer
from scoring.marks.ranking import FileMarks, rank_files

RATED, COMPUTED = (1, 2, 3), (8, 9)
FILED = datetime(2027, 1, 5, tzinfo=UTC)
weights = st.integers(0, 6)
points = st.one_of(st.none(), st.integers(0, 10).map(lambda n: Decimal(n) / 2))


def grid(drawn):
    return [CriterionWeight(key, weight, 5, key in RATED) for key, weight in zip((*RATED, *COMPUTED), drawn, strict=True)]


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])  # slow on a busy machine
@given(
    st.tuples(*[weights] * 5),
    st.lists(st.tuples(st.integers(1, 3), *[points] * 3), max_size=3),
    st.tuples(points, points),
    st.frozensets(st.sampled_from((*RATED, *COMPUTED))),
)
def test_a_condition_that_is_false_gives_the_score_of_not_applicable_said_by_every_juror(drawn, rows, values, out):
    readings = [Reading(n, body, dict(zip(RATED, given_points, strict=True))) for n, (body, *given_points) in enumerate(rows)]
    said = [Reading(each.juror, each.body, {key: None if key in out else value for key, value in each.points.items()}) for each in readings]
    computed = dict(zip(COMPUTED, values, strict=True))
    scorer = Scorer(grid(drawn), 100)

    found = scorer.combine(readings, computed, out=out)

    expected = scorer.combine(said, {key: None if key in out else value for key, value in computed.items()})
    assert (found.exact, found.by_body, found.missing) == (expected.exact, expected.by_body, expected.missing)
    assert [share for _, share in found.by_juror] == [share for _, share in expected.by_juror]


def test_the_weights_of_the_others_count_alone_and_what_was_given_is_no_difference_between_jurors():
    rules = [CriterionWeight(1, 3, 5), CriterionWeight(2, 1, 5)]
    readings = (Reading(1, 1, {1: Decimal(4), 2: Decimal(0)}), Reading(2, 1, {1: Decimal(4), 2: Decimal(5)}))
    file = FileMarks(1, "A", FILED, readings)

    [counted] = rank_files([file], rules, 100)
    [without] = rank_files([FileMarks(1, "A", FILED, readings, out=frozenset({2}))], rules, 100)

    assert (counted.score, counted.spread) == (Decimal("72.50"), Decimal("25.00"))
    assert (without.score, without.spread) == (Decimal("80.00"), Decimal("0.00"))


def test_a_computed_criterion_keeps_its_part_of_the_score_whatever_the_jury_does_not_mark():
    rules = [CriterionWeight(1, 3, 5), CriterionWeight(2, 1, 5), CriterionWeight(9, 1, 5, rated=False)]
    readings = (Reading(1, 1, {1: Decimal(5)}),)

    [standing] = rank_files([FileMarks(1, "A", FILED, readings, {9: Decimal(0)}, out=frozenset({2}))], rules, 100)

    assert standing.score == Decimal("80.00")  # four fifths, as for every file


def test_a_file_to_which_nothing_applies_has_no_rank_and_no_zero():
    rules = [CriterionWeight(1, 3, 5), CriterionWeight(9, 1, 5, rated=False)]
    readings = (Reading(1, 1, {1: Decimal(5)}),)

    [standing] = rank_files([FileMarks(1, "A", FILED, readings, {9: Decimal(5)}, out=frozenset({1}))], rules, 100)

    assert (standing.rank, standing.score) == (None, None)
