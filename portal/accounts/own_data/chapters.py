"""What the portal knows of a person, chapter by chapter. Each app gives its own when it starts.

A chapter gives what the person wrote, did or was told, as they may read it on the day when they ask: what was closed to them since (a role
that ended, a link declared with a lycée) is not opened by an export (docs/adr/0054-personal-data.md).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from portal.accounts.models import User

Row = Mapping[str, object]  # French heading: a value of JSON, a date, a number, a text
Reader = Callable[[User], Iterable[Row]]


@dataclass(frozen=True)
class Chapter:
    """`key` names its file; `covers` says which columns that name a person it answers for, as `calls.Answer.updated_by`."""

    key: str
    title: str
    rows: Reader
    covers: tuple[str, ...]
    order: int


_chapters: dict[str, Chapter] = {}


def chapter(key: str, title: str, *covers: str, order: int = 50) -> Callable[[Reader], Reader]:
    """Decorator: the function gives the rows of this chapter, each a mapping with the same headings."""

    def add(reader: Reader) -> Reader:
        if key in _chapters:
            raise ValueError(f"chapitre déjà déclaré : {key}")
        _chapters[key] = Chapter(key, title, reader, covers, order)
        return reader

    return add


def all_chapters() -> list[Chapter]:
    """In the order in which a person reads them."""
    return sorted(_chapters.values(), key=lambda each: (each.order, each.key))
