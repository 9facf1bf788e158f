from decimal import Decimal
from fractions import Fraction

from scoring.marks.disagreement import disagreements
from scoring.marks.mark import ReadingMark

REGION, ACADEMY, DRAAF = 1, 2, 3


def marks_of(file, *values):
    """Marks of one file: (body, value) pairs, each from another juror."""
    return [ReadingMark(file, juror, Decimal(value), body) for juror, (body, value) in enumerate(values)]


def test_file_marked_once_says_nothing():
    assert disagreements(marks_of(1, (REGION, 3)), 20) == []


def test_range_of_five_points_of_twenty_is_flagged_and_just_under_is_not():
    # four marks: a range just under 5 leaves the deviation under 2,5
    wide = marks_of(1, (REGION, 10), (REGION, 12), (REGION, 13), (ACADEMY, 15))
    narrow = marks_of(2, (REGION, 10), (REGION, 12), (REGION, 13), (ACADEMY, "14.99"))

    found = disagreements(wide + narrow, 20)

    assert [(d.file, d.spread, d.wide_range, d.wide_deviation, d.is_flagged) for d in found] == [
        (1, 5, True, False, True),
        (2, Fraction(499, 100), False, False, False),
    ]


def test_two_marks_are_flagged_by_their_deviation_from_three_and_a_half_points():
    found = disagreements(marks_of(1, (REGION, 10), (ACADEMY, "13.54")) + marks_of(2, (REGION, 10), (ACADEMY, "13.53")), 20)

    # 3,54² / 2 = 6,2658 and 3,53² / 2 = 6,2305, on each side of 2,5²
    assert [(d.file, d.wide_range, d.wide_deviation) for d in found] == [(1, False, True), (2, False, False)]


def test_thresholds_follow_the_scale_or_the_call():
    marks = marks_of(1, (REGION, 50), (REGION, 62), (REGION, 65), (ACADEMY, 74))

    assert [d.wide_range for scale in (20, 100) for d in disagreements(marks, scale)] == [True, False]
    assert [d.wide_range for d in disagreements(marks, 100, range_alert=24)] == [True]


def test_split_between_and_within_bodies():
    between = marks_of(1, (REGION, 8), (REGION, 8), (ACADEMY, 14), (ACADEMY, 14))
    within = marks_of(2, (REGION, 8), (REGION, 14), (ACADEMY, 8), (ACADEMY, 14))
    both = marks_of(3, (REGION, 8), (REGION, 10), (ACADEMY, 12))

    shares = {d.file: d.between_share for d in disagreements(between + within + both, 20)}

    # third file: mean 10, squares 4 + 0 + 4 = 8; bodies at 9 and 12: 2 × 1 + 1 × 4 = 6
    assert shares == {1: 1, 2: 0, 3: Fraction(3, 4)}


def test_split_is_not_said_when_it_says_nothing():
    one_body = marks_of(1, (REGION, 8), (REGION, 14))
    one_each = marks_of(2, (REGION, 8), (ACADEMY, 14), (DRAAF, 9))
    equal = marks_of(3, (REGION, 8), (REGION, 8), (ACADEMY, 8))

    assert [d.between_share for d in disagreements(one_body + one_each + equal, 20)] == [None, None, None]


def test_widest_come_first_whatever_the_order_of_marks():
    marks = marks_of(1, (REGION, 8), (ACADEMY, 9)) + marks_of(2, (REGION, 8), (ACADEMY, 14)) + marks_of(3, (REGION, 8), (ACADEMY, 9))

    assert [d.file for d in disagreements(reversed(marks), 20)] == [2, 1, 3]
