"""Files hidden from a person although their role would open them: those that are sealed, and what higher apps know of conflicts of interest.

A higher app registers a condition when it starts; without any, every role sees what it should.
"""

from collections.abc import Callable

from django.db.models import Q

from portal.accounts.models import User

Restriction = Callable[..., Q]
_restrictions: list[Restriction] = []


def register(hidden_from: Restriction) -> Restriction:
    """Add `hidden_from(user) -> Q`, a condition on applications that runs in the same query. Usable as a decorator."""
    if hidden_from not in _restrictions:
        _restrictions.append(hidden_from)
    return hidden_from


def sealed_at(path: str = "") -> Q:
    """The condition that a file, at `path` ("application__"), is closed to everybody but its lycée (`Call.is_sealed`; docs/adr/0061)."""
    return Q(**{f"{path}call__sealed": True, f"{path}call__unsealed_at": None})


def open_to(user: User, files: Q) -> Q:
    """The condition `files` without what is hidden from this person, nor what is sealed: that is closed to everybody but its lycée."""
    files &= ~sealed_at()
    for hidden_from in _restrictions:
        files &= ~hidden_from(user)
    return files
