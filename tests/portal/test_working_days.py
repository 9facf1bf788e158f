from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import working_days

DAYS = st.integers(date(2024, 1, 1).toordinal(), date(2032, 12, 31).toordinal()).map(date.fromordinal)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2027, 3, 25), True),
        (date(2027, 3, 27), False),  # a Saturday
        (date(2027, 3, 29), False),  # Easter Monday
        (date(2027, 5, 6), False),  # Ascension
        (date(2027, 7, 14), False),
    ],
)
def test_weeks_and_public_holidays(day, works):
    assert working_days.is_working(day) is works


def test_moselle_has_two_more(settings):
    good_friday = date(2027, 3, 26)

    assert working_days.is_working(good_friday)
    settings.HOLIDAYS_SUBDIVISION = "57"
    assert not working_days.is_working(good_friday)


def test_a_day_moves_over_the_week_end_and_the_holidays():
    assert working_days.between(date(2027, 3, 25), date(2027, 3, 30)) == 2  # Friday, Tuesday
    assert working_days.moved(date(2027, 3, 25), 2) == date(2027, 3, 30)
    assert working_days.moved(date(2027, 3, 27), 0) == date(2027, 3, 30)


def test_a_calendar_does_not_move_backwards():
    with pytest.raises(ValueError, match="forward"):
        working_days.moved(date(2027, 3, 25), -1)


@given(first=DAYS, length=st.integers(0, 400))
def test_what_is_counted_is_what_is_moved(first, length):
    last = first + timedelta(days=length)
    counted = working_days.between(first, last)

    assert working_days.between(last, first) == -counted
    if working_days.is_working(last) and counted:
        assert working_days.moved(first, counted) == last
