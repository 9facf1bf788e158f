"""Whether bounds on whole numbers can hold together, and if not, which of them contradict each other. Pure: no Django, no database.

A solver proposes in floating point: multipliers under which the bounds, added up, ask for more than there is, or numbers that keep them all.
Both are checked in whole numbers here; what neither shows is said not to be decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np

MOST_NODES = 60  # questions put to the solver for one set of bounds
MOST_CONTRADICTIONS = 3
ROUNDING = 2**24  # of a multiplier, before it is checked
SLACK = 1e-7  # below, the solver finds nothing missing
_PARAMETERS: dict[str, str | int | float | bool] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "presolve": "off",
    "solver": "simplex",
}


@dataclass(frozen=True)
class NamedBound:
    """One bound: the sum of coefficients times numbers is at least `least`. `key` names it; those of an empty key always hold."""

    key: str
    coefficients: Mapping[int, int]
    least: int

    def holds(self, numbers: Sequence[int]) -> bool:
        return sum(factor * numbers[place] for place, factor in self.coefficients.items()) >= self.least


@dataclass(frozen=True)
class Numbers:
    """Whole numbers from 0 to `most`, place by place, under bounds. `sums`: what is looked at first where it is not whole."""

    most: tuple[int, ...]
    sides: tuple[NamedBound, ...]
    sums: tuple[frozenset[int], ...] = ()

    @property
    def keys(self) -> list[str]:
        return list(dict.fromkeys(side.key for side in self.sides if side.key))

    def only(self, keys: Iterable[str]) -> "Numbers":
        """The same under these bounds alone, and those that always hold."""
        kept = {"", *keys}
        return Numbers(self.most, tuple(side for side in self.sides if side.key in kept), self.sums)


class BoundsVerdict(Enum):
    HOLDS = "holds"  # some numbers keep all bounds
    IMPOSSIBLE = "impossible"  # none does
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class BoundsAnswer:
    """`numbers` keep all bounds, when it holds; `blamed`: the bounds that the proof of impossibility uses."""

    verdict: BoundsVerdict
    numbers: tuple[int, ...] = ()
    blamed: frozenset[str] = frozenset()


def feasibility(asked: Numbers) -> BoundsAnswer:
    """Whether some whole numbers keep all the bounds."""
    left: list[tuple[NamedBound, ...]] = [()]
    blamed: set[str] = set()
    is_sure = True
    for _ in range(MOST_NODES):
        if not left:
            break
        more = left.pop()
        answer = _relaxed(asked, (*asked.sides, *more))
        if answer.verdict is BoundsVerdict.HOLDS:
            return answer
        if answer.verdict is BoundsVerdict.IMPOSSIBLE:
            blamed |= answer.blamed
            continue
        split = _split(asked, answer.numbers_found)
        if split is None:
            is_sure = False
        else:
            left += [(*more, side) for side in split]
    if left or not is_sure:
        return BoundsAnswer(BoundsVerdict.UNDECIDED)
    return BoundsAnswer(BoundsVerdict.IMPOSSIBLE, blamed=frozenset(blamed - {""}))


def contradictions(asked: Numbers) -> tuple[list[tuple[str, ...]], bool]:
    """Sets of bounds that cannot hold together, of which every part can, no two with a bound in common; and whether all was decided."""
    found: list[tuple[str, ...]] = []
    keys = asked.keys
    while len(found) < MOST_CONTRADICTIONS:
        answer = feasibility(asked.only(keys))
        if answer.verdict is not BoundsVerdict.IMPOSSIBLE:
            return found, answer.verdict is BoundsVerdict.HOLDS
        smallest = _smallest(asked, [key for key in keys if key in answer.blamed])
        found.append(smallest)
        if not smallest:  # nothing can hold, whatever the bounds
            break
        keys = [key for key in keys if key not in smallest]
    return found, True


def _smallest(asked: Numbers, keys: list[str]) -> tuple[str, ...]:
    """What is left of these bounds once each that is not needed for the contradiction is taken out."""
    for key in list(keys):
        fewer = [each for each in keys if each != key]
        if feasibility(asked.only(fewer)).verdict is BoundsVerdict.IMPOSSIBLE:
            keys = fewer
    return tuple(keys)


# -- One question to the solver ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Relaxed(BoundsAnswer):
    numbers_found: tuple[float, ...] = ()


def _relaxed(asked: Numbers, sides: Sequence[NamedBound]) -> _Relaxed:
    """What the least sum of what is missing teaches: nothing missing, or multipliers that prove that something must be."""
    wide, deep = len(asked.most), len(sides)
    scales = [float(max((abs(factor) for factor in side.coefficients.values()), default=1) or 1) for side in sides]
    highs = _solver()
    highs.passModel(_model(asked, sides, scales))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return _Relaxed(BoundsVerdict.UNDECIDED)
    solution = highs.getSolution()
    values = tuple(solution.col_value[:wide])
    if highs.getInfo().objective_function_value > SLACK:
        weights = [
            max(0, round(dual / scale * ROUNDING * max(scales))) for dual, scale in zip(solution.row_dual[:deep], scales, strict=True)
        ]
        if _proves(asked, sides, weights):
            return _Relaxed(
                BoundsVerdict.IMPOSSIBLE, blamed=frozenset(side.key for side, weight in zip(sides, weights, strict=True) if weight)
            )
    rounded = tuple(min(max(round(value), 0), most) for value, most in zip(values, asked.most, strict=True))
    if all(side.holds(rounded) for side in sides):
        return _Relaxed(BoundsVerdict.HOLDS, numbers=rounded)
    return _Relaxed(BoundsVerdict.UNDECIDED, numbers_found=values)


def _proves(asked: Numbers, sides: Sequence[NamedBound], weights: Sequence[int]) -> bool:
    """Whether the bounds, each so many times, ask together for more than the largest sum that numbers can make. In whole numbers."""
    total: dict[int, int] = {}
    for side, weight in zip(sides, weights, strict=True):
        for place, factor in side.coefficients.items():
            total[place] = total.get(place, 0) + weight * factor
    largest = sum(factor * asked.most[place] for place, factor in total.items() if factor > 0)
    return largest < sum(weight * side.least for side, weight in zip(sides, weights, strict=True))


def _split(asked: Numbers, values: Sequence[float]) -> tuple[NamedBound, NamedBound] | None:
    """Two cases that leave no whole number out, and the present ones out; None when all are whole."""
    for places in (*asked.sums, *(frozenset({place}) for place in range(len(asked.most)))):
        value = sum(values[place] for place in places)
        if abs(value - round(value)) > 1e-6:
            below = int(value // 1)
            return NamedBound("", dict.fromkeys(places, -1), -below), NamedBound("", dict.fromkeys(places, 1), below + 1)
    return None


def _solver() -> highspy.Highs:
    highs = highspy.Highs()
    for name, value in _PARAMETERS.items():
        highs.setOptionValue(name, value)
    return highs


def _model(asked: Numbers, sides: Sequence[NamedBound], scales: Sequence[float]) -> highspy.HighsLp:
    """The numbers, then what is missing of each bound, whose sum is made least."""
    wide, deep = len(asked.most), len(sides)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = wide + deep, deep
    lp.col_cost_ = np.concatenate([np.zeros(wide), np.ones(deep)])
    lp.col_lower_ = np.zeros(wide + deep)
    lp.col_upper_ = np.concatenate([np.array(asked.most, float), np.full(deep, highspy.kHighsInf)])
    lp.row_lower_ = np.array([side.least / scale for side, scale in zip(sides, scales, strict=True)])
    lp.row_upper_ = np.full(deep, highspy.kHighsInf)
    rows = [
        [*sorted(side.coefficients.items()), (wide + rank, scale)] for rank, (side, scale) in enumerate(zip(sides, scales, strict=True))
    ]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    lp.a_matrix_.index_ = np.array([place for row in rows for place, _ in row], np.int32)
    lp.a_matrix_.value_ = np.array([factor / scale for row, scale in zip(rows, scales, strict=True) for _, factor in row], float)
    return lp
