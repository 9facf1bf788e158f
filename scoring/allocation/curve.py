"""How many lycées, how much each: what every number retained would give, before the jury chooses one."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.allocation.sharing import Claimant


@dataclass(frozen=True)
class Point:
    """`retained` files share: what the first, the median and the last would get (cents, down to whole steps), who would get too little."""

    retained: int
    first: int
    median: int
    last: int
    total: int
    too_little: tuple[str, ...]


def curve(claimants: Sequence[Claimant], envelope: int, *, step: int = 1) -> list[Point]:
    """One point for each number retained, from one to all, the best files first. Nobody has left yet: `too_little` says who would.

    Amounts are those of the water before the last steps are given: all together, less than one step a file below what `share` gives.
    """
    rising: list[tuple[Fraction, int, Claimant]] = []
    points = []
    for count in range(1, len(claimants) + 1):
        added = claimants[count - 1]
        if added.weight:
            insort(rising, (Fraction(added.most, added.weight), count, added))
        level = _level([one for _, _, one in rising], envelope)
        points.append(_point(claimants[:count], level, step))
    return points


def _level(weighing: Sequence[Claimant], envelope: int) -> tuple[int, int] | None:
    """(cents, weight) of the level, None when everybody has their most: two whole numbers, as there are many to compare."""
    left, weight = envelope, sum(one.weight for one in weighing)
    for one in weighing:
        if one.most * weight > left * one.weight:
            return left, weight
        left, weight = left - one.most, weight - one.weight
    return None


def _point(claimants: Sequence[Claimant], level: tuple[int, int] | None, step: int) -> Point:
    amounts = []
    for one in claimants:
        most = one.most if one.weight else 0
        if level is not None:
            cents = level[0] * one.weight // level[1]
            most = most if cents >= most else cents // step * step
        amounts.append(most)
    short = tuple(one.key for one, amount in zip(claimants, amounts, strict=True) if amount < one.floor)
    middle = amounts[(len(amounts) - 1) // 2]
    return Point(len(amounts), amounts[0], middle, amounts[-1], sum(amounts), short)
