"""Where the weights of a proof come from: the linear relaxation, in floating point. A guess; nothing that it says is believed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import gcd, inf

import highspy
import numpy as np

from scoring.selection.proof.check_selection import Arithmetic, Row

PARAMETERS: dict[str, str | int | float | bool] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "presolve": "off",
    "solver": "simplex",
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    "small_matrix_value": 1e-12,
}
BITS = 8  # of the largest coefficient of the form once scaled: what the tolerance on duals is meant for
_OPTIMAL = highspy.HighsModelStatus.kOptimal
_NOTHING = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


@dataclass(frozen=True)
class Guess:
    """`value`: the optimum, None when the relaxation has no solution; `columns`: how much of each choice is taken then.

    `weights`: (row, weight in units of the form), or of a combination of rows that cannot hold; `groups`: those of the bounds on
    numbers of files, positive for a least, negative for a most.
    """

    value: float | None
    weights: list[tuple[int, float]]
    groups: list[tuple[int, float]]
    columns: dict[int, float] | None


class Simplex:
    """One form under some rows. Choices and numbers of files are restricted from one question to the next; the simplex goes on from
    where it was."""

    def __init__(self, problem: Arithmetic, form: Sequence[int], rows: Sequence[Row], groups: Sequence[int]) -> None:
        self.problem, self.groups = problem, groups
        slacks = range(len(problem.choices), len(problem.none))
        self.columns = [*problem.groups[0], *slacks]  # leaving out is no column: it is what is left of a file
        self.at = {c: place for place, c in enumerate(self.columns)}
        several = [number for number, ways in enumerate(problem.ways) if len(ways) > 2]
        self.exclusive = {number: len(rows) + place for place, number in enumerate(several)}
        self.first_group, self.row_count = len(rows) + len(several), len(rows)
        self.divisor = gcd(*form) or 1
        largest = max(map(abs, form), default=0) // self.divisor
        self.unit = self.divisor * 2.0 ** max(0, largest.bit_length() - BITS)
        self.possible: list[tuple[int, ...] | None] = [None] * len(problem.ways)
        self.bounds: dict[int, tuple[int | None, int | None]] = {}
        self.highs = highspy.Highs()
        for name, value in PARAMETERS.items():
            self.highs.setOptionValue(name, value)
        self.highs.passModel(self._model(form, rows))

    def _model(self, form: Sequence[int], rows: Sequence[Row]) -> highspy.HighsLp:
        count, width = len(self.problem.groups[0]), len(self.columns)
        powers = [2.0 ** -max((abs(a) for _, a in row), default=1).bit_length() for row, _ in rows]
        self.factors = np.array([*powers, *[1.0] * (len(self.exclusive) + len(self.groups))])
        sets = [[self.at[c] for c in self.problem.ways[number][:-1]] for number in self.exclusive]
        sets += [[self.at[c] for c in self.problem.groups[group]] for group in self.groups]
        index = [np.array([self.at[c] for c, _ in row], np.int32) for row, _ in rows] + [np.array(one, np.int32) for one in sets]
        value = [np.array([a for _, a in row], float) * power for (row, _), power in zip(rows, powers, strict=True)]
        value += [np.ones(len(one)) for one in sets]
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_, lp.sense_ = width, len(index), highspy.ObjSense.kMaximize
        lp.col_cost_ = np.array([form[c] / self.unit for c in self.columns])
        lp.col_lower_, lp.col_upper_ = np.zeros(width), np.concatenate([np.ones(count), np.full(width - count, inf)])
        numbers = [number * power for (_, number), power in zip(rows, powers, strict=True)]
        free = len(self.groups)
        lp.row_lower_ = np.array([*numbers, *[0.0] * len(self.exclusive), *[-inf] * free])
        lp.row_upper_ = np.array([*[inf] * len(rows), *[1.0] * len(self.exclusive), *[inf] * free])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *map(len, index)], dtype=np.int32)
        lp.a_matrix_.index_ = np.concatenate([np.empty(0, np.int32), *index])
        lp.a_matrix_.value_ = np.concatenate([np.empty(0), *value])
        return lp

    def restrict(self, possible: Sequence[tuple[int, ...]], least: Mapping[int, int], most: Mapping[int, int]) -> None:
        """Only these choices of each file, and so many files of each group."""
        places: list[int] = []
        low: list[float] = []
        high: list[float] = []
        for number, ways in enumerate(possible):
            if self.possible[number] is ways:
                continue
            self.possible[number] = ways
            for c in self.problem.ways[number][:-1]:
                places.append(self.at[c])
                low.append(1.0 if ways == (c,) else 0.0)
                high.append(1.0 if c in ways else 0.0)
            if number in self.exclusive:
                out = self.problem.ways[number][-1]
                self.highs.changeRowBounds(self.exclusive[number], 0.0 if out in ways else 1.0, 1.0)
        if places:
            self.highs.changeColsBounds(len(places), np.array(places, np.int32), np.array(low), np.array(high))
        for place, group in enumerate(self.groups):
            wanted = (least.get(group), most.get(group))
            if self.bounds.get(group, (None, None)) != wanted:
                self.bounds[group] = wanted
                low_end, high_end = (-inf if wanted[0] is None else float(wanted[0])), (inf if wanted[1] is None else float(wanted[1]))
                self.highs.changeRowBounds(self.first_group + place, low_end, high_end)

    def solve(self) -> Guess | None:
        """None when the simplex gave nothing."""
        self.highs.run()
        if self.highs.getModelStatus() not in (_OPTIMAL, *_NOTHING):
            self.highs.clearSolver()
            self.highs.run()
        status = self.highs.getModelStatus()
        if status == _OPTIMAL:
            solution = self.highs.getSolution()
            taken = dict(zip(self.columns, solution.col_value, strict=True))
            value = self.highs.getInfo().objective_function_value * self.unit
            return Guess(value, *self._weights(-np.asarray(solution.row_dual), self.unit), taken)
        if status in _NOTHING:
            ray = self.highs.getDualRay()
            found = np.asarray(ray[2]) if len(ray) > 2 and ray[1] else np.zeros(len(self.factors))
            sign = 1.0 if found[: self.row_count].sum() >= 0 else -1.0  # which way round it is written depends on how it was found
            return Guess(None, *self._weights(sign * found, 1.0), None)
        return None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Comes back afterwards to where the simplex is now."""
        basis = self.highs.getBasis()
        yield
        self.highs.setBasis(basis)

    def _weights(self, duals: np.ndarray, unit: float) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
        weights = duals * self.factors * unit
        rows = [(int(place), float(weights[place])) for place in np.flatnonzero(weights[: self.row_count] > 0)]
        groups = [(group, float(weights[self.first_group + place])) for place, group in enumerate(self.groups)]
        return rows, [(group, weight) for group, weight in groups if weight]
