"""Conditions of a transition that can say, in French, what is missing."""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import update_wrapper

_checked: ContextVar[object] = ContextVar("checked", default=None)


class Requirement:
    """A condition for django-fsm: true when nothing is missing; `missing(obj)` lists what is, one sentence each."""

    def __init__(self, check: Callable[[object], list[str]]):
        update_wrapper(self, check)
        self.check = check

    def __call__(self, obj) -> bool:
        return _checked.get() is obj or not self.check(obj)

    def missing(self, obj) -> list[str]:
        return list(self.check(obj))


class Occasion(Requirement):
    """A requirement without which there is nothing to do, for anybody: no button is drawn, and asking all the same comes too late or too early.

    The visa already given, an answer to a request that nobody made. What a person can complete is a plain requirement.
    """


@contextmanager
def already_checked(obj):
    """While the gate carries out a transition that it has just checked, django-fsm need not ask every question again."""
    token = _checked.set(obj)
    try:
        yield
    finally:
        _checked.reset(token)


requirement = Requirement
occasion = Occasion
