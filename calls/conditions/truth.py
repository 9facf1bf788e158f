"""Three answers: true, false, not yet known (the strong logic of Kleene).

What is not known yet stays so only as long as it could still turn out either way: one false part makes a conjunction false,
whatever its other parts become.
"""

from collections.abc import Iterable
from enum import Enum
from typing import NoReturn


class Truth(Enum):
    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    @classmethod
    def of(cls, value: bool) -> "Truth":
        return cls.TRUE if value else cls.FALSE

    def __invert__(self) -> "Truth":
        return Truth(2 - self.value)

    def __bool__(self) -> NoReturn:
        raise TypeError("There are three answers: ask `is_true`, `is_false` or `is_known`.")

    @property
    def is_true(self) -> bool:
        return self is Truth.TRUE

    @property
    def is_false(self) -> bool:
        return self is Truth.FALSE

    @property
    def is_known(self) -> bool:
        return self is not Truth.UNKNOWN


def all_true(truths: Iterable[Truth]) -> Truth:
    """True when all are, false as soon as one is false, else not yet known."""
    found = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return Truth.FALSE
        if truth is Truth.UNKNOWN:
            found = Truth.UNKNOWN
    return found


def any_true(truths: Iterable[Truth]) -> Truth:
    """True as soon as one is, false when all are, else not yet known."""
    found = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return Truth.TRUE
        if truth is Truth.UNKNOWN:
            found = Truth.UNKNOWN
    return found
