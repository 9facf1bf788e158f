"""Conditions of a transition that can say, in French, what is missing."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.db.models import Model

from portal.workflow.opening import is_open_for


class Requirement:
    """A condition for django-fsm: true when nothing is missing; `missing(obj)` lists what is, one sentence each.

    The gate has asked `missing` before it opens: django-fsm, which asks again, is not answered from the database a second time.
    """

    completed_by = ""  # who completes it, and by what act: for docs/workflows.md

    def __init__(self, check: Callable[[Any], list[str]], completed_by: str = ""):
        update_wrapper(self, check)
        self.check = check
        self.completed_by = completed_by

    def __call__(self, obj: Model) -> bool:
        return is_open_for(obj) or not self.check(obj)

    def missing(self, obj: Model) -> list[str]:
        return list(self.check(obj))


class Occasion(Requirement):
    """A requirement without which there is nothing to do, for anybody: no button is drawn, and asking all the same comes too late or too early.

    The visa already given, an answer to a request that nobody made. What a person can complete is a plain requirement.
    """


def requirement(completed_by: str) -> Callable[[Callable[[Any], list[str]]], Requirement]:
    """Declare a condition that somebody can complete: who, and by what act. What nobody can is an `occasion`."""
    return lambda check: Requirement(check, completed_by)


occasion = Occasion
