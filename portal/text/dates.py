"""How the portal writes days and hours in French, on French clocks."""

from datetime import date, datetime
from typing import TypeVar

from django.utils import timezone

from portal.text.french import NBSP, NOTHING
from portal.text.months import MONTHS, date_in_words

Instant = TypeVar("Instant", date, datetime)


def local(value: Instant) -> Instant:
    """The same instant on French clocks; a plain date stays as it is."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def to_the_second(value: datetime) -> datetime:
    """The same instant without its fraction of a second. What rounds to the second would make 23:59:59.7 the next day."""
    return value.replace(microsecond=0)


def day(value: date | datetime | None, *, year: bool = True, weekday: bool = False) -> str:
    """A date: 12 mars 2027, with `weekday` vendredi 12 mars 2027."""
    if not value:
        return NOTHING
    return date_in_words(local(value), year=year, weekday=weekday)


def days_until(due: date | datetime) -> int:
    """Days from today to a date on French calendars, negative when it is past: the only count of days left that the portal writes."""
    due = local(due)
    return ((due.date() if isinstance(due, datetime) else due) - timezone.localdate()).days


def hour(value: datetime | None) -> str:
    """A time of day: 18 h 00."""
    if not value:
        return NOTHING
    here = local(value)
    return f"{here.hour}{NBSP}h{NBSP}{here.minute:02d}"


def moment(value: datetime | None) -> str:
    """A date and its time: 12 mars 2027 à 18 h 00."""
    return f"{day(value)} à {hour(value)}" if value else NOTHING


def figures(value: date | datetime) -> str:
    """A date in figures, inside a sentence that must stay short: 12/03/2027."""
    return f"{local(value):%d/%m/%Y}"


def printed_day(value: date | datetime) -> str:
    """A date as papers print it, never cut at the end of a line: 12 mars 2027."""
    value = local(value)
    return f"{value.day}{NBSP}{MONTHS[value.month - 1]}{NBSP}{value.year}"


def printed_moment(value: datetime) -> str:
    """An instant as papers print it, to the second: 12 mars 2027 à 18 h 00 min 05 s (heure de Paris)."""
    here = local(value)
    clock = f"{here:%H}{NBSP}h{NBSP}{here:%M}{NBSP}min{NBSP}{here:%S}{NBSP}s"
    return f"{printed_day(value)} à {clock} (heure de Paris)"
