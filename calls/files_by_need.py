"""Files that a role reads only once its own work on them begins: what higher apps know of sittings and votes.

A higher app says when it starts from which moment a role reads filed files; without it, such a role reads none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from portal.accounts.models import User
from portal.roles import Role


@dataclass(frozen=True)
class Need:
    role: Role
    files: Callable[[], Q]  # a condition on applications that runs in the same query
    sentence: str  # from when, as this person reads it


_needs: dict[Role, Need] = {}


def register(role: Role, files: Callable[[], Q], sentence: str) -> None:
    """Open to `role` the filed files that meet `files()`; `sentence` says it where the list is read."""
    _needs[role] = Need(role, files, sentence)


def opened_to(user: User) -> Q:
    """The condition on applications that this person's work opens; it holds for none when there is no such work."""
    opened = Q(pk__in=())
    for need in _of(user):
        opened |= need.files()
    return opened


def sentences_for(user: User) -> list[str]:
    """From when this person reads files, one sentence for each such role."""
    return [need.sentence for need in _of(user)]


def _of(user: User) -> list[Need]:
    return [need for role, need in _needs.items() if user.holds(role)]
