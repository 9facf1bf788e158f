"""Files of which the jury has given its marks before their state says it: what a higher app knows of evaluations.

A file is in the state « Noté » only once its sitting is closed; what counts scored files counts it from its last evaluation on.
"""

from collections.abc import Callable

from django.db.models import Q

from calls.enums import ApplicationState

Condition = Callable[[], Q]
_conditions: list[Condition] = []


def register(marks_are_in: Condition) -> Condition:
    """Add `marks_are_in() -> Q`, a condition on applications that runs in the same query. Usable as a decorator."""
    if marks_are_in not in _conditions:
        _conditions.append(marks_are_in)
    return marks_are_in


def scored() -> Q:
    """The condition on applications that the jury has scored, whatever came after."""
    found = Q(state__in=ApplicationState.SCORED)
    for marks_are_in in _conditions:
        found |= marks_are_in()
    return found
