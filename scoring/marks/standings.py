"""The order of a whole call as columns of integers: ten thousand places are read back for every page of the ranking.

Pure. Scores and spreads are in hundredths of a point; files come by decreasing score, those that nobody scored last.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple, Self, overload

from scoring.marks.ranking import Standing

NO_MARK = -1


class RankRow(NamedTuple):
    """The place of one file, without its detail."""

    key: int
    rank: int | None
    score: Decimal | None
    spread: Decimal | None
    is_tied: bool
    is_incomplete: bool


class RankColumns(Sequence[RankRow]):
    """The places of a call, in order. What is kept in a cache is `columns`."""

    def __init__(self, keys: "array[int]", scores: "array[int]", spreads: "array[int]", incomplete: bytes, *, stamp: str = ""):
        self.stamp = stamp  # the state of the marks that gave this order
        self.columns = keys, scores, spreads, incomplete
        self.keys, self._scores, self._spreads, self._incomplete = self.columns

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> Self:
        standings = list(standings)
        return cls(
            array("q", (s.key for s in standings)),
            array("q", (_hundredths(s.score) for s in standings)),
            array("q", (_hundredths(s.spread) for s in standings)),
            bytes(bool(s.missing) for s in standings),
        )

    def without(self, hidden: Collection[int]) -> Self:
        """The same without these files: the others close ranks."""
        gone = set(hidden).intersection(self.keys) if hidden else set()
        if not gone:
            return self
        kept = [index for index, key in enumerate(self.keys) if key not in gone]
        keys, scores, spreads = (array("q", (column[index] for index in kept)) for column in self.columns[:3])
        return type(self)(keys, scores, spreads, bytes(self._incomplete[index] for index in kept), stamp=self.stamp)

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> RankRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[RankRow]: ...
    def __getitem__(self, index: int | slice) -> RankRow | list[RankRow]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        score = self._scores[index]
        around = self._scores[max(index - 1, 0) : index + 2]
        return RankRow(
            key=self.keys[index],
            rank=None if score == NO_MARK else index + 1,
            score=_points(score),
            spread=_points(self._spreads[index]),
            is_tied=score != NO_MARK and around.count(score) > 1,
            is_incomplete=bool(self._incomplete[index]),
        )

    def __iter__(self) -> Iterator[RankRow]:
        return iter(self[:])

    def disputed(self, alert: int) -> list[int]:
        """Positions of the files of which two jurors differ by `alert` points or more."""
        return [position for position, spread in enumerate(self._spreads) if spread >= alert * 100]

    @property
    def scored(self) -> int:
        return len(self) - self._scores.count(NO_MARK)

    @property
    def incomplete(self) -> int:
        """How many lack a body's marks."""
        return sum(self._incomplete)

    def distribution(self, scale: int, bands: int) -> list[int]:
        """How many scored files in each of `bands` equal bands of the scale, lowest first, the highest including the maximum."""
        rising = self._scores[: self.scored][::-1]
        bounds = [bisect_left(rising, 100 * scale * band / bands) for band in range(bands)] + [len(rising)]
        return [after - before for before, after in zip(bounds, bounds[1:], strict=False)]


def _hundredths(points: Decimal | None) -> int:
    return NO_MARK if points is None else int(points * 100)


def _points(hundredths: int) -> Decimal | None:
    return None if hundredths == NO_MARK else Decimal(hundredths).scaleb(-2)
