"""How many lycées, how much each: what every number retained would give, before the jury chooses one."""

from bisect import insort
from collections.abc import Mapping, Sequence
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


Level = tuple[int, int] | None  # (cents, weight), None when everybody has their most


def curve(claimants: Sequence[Claimant], envelope: int, *, step: int = 1) -> list[Point]:
    """One point for each number retained, from one to all, the best files first. Nobody has left yet: `too_little` says who would.

    Amounts are those of the water before the last steps are given: all together, less than one step a file below what `share` gives.
    """
    return curve_of_envelopes([("", one) for one in claimants], {"": envelope}, step=step)


def curve_of_envelopes(claimants: Sequence[tuple[str, Claimant]], envelopes: Mapping[str, int], *, step: int = 1) -> list[Point]:
    """The same where files (envelope, file) draw on several envelopes: whoever is added lowers those of its own envelope alone."""
    rising: dict[str, list[tuple[Fraction, int, Claimant]]] = {code: [] for code in envelopes}
    levels: dict[str, Level] = dict.fromkeys(envelopes)
    points = []
    for count, (code, added) in enumerate(claimants, start=1):
        if added.weight:
            insort(rising[code], (Fraction(added.most, added.weight), count, added))
        levels[code] = _level([one for _, _, one in rising[code]], envelopes[code])
        points.append(_point(claimants[:count], levels, step))
    return points


def _level(weighing: Sequence[Claimant], envelope: int) -> Level:
    """(cents, weight) of the level, None when everybody has their most: two whole numbers, as there are many to compare."""
    left, weight = envelope, sum(one.weight for one in weighing)
    for one in weighing:
        if one.most * weight > left * one.weight:
            return left, weight
        left, weight = left - one.most, weight - one.weight
    return None


def _point(claimants: Sequence[tuple[str, Claimant]], levels: Mapping[str, Level], step: int) -> Point:
    amounts = []
    for code, one in claimants:
        level = levels[code]
        most = one.most if one.weight else 0
        if level is not None:
            cents = level[0] * one.weight // level[1]
            most = most if cents >= most else cents // step * step
        amounts.append(most)
    short = tuple(one.key for (_, one), amount in zip(claimants, amounts, strict=True) if amount < one.floor)
    middle = amounts[(len(amounts) - 1) // 2]
    return Point(len(amounts), amounts[0], middle, amounts[-1], sum(amounts), short)
