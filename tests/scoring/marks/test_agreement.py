import math
import random
import warnings
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.marks.agreement import alpha, label, published, use
from scoring.marks.mark import ReadingMark

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import krippendorff


def package_alpha(rows, jurors):
    """The same figure by the `krippendorff` package: jurors in rows, files in columns, NaN where nothing was read."""
    data = [[float(row[juror]) if juror in row else math.nan for row in rows] for juror in range(jurors)]
    return krippendorff.alpha(reliability_data=data, level_of_measurement="interval")


def marks_of(rows):
    return [ReadingMark(file, juror, value) for file, row in enumerate(rows) for juror, value in row.items()]


def test_worked_example():
    # two files, two jurors: (10, 12) and (14, 14). Observed: (2 × 2 / 1 + 0) / 4 = 1. Expected: 11 / 3, so 1 - 3 / 11.
    rows = [{0: Decimal(10), 1: Decimal(12)}, {0: Decimal(14), 1: Decimal(14)}]

    assert alpha(marks_of(rows)) == Fraction(8, 11)


def test_full_agreement_is_one():
    assert alpha(marks_of([{0: Decimal(10), 1: Decimal(10)}, {0: Decimal(14), 1: Decimal(14)}])) == 1


@pytest.mark.parametrize("rows", [[], [{0: Decimal(10)}, {1: Decimal(12)}], [{0: Decimal(10), 1: Decimal(10)}]])
def test_nothing_to_compare_gives_no_figure(rows):
    assert alpha(marks_of(rows)) is None


@pytest.mark.parametrize("seed", range(5))
def test_large_panels_equal_the_package(seed):
    draw = random.Random(seed)
    rows = [{juror: Decimal(draw.randrange(0, 10_001)) / 100 for juror in draw.sample(range(15), draw.randrange(1, 6))} for _ in range(120)]

    assert abs(float(alpha(marks_of(rows))) - package_alpha(rows, 15)) < 1e-9


marks = st.dictionaries(st.integers(0, 4), st.integers(0, 40).map(lambda n: Decimal(n) / 2), min_size=1, max_size=5)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(marks, min_size=1, max_size=8))
def test_any_panel_equals_the_package(rows):
    found = alpha(marks_of(rows))
    assume(found is not None)

    assert abs(float(found) - package_alpha(rows, 5)) < 1e-9


def test_words_follow_the_usual_bounds():
    values = [published(value) for value in (Fraction(795, 1000), Fraction(794, 1000), Fraction(2, 3), Fraction(664, 1000), None)]

    assert values == [Decimal("0.80"), Decimal("0.79"), Decimal("0.67"), Decimal("0.66"), None]
    assert [label(value) for value in values] == ["Bon accord", "Accord moyen", "Accord moyen", "Accord faible", ""]
    assert len({use(value) for value in values}) == 4
