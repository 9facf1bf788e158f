"""Files that some read only once their own work on them begins: what higher apps know of sittings and votes.

A higher app says, when it starts, from which moment its people read filed files; without it they read none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from portal.accounts.models import User


@dataclass(frozen=True)
class Need:
    whose: Callable[[User], bool]
    files: Callable[[], Q]  # a condition on applications that runs in the same query
    sentence: str  # from when, as this person reads it


_needs: list[Need] = []


def register(whose: Callable[[User], bool], files: Callable[[], Q], sentence: str) -> None:
    """Open the filed files that meet `files()` to those of whom `whose(user)` holds; `sentence` says it where the list is read."""
    _needs.append(Need(whose, files, sentence))


def opened_to(user: User) -> Q:
    """The condition on applications that this person's work opens; it holds for none when there is no such work."""
    opened = Q(pk__in=())
    for need in _of(user):
        opened |= need.files()
    return opened


def sentences_for(user: User) -> list[str]:
    """From when this person reads files, one sentence for each such work."""
    return [need.sentence for need in _of(user)]


def _of(user: User) -> list[Need]:
    return [need for need in _needs if need.whose(user)]
