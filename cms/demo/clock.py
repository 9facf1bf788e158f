"""History is written at its dates: while it is loaded, the portal's clock says what time it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

from django.utils import timezone

_real_now = timezone.now


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Have `timezone.now()` start at this aware moment and advance with the real time. For the demonstration only."""
    begun = _real_now()
    with mock.patch.object(timezone, "now", lambda: moment + (_real_now() - begun)):
        yield


def days_from_now(days: float, hour: int = 10) -> datetime:
    """A working hour so many days from today, in the Région's time."""
    day = timezone.localtime(_real_now()) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)
