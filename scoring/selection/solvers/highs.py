"""HiGHS, made exact: rows scaled by powers of two, tolerances of 1e-10 (its least), and every answer checked again in whole numbers."""

from collections.abc import Callable, Mapping, Sequence
from math import gcd, inf
from threading import Thread
from time import monotonic, process_time
from typing import Any

import highspy
import numpy as np

from scoring.selection.program import Chosen, Floor, Form, Program
from scoring.selection.solvers import HIGHS, SolverAnswer, SolverFailed
from scoring.selection.solvers.repair import cuts
from scoring.selection.watch import Watch

MOST_REPAIRS = 200
SHARE = 0.75  # of the time that is left: the tree has the rest
SILENCE = 5.0  # seconds of processor without a sign of life, after which a search is given up
LONGEST_SILENCE = 60.0  # seconds on the clock: a machine may be busy with other things
FIRST_LOOK, LOOK = 0.5, 0.25  # seconds between two looks at a search
# Half a unit: every form is a whole number, so that less than one unit apart is equal. Threads: one, for one answer per seed.
TOLERANCE = 1e-10
PARAMETERS: dict[str, str | int | float] = {
    "threads": 1,
    "parallel": "off",
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,
    "mip_feasibility_tolerance": TOLERANCE,
    "primal_feasibility_tolerance": TOLERANCE,
    "mip_heuristic_run_feasibility_jump": False,  # selections are easy to find here: it takes more than half of a small search
    "small_matrix_value": 1e-12,  # the least that HiGHS takes: below, it drops a coefficient and only warns (1e-9 unless said)
}
_STOPPED = {highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt, highspy.HighsModelStatus.kSolutionLimit}
_NOTHING = {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}


class Highs:
    """Mixed-integer search of one program."""

    name = HIGHS

    def __init__(self, program: Program, watch: Watch, seed: int = 0) -> None:
        self.program, self.watch, self.heard = program, watch, (0.0, 0.0)
        self.parameters = {**PARAMETERS, "random_seed": seed}
        self.version = str(highspy.Highs().version())
        self._matrix = _Matrix(program)

    def maximise(
        self, form: Form, floors: Sequence[Floor] = (), fixed: Mapping[int, int] | None = None, start: Chosen | None = None
    ) -> SolverAnswer:
        """See `Solver`. A solution that breaks a row by less than the tolerance is cut off, and the search goes on."""
        model = self._matrix.model(form, floors, fixed or {}, integer=True)
        highs, trusted = _ready(model, self.parameters, self._beat)
        trusted = trusted and self._matrix.rows.is_within_reach and _Rows(floors).is_within_reach
        if start is not None:
            self._give(highs, start)
        best: Chosen | None = None
        for _ in range(MOST_REPAIRS):
            highs.setOptionValue("time_limit", min(self.watch.remaining * SHARE, 1e9))
            ran = self._run(highs)
            self.watch.check()
            status = highs.getModelStatus()
            trusted = trusted and (ran == highspy.HighsStatus.kOk or status in _STOPPED)
            if status in _NOTHING and best is not None:
                return SolverAnswer(best, is_proven=trusted)
            if status in _NOTHING and start is None:
                if not trusted:
                    raise SolverFailed("HiGHS: infeasible, with warnings or beyond its tolerance")
                return SolverAnswer(None, is_proven=True)
            if status != highspy.HighsModelStatus.kOptimal and status not in _STOPPED:
                raise SolverFailed(f"HiGHS: {highs.modelStatusToString(status)}")
            chosen, slacks = self._found(highs)
            wrong = cuts(self.program, chosen, slacks, floors) if chosen is not None else []
            right = None if wrong else chosen
            if status in _STOPPED:
                return SolverAnswer(next((one for one in (right, best, start) if one is not None), None), is_proven=False)
            if right is not None:
                best, better = right, self._better(highs, form, right)
                if better is None:
                    return SolverAnswer(right, is_proven=trusted)
                wrong = [better]
            trusted &= all(_add(highs, cut) for cut in wrong)
        raise SolverFailed("HiGHS: too many repairs")

    def _run(self, highs: highspy.Highs) -> highspy.HighsStatus:
        """Searches in a thread of its own: HiGHS 1.14 may loop for ever, deaf to its limit and to interruptions.

        Raises SolverFailed when it is given up; what looks at this watch does not search again.
        """
        if self.watch.is_stuck:
            raise SolverFailed("HiGHS: an earlier search never came back")
        self.heard = process_time(), monotonic()
        answer: list[highspy.HighsStatus] = []
        thread = Thread(target=lambda: answer.append(highs.run()), daemon=True)
        thread.start()
        thread.join(FIRST_LOOK)
        while thread.is_alive():
            if process_time() - self.heard[0] > SILENCE or monotonic() - self.heard[1] > LONGEST_SILENCE:
                self.watch.is_stuck = True
                raise SolverFailed("HiGHS: the search does not come back")
            thread.join(LOOK)
        if not answer:
            raise SolverFailed("HiGHS: the search broke off")
        return answer[0]

    def _beat(self, event: Any) -> None:
        """The search is alive; it ends when it is called off."""
        self.heard = process_time(), monotonic()
        event.interrupt(self.watch.cancelled is not None and self.watch.cancelled())

    def _better(self, highs: highspy.Highs, form: Form, chosen: Chosen) -> Floor | None:
        """None when the bound of the search is below the next whole worth; otherwise, what a better selection would reach.

        The worth is added up again in whole numbers: a search in floating point may count more than there is.
        """
        step = _divisor(form)
        worth = self.program.worth(form, chosen)
        if highs.getInfo().mip_dual_bound < worth // step + 0.75:
            return None
        return Floor(form, worth + step)

    def multipliers(self, form: Form, floors: Sequence[Floor], fixed: Mapping[int, int]) -> list[float] | None:
        """See `Linear`. None too when the time is spent."""
        beat = None if self.watch.cancelled is None else self._beat  # it costs a call at each step of the simplex
        highs, _ = _ready(self._matrix.model(form, floors, fixed, integer=False), self.parameters | {"presolve": "off"}, beat)
        highs.setOptionValue("time_limit", min(self.watch.remaining, 1e9))
        highs.run()
        self.watch.check()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return self._matrix.duals(highs, form, floors)

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
        exclusive = [Floor(dict.fromkeys(columns, -1), -1) for columns in program.columns_of if len(columns) > 1]
        self.rows = _Rows([*program.floors, *exclusive])
        self.limits = np.array([1.0] * len(program.columns) + [float(program.slack_limits[c]) for c in program.slack_of.values()])

    def model(self, form: Form, floors: Sequence[Floor], fixed: Mapping[int, int], *, integer: bool) -> highspy.HighsLp:
        added, width = _Rows(floors), self.program.width
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = width, len(self.rows.lower) + len(added.lower)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = _dense(form, width)
        lower, upper = np.zeros(width), self.limits.copy()
        for column, worth in fixed.items():
            lower[column] = upper[column] = worth
        lp.col_lower_, lp.col_upper_ = lower, upper
        lp.row_lower_ = np.concatenate([self.rows.lower, added.lower])
        lp.row_upper_ = np.full(lp.num_row_, inf)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate([self.rows.start, added.start[1:] + self.rows.start[-1]])
        lp.a_matrix_.index_ = np.concatenate([self.rows.index, added.index])
        lp.a_matrix_.value_ = np.concatenate([self.rows.value, added.value])
        if integer:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * width
        return lp

    def duals(self, highs: highspy.Highs, form: Form, floors: Sequence[Floor]) -> list[float]:
        """What one unit of each row, then of each floor, is worth: HiGHS saw all of them, and the form, scaled."""
        found = np.abs(np.asarray(highs.getSolution().row_dual)) * _divisor(form)
        count = len(self.program.floors)
        of_rows = found[:count] * self.rows.factor[:count]
        of_floors = found[len(self.rows.lower) :] * _Rows(floors).factor
        return [float(dual) for dual in (*of_rows, *of_floors)]


class _Rows:
    """Floors as a sparse matrix, each divided by its greatest divisor, then by the power of two that keeps one unit far above the
    tolerance. Both are exact: a right-hand side between two multiples of the divisor is only reached by the next one.
    """

    def __init__(self, floors: Sequence[Floor]) -> None:
        self.is_within_reach = True  # one unit is more than the tolerance: beyond, what HiGHS swears is worth nothing
        lower: list[float] = []
        factor: list[float] = []
        index: list[np.ndarray] = [np.empty(0, np.int32)]
        value: list[np.ndarray] = [np.empty(0)]
        for floor in floors:
            columns = np.fromiter(floor.coefficients.keys(), np.int32, len(floor.coefficients))
            coefficients = np.fromiter(floor.coefficients.values(), np.int64, len(floor.coefficients))
            divisor = int(np.gcd.reduce(coefficients)) or 1
            largest = int(np.abs(coefficients).max(initial=1)) // divisor
            power = 2.0 ** -largest.bit_length()
            index.append(columns)
            value.append(coefficients // divisor * power)
            lower.append(-(-floor.rhs // divisor) * power)
            self.is_within_reach = self.is_within_reach and power > TOLERANCE
            factor.append(power / divisor)
        self.index, self.value = np.concatenate(index), np.concatenate(value)
        self.start = np.cumsum([0, *(len(columns) for columns in index[1:])], dtype=np.int32)
        self.lower, self.factor = np.array(lower), np.array(factor)


def build(program: Program, watch: Watch, seed: int = 0) -> Highs:
    return Highs(program, watch, seed)


def _ready(
    model: highspy.HighsLp, parameters: Mapping[str, str | int | float], beat: Callable[[Any], None] | None
) -> tuple[highspy.Highs, bool]:
    """HiGHS with its model, and whether it took it as it is: a warning means that it changed something. Raises SolverFailed."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    statuses = [highs.setOptionValue(name, value) for name, value in parameters.items()]
    if beat is not None:
        for callback in (highs.cbMipInterrupt, highs.cbSimplexInterrupt):
            callback.subscribe(beat)
    statuses.append(highs.passModel(model))
    if highspy.HighsStatus.kError in statuses:
        raise SolverFailed("HiGHS: the model is refused")
    return highs, all(status == highspy.HighsStatus.kOk for status in statuses)


def _divisor(form: Form) -> int:
    return gcd(*form.values()) or 1


def _dense(form: Form, width: int) -> np.ndarray:
    divisor = _divisor(form)
    answer = np.zeros(width)
    for column, worth in form.items():
        answer[column] = worth // divisor
    return answer


def _add(highs: highspy.Highs, floor: Floor) -> bool:
    """Add a row; whether it was taken as it is."""
    row = _Rows([floor])
    return bool(highs.addRow(row.lower[0], inf, len(row.index), row.index, row.value) == highspy.HighsStatus.kOk)
