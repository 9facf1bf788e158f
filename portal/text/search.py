"""Text as searches compare it. Pure: querysets come from outside."""

from typing import Protocol, Self, TypeVar

from portal.text.folding import fold
from portal.text.typed import as_typed

LONGEST = 200  # signs of what one may look for


class Filterable(Protocol):
    """What Django's querysets and managers can do."""

    def filter(self, **lookups: str) -> Self: ...


Rows = TypeVar("Rows", bound=Filterable)


def tidy(typed: str | None) -> str:
    """What somebody typed in a search box, as it is shown again: in NFC, single spaces, nothing hidden (PostgreSQL refuses NUL)."""
    return " ".join(as_typed((typed or "").replace("\x00", " "), multiline=False).text.split())


def words(typed: str | None) -> list[str]:
    """The words to look for, folded, of the first LONGEST signs typed."""
    return fold(tidy(typed)[:LONGEST]).split()


def matching(rows: Rows, typed: str | None, field: str = "search_text") -> Rows:
    """The rows whose `field` (folded text, on the row or on one row that it points to) holds every word typed, in any order.

    Nothing typed: all rows.
    """
    for word in words(typed):
        rows = rows.filter(**{f"{field}__contains": word})
    return rows
