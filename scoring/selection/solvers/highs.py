"""HiGHS, made exact: rows scaled by powers of two, tolerances of 1e-9, and every answer checked again in whole numbers."""

from collections.abc import Iterable, Mapping, Sequence
from math import gcd, inf

import highspy
import numpy as np

from scoring.selection.program import Chosen, Floor, Form, Program
from scoring.selection.solvers import HIGHS, Answer, SolverFailed
from scoring.selection.solvers.repair import cuts
from scoring.selection.watch import Watch

MOST_REPAIRS = 200
# Half a unit: every form is a whole number, so that less than one unit apart is equal. Threads: one, for one answer per seed.
PARAMETERS: dict[str, str | int | float] = {
    "threads": 1,
    "parallel": "off",
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
}
_STOPPED = {highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt, highspy.HighsModelStatus.kSolutionLimit}
_NOTHING = {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}


class Highs:
    """Mixed-integer search of one program."""

    name = HIGHS

    def __init__(self, program: Program, watch: Watch, seed: int = 0) -> None:
        self.program, self.watch = program, watch
        self.parameters = {**PARAMETERS, "random_seed": seed}
        self.version = str(highspy.Highs().version())
        self._matrix = _Matrix(program)

    def maximise(
        self, form: Form, floors: Sequence[Floor] = (), fixed: Mapping[int, int] | None = None, start: Chosen | None = None
    ) -> Answer:
        """See `Solver`. A solution that breaks a row by less than the tolerance is cut off, and the search goes on."""
        model = self._matrix.model(form, floors, fixed or {}, integer=True)
        highs = _ready(model, self.parameters, self.watch)
        if start is not None:
            self._give(highs, start)
        for _ in range(MOST_REPAIRS):
            highs.setOptionValue("time_limit", min(self.watch.remaining, 1e9))
            highs.run()
            self.watch.check()
            status = highs.getModelStatus()
            if status in _NOTHING and start is None:
                return Answer(None, is_proven=True)
            if status != highspy.HighsModelStatus.kOptimal and status not in _STOPPED:
                raise SolverFailed(f"HiGHS: {highs.modelStatusToString(status)}")
            chosen, slacks = self._found(highs)
            wrong = cuts(self.program, chosen, slacks, floors) if chosen is not None else []
            if status in _STOPPED:
                return Answer(start if chosen is None or wrong else chosen, is_proven=False)
            if chosen is not None and not wrong:
                return Answer(chosen, is_proven=True)
            for cut in wrong:
                _add(highs, cut)
        raise SolverFailed("HiGHS: too many repairs")

    def multipliers(self, form: Form, floors: Sequence[Floor], fixed: Mapping[int, int]) -> list[float] | None:
        """See `Linear`. None too when the time is spent."""
        highs = _ready(self._matrix.model(form, floors, fixed, integer=False), self.parameters, self.watch)
        highs.setOptionValue("time_limit", min(self.watch.remaining, 1e9))
        highs.run()
        self.watch.check()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        duals = np.abs(np.asarray(highs.getSolution().row_dual))
        of_rows, of_floors = duals[: len(self._matrix.rows)], duals[len(self._matrix.lower) :]
        factors = [factor for _, _, factor in self._matrix.rows] + [_scaled(floor)[2] for floor in floors]
        divisor = _divisor(form.values())  # the form was divided by it
        return [float(dual) * factor * divisor for dual, factor in zip([*of_rows, *of_floors], factors, strict=True)]

    def _found(self, highs: highspy.Highs) -> tuple[Chosen | None, dict[int, int]]:
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None, {}
        values = np.asarray(highs.getSolution().col_value)
        count = len(self.program.columns)
        chosen = tuple(int(column) for column in np.flatnonzero(values[:count] > 0.5))
        return chosen, {column: round(values[column]) for column in self.program.slack_of.values()}

    def _give(self, highs: highspy.Highs, start: Chosen) -> None:
        values = np.zeros(self.program.width)
        values[list(start)] = 1.0
        for column, units in self.program.slacks(start).items():
            values[column] = units
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        highs.setSolution(solution)


class _Matrix:
    """The rows of a program as HiGHS takes them. Built once: every question adds its own floors at the end."""

    def __init__(self, program: Program) -> None:
        self.program = program
        exclusive = [columns for columns in program.columns_of if len(columns) > 1]
        self.rows = [_scaled(floor) for floor in program.floors]
        self.index, self.value, self.start = _packed(
            [row for row, _, _ in self.rows] + [dict.fromkeys(columns, 1.0) for columns in exclusive]
        )
        self.lower = np.array([rhs for _, rhs, _ in self.rows] + [-inf] * len(exclusive))
        self.upper = np.array([inf] * len(self.rows) + [1.0] * len(exclusive))
        self.limits = np.array([1.0] * len(program.columns) + [float(program.slack_limits[c]) for c in program.slack_of.values()])

    def model(self, form: Form, floors: Sequence[Floor], fixed: Mapping[int, int], *, integer: bool) -> highspy.HighsLp:
        added = [_scaled(floor) for floor in floors]
        index, value, start = _packed([row for row, _, _ in added])
        lp = highspy.HighsLp()
        lp.num_col_ = self.program.width
        lp.num_row_ = len(self.lower) + len(added)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = _dense(form, self.program.width)
        lower, upper = np.zeros(self.program.width), self.limits.copy()
        for column, worth in fixed.items():
            lower[column] = upper[column] = worth
        lp.col_lower_, lp.col_upper_ = lower, upper
        lp.row_lower_ = np.concatenate([self.lower, [rhs for _, rhs, _ in added]])
        lp.row_upper_ = np.concatenate([self.upper, [inf] * len(added)])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate([self.start, start[1:] + self.start[-1]])
        lp.a_matrix_.index_ = np.concatenate([self.index, index])
        lp.a_matrix_.value_ = np.concatenate([self.value, value])
        if integer:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * self.program.width
        return lp


def build(program: Program, watch: Watch, seed: int = 0) -> Highs:
    return Highs(program, watch, seed)


def _ready(model: highspy.HighsLp, parameters: Mapping[str, str | int | float], watch: Watch) -> highspy.Highs:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    for name, value in parameters.items():
        highs.setOptionValue(name, value)
    if watch.cancelled is not None:
        for callback in (highs.cbMipInterrupt, highs.cbSimplexInterrupt):
            callback.subscribe(lambda event: event.interrupt(watch.cancelled is not None and watch.cancelled()))
    highs.passModel(model)
    return highs


def _divisor(numbers: Iterable[int]) -> int:
    return gcd(*numbers) or 1


def _dense(form: Form, width: int) -> np.ndarray:
    divisor = _divisor(form.values())
    answer = np.zeros(width)
    for column, worth in form.items():
        answer[column] = worth // divisor
    return answer


def _scaled(floor: Floor) -> tuple[dict[int, float], float, float]:
    """(row, rhs, factor): divided by the greatest divisor, then by the power of two that keeps one unit far above the tolerance.

    Both are exact: a right-hand side between two multiples of the divisor is only reached by the next one.
    """
    divisor = _divisor(floor.coefficients.values())
    power = 2.0 ** -(max((abs(c) // divisor for c in floor.coefficients.values()), default=1).bit_length())
    row = {column: coefficient // divisor * power for column, coefficient in floor.coefficients.items()}
    return row, -(-floor.rhs // divisor) * power, power / divisor


def _packed(rows: Sequence[Mapping[int, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    index = np.array([column for row in rows for column in row], dtype=np.int32)
    value = np.array([coefficient for row in rows for coefficient in row.values()], dtype=float)
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int32)]).astype(np.int32)
    return index, value, start


def _add(highs: highspy.Highs, floor: Floor) -> None:
    columns = np.array(list(floor.coefficients), dtype=np.int32)
    highs.addRow(float(floor.rhs), inf, len(columns), columns, np.array(list(floor.coefficients.values()), dtype=float))
