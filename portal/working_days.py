"""Working days: those of the week, Monday to Friday, that are no public holiday where the Région is (code du travail, L. 3133-1, L. 3134-13)."""

from datetime import date, timedelta
from functools import cache

import holidays
from django.conf import settings


@cache
def _holidays(subdivision: str) -> holidays.HolidayBase:
    return holidays.country_holidays("FR", subdiv=subdivision or None)


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(settings.HOLIDAYS_SUBDIVISION)


def between(first: date, last: date) -> int:
    """Working days from a day, not counted, to another, counted: how far a calendar moves. Negative when the second comes first."""
    if last < first:
        return -between(last, first)
    return sum(is_working(first + timedelta(days=one)) for one in range(1, (last - first).days + 1))


def moved(day: date, by: int) -> date:
    """The day `by` working days later; itself, or the next working day, when `by` is nought. Raises ValueError when `by` is negative."""
    if by < 0:
        raise ValueError("a calendar moves forward")
    while by or not is_working(day):
        day += timedelta(days=1)
        by -= is_working(day) and by > 0
    return day


def before(day: date, by: int) -> date:
    """The latest working day from which `between` counts `by` working days to this one. Raises ValueError when `by` is not positive."""
    if by < 1:
        raise ValueError("a reminder comes before its day")
    found, last = day, None
    while last is None or between(last, day) < by:
        found -= timedelta(days=1)
        last = found if is_working(found) else last
    return last
