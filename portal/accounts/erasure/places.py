"""What each app says of an erasure: what only this person can end, and where it keeps their name (docs/adr/0054-personal-data.md)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.accounts.models import User
from portal.journal.veil import Replace


@dataclass(frozen=True)
class Erased:
    """A person being erased: their row, the words that named them, what replaces them in a text, the address that replaces theirs."""

    user: User
    names: tuple[str, ...]
    email: str  # that they had
    pseudonym: str
    new_email: str
    replace: Replace


Holds = Callable[[User], Iterable[str]]
Eraser = Callable[[Erased], None]
_holds: list[Holds] = []
_erasers: list[Eraser] = []


def holds(reader: Holds) -> Holds:
    """Decorator: the function gives, in French sentences with the names of things, what this person alone holds and somebody must end first."""
    _holds.append(reader)
    return reader


def erased(act: Eraser) -> Eraser:
    """Decorator: the function takes the name of the person out of the rows of its app, in the transaction of the erasure."""
    _erasers.append(act)
    return act


def erasure_gaps(user: User) -> list[str]:
    """Why this person cannot be erased yet, in French; empty when they can."""
    return [sentence for reader in _holds for sentence in reader(user)]


def erase_everywhere(person: Erased) -> None:
    for act in _erasers:
        act(person)
