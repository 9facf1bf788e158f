"""The marks of a jury as statistics read them: one number per juror and file."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple


class ReadingMark(NamedTuple):
    """The mark of one juror on one file, in points out of the scale. `body` is the college for which the juror sits."""

    file: int
    juror: int
    value: Decimal
    body: int = 0


def by_file(marks: Iterable[ReadingMark]) -> dict[int, list[ReadingMark]]:
    """The marks of each file, files and jurors in increasing order whatever the order in which marks come."""
    found: dict[int, list[ReadingMark]] = defaultdict(list)
    for mark in sorted(marks):
        found[mark.file].append(mark)
    return dict(found)


def shared(marks: Iterable[ReadingMark]) -> list[ReadingMark]:
    """The marks on files read by two jurors at least: the only ones that say how jurors compare."""
    return [mark for row in by_file(marks).values() if len(row) > 1 for mark in row]
