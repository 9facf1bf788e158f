"""Marks drawn again: how sure each place is."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.selection.explanations.robustness import Band, robustness
from scoring.selection.solve import Doctrine
from scoring.selection.watch import Cancelled
from tests.scoring.selection.explanations.cases import file, places, solved

VALUE = {
    "applications": [file("A", 1, "18.0", 10), file("B", 2, "12.1", 10), file("C", 3, "12.0", 10), file("D", 4, "5.0", 10)],
    "rules": [places(2)],
}
MARKS = {
    "A": [("region", Decimal(18)), ("region", Decimal(18))],
    "B": [("region", Decimal("6.1")), ("draaf", Decimal("18.1"))],
    "C": [("region", Decimal(11)), ("draaf", Decimal(13))],
    "D": [("region", Decimal(5)), ("draaf", Decimal(5))],
}


def test_files_far_from_the_line_are_sure_and_the_others_share_the_last_place():
    found = robustness(solved(VALUE), MARKS, draws=400, seed=7)

    # B is drawn at 6.1, 12.1 (half of the draws) or 18.1; C at 11, 12 (half) or 13: B wins in 1/4 + 1/2 x 3/4 = 5/8
    assert (found.times["A"], found.times["D"], found.times["B"] + found.times["C"]) == (400, 0, 400)
    assert abs(found.share("B") - Fraction(5, 8)) < Fraction(8, 100)
    assert {key: found.band(key) for key in "ABC"} == {"A": Band.SURE, "B": Band.FRAGILE, "C": Band.HAIR}


def test_the_same_seed_gives_the_same_draws():
    case = solved(VALUE)

    assert robustness(case, MARKS, draws=30, seed=1) == robustness(case, MARKS, draws=30, seed=1)


@pytest.mark.parametrize("doctrine", Doctrine)
def test_a_single_mark_never_moves(doctrine):
    marks = {key: some[:1] for key, some in MARKS.items()}

    found = robustness(solved(VALUE, doctrine), marks, draws=10)

    assert found.times == {"A": 10, "B": 10, "C": 0, "D": 0}


def test_a_college_with_more_jurors_does_not_weigh_more():
    value = {"applications": [file("A", 1, "12", 10), file("B", 2, "11", 10)], "rules": [places(1)]}
    marks = {"A": [("region", Decimal(12))], "B": [("region", Decimal(10)), ("region", Decimal(10)), ("draaf", Decimal(12))]}

    found = robustness(solved(value), marks, draws=300, seed=2, weights={"draaf": 3})

    # received: (10 + 3 x 12) / 4 = 11.5; drawn: 12 when all three are DRAAF's (1/27, score 11.5, still below A)
    assert found.times == {"A": 300, "B": 0}


def test_the_value_of_an_option_follows_the_score():
    options = [{"id": "full", "amounts": {"inv": 10}}, {"id": "half", "amounts": {"inv": 5}, "value": "6.0"}]
    value = {
        "applications": [{"id": "A", "rank": 1, "score": "12.0", "groups": [], "options": options}, file("B", 2, "7.0", 5)],
        "rules": [{"id": "env", "measure": "amount", "max": 5}],
    }
    marks = {"A": [("region", Decimal(4)), ("region", Decimal(20))]}

    found = robustness(solved(value), marks, draws=200, seed=3)

    # drawn at 4, 12 or 20: half of it is 2, 6 or 10, against 7
    assert found.times["A"] + found.times["B"] == 200
    assert abs(found.share("A") - Fraction(1, 4)) < Fraction(8, 100)


def test_draws_may_be_followed_and_called_off():
    told = []
    case = solved(VALUE)

    robustness(case, MARKS, draws=3, progress=lambda done, total: told.append((done, total)))
    case.watch.cancelled = lambda: True

    assert told == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(Cancelled):
        robustness(case, MARKS, draws=3)


def test_no_draw_is_an_error():
    with pytest.raises(ValueError, match="at least one draw"):
        robustness(solved(VALUE), MARKS, draws=0)
