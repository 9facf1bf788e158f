"""Text as searches compare it. Pure: querysets come from outside."""

import unicodedata
from typing import Protocol, Self, TypeVar

from portal.text.typed import as_typed

LONGEST = 200  # signs of what one may look for


class Filterable(Protocol):
    """What Django's querysets and managers can do."""

    def filter(self, **lookups: str) -> Self: ...


Rows = TypeVar("Rows", bound=Filterable)


def fold(text: str) -> str:
    """Lower case, without accents nor ligatures, one hyphen, single spaces, nothing hidden: the same on SQLite and PostgreSQL."""
    spelled = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE").replace("’", "'").replace("\u2011", "\u2010")
    decomposed = unicodedata.normalize("NFKD", spelled.replace("\u2010", "-"))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(plain.lower().split())


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
