"""How long a computation may last, and whether somebody has called it off."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancelled(Exception):
    """The computation was called off: there is no answer."""


class Watch:
    """One limit shared by all the steps of a computation. `seconds` of wall-clock time, None for no limit."""

    def __init__(self, seconds: float | None = None, cancelled: Callable[[], bool] | None = None) -> None:
        self._end = math.inf if seconds is None else time.monotonic() + seconds
        self.cancelled = cancelled
        self.is_stuck = False  # a search that never came back runs on, somewhere: no other one is begun

    @property
    def remaining(self) -> float:
        """Seconds left, never negative, `inf` without limit."""
        return max(0.0, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        return self.remaining == 0

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What is done meanwhile takes no time from the limit."""
        started = time.monotonic()
        try:
            yield
        finally:
            self._end += time.monotonic() - started

    def check(self) -> None:
        """Raises Cancelled when somebody has called it off."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled
