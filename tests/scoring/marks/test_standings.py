"""The order of a call as columns: what a page reads of it, without a file, in bands."""

import pickle
from decimal import Decimal

import pytest

from scoring.marks.ranking import Standing
from scoring.marks.standings import RankColumns, RankRow


def standing(key, score, spread=None, missing=()):
    score, spread = (None if value is None else Decimal(value) for value in (score, spread))
    return Standing(key, None, score, None, {}, (), spread, missing, False)


@pytest.fixture
def places():
    marks = [(11, "90.10", "30.00", ()), (12, "80", "24.99", (5,)), (13, "80", None, ()), (14, "0", "25", ()), (15, None, None, (5, 6))]
    return RankColumns.of([standing(*row) for row in marks])


def test_places_tell_rank_score_spread_tie_and_missing_body(places):
    assert list(places) == [
        RankRow(11, 1, Decimal("90.10"), Decimal("30.00"), False, False),
        RankRow(12, 2, Decimal("80.00"), Decimal("24.99"), True, True),
        RankRow(13, 3, Decimal("80.00"), None, True, False),
        RankRow(14, 4, Decimal("0.00"), Decimal("25.00"), False, False),
        RankRow(15, None, None, None, False, True),
    ]
    assert (len(places), places.scored, places.incomplete) == (5, 4, 2)


def test_hidden_files_leave_no_gap_and_no_tie_behind(places):
    seen = places.without({12, 99})

    assert [(place.key, place.rank, place.is_tied) for place in seen] == [(11, 1, False), (13, 2, False), (14, 3, False), (15, None, False)]
    assert (seen.scored, seen.incomplete, seen.disputed(20)) == (3, 1, [0, 2])
    assert places.without({99}) is places


def test_a_gap_as_large_as_the_alert_is_to_be_discussed(places):
    assert places.disputed(25) == [0, 3]


def test_bands_cover_the_whole_scale_and_hold_each_scored_file_once():
    scores = ["100", "90", "89.99", "10", "9.99", "0", None]
    places = RankColumns.of([standing(key, score) for key, score in enumerate(scores)])

    assert places.distribution(100, 10) == [2, 1, 0, 0, 0, 0, 0, 0, 1, 2]
    assert RankColumns.of([]).distribution(100, 10) == [0] * 10


def test_columns_come_back_from_a_cache(places):
    again = RankColumns(*pickle.loads(pickle.dumps(places.columns)))

    assert list(again) == list(places)
