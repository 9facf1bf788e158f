"""The files that public results name: retained, and whose lycée has not declined the aid; what a higher app knows of the second is asked of it.

One definition for the results page and for the conditions of later waves: what these say of a lycée to anybody is what everybody may read.
"""

from collections.abc import Callable

from django.db.models import Q

from calls.enums import Outcome

_declined: list[Callable[[], Q]] = []


def register_declined(declined: Callable[[], Q]) -> Callable[[], Q]:
    """Add `declined() -> Q`, a condition on applications whose aid was declined. Usable as a decorator."""
    if declined not in _declined:
        _declined.append(declined)
    return declined


def retained() -> Q:
    """The condition on applications of a call whose results are public. Says nothing of whether they are."""
    found = Q(outcome__in=Outcome.GRANTING)
    for declined in _declined:
        found &= ~declined()
    return found
