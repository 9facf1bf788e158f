"""History is written at its dates: while it is loaded, the portal's clock says what time it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, tzinfo
from threading import get_ident
from unittest import mock

from django.utils import timezone

from portal import working_days

_real_now = datetime.now


class _AnyDatetime(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Have `timezone.now()` start at this aware moment and advance with the real time, for this thread. For the demonstration only.

    What the function itself reads is replaced, not the function: models keep it as the default of their dates.
    """
    begun, thread, before = _real_now(moment.tzinfo), get_ident(), timezone.datetime

    class Clock(metaclass=_AnyDatetime):
        @staticmethod
        def now(tz: tzinfo | None = None) -> datetime:
            if get_ident() != thread:  # the heartbeat of a job is of this minute
                return before.now(tz)
            return (moment + (_real_now(moment.tzinfo) - begun)).astimezone(tz)

    with mock.patch.object(timezone, "datetime", Clock):
        yield


def vote_day(results_on: date) -> date:
    """The day of the vote of a call: the last working day that is at least four days before its results."""
    day = results_on - timedelta(days=4)
    while not working_days.is_working(day):
        day -= timedelta(days=1)
    return day


def days_from_now(days: float, hour: int = 10, minute: int = 0) -> datetime:
    """A working hour so many days from today, in the Région's time."""
    day = timezone.localtime(_real_now(timezone.get_default_timezone())) + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
