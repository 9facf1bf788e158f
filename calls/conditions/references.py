"""What a condition may refer to: data with keys, never a text to evaluate."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where a fact is read. The code is the name that the stored condition gives it."""

    ANSWER = "answer"  # what the file answers to a question; with a part, a figure made of all the lines of its table
    COLUMN = "column"  # of the line at hand, inside « a line such that »
    LYCEE = "lycee"  # the official directory
    DECLARED = "declared"  # what the lycée declares of itself outside any file
    WAVE = "wave"  # what an earlier wave gave to this lycée
    DATE = "date"  # today, and the calendar of the call
    DATA = "data"  # reference data, one row per lycée


@dataclass(frozen=True, order=True)
class Reference:
    source: Source
    key: str
    part: str = ""

    @property
    def whole(self) -> "Reference":
        """The table whose lines make this figure; itself when it is no part."""
        return Reference(self.source, self.key) if self.part else self


def answer(key: str, part: str = "") -> Reference:
    return Reference(Source.ANSWER, key, part)


def column(key: str) -> Reference:
    return Reference(Source.COLUMN, key)


def lycee(key: str) -> Reference:
    return Reference(Source.LYCEE, key)
