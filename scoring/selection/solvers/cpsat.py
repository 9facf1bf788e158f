"""CP-SAT, exact by construction: the second opinion, on workers and in tests, where ortools is installed."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from math import isfinite
from threading import Thread
from typing import Any

from ortools.sat.python import cp_model

from scoring.selection.program import Chosen, Floor, Form, Program
from scoring.selection.solvers import CPSAT, SolverAnswer, SolverFailed
from scoring.selection.watch import Watch

# One worker: several give different answers from one run to the next, and bring nothing on two cores. The rest: measured.
PARAMETERS: dict[str, str | int | float] = {
    "num_workers": 1,
    "linearization_level": 2,
    "cp_model_probing_level": 0,
    "symmetry_level": 0,
    "presolve_inclusion_work_limit": 0,  # 9.15 proves wrong on some shares of money with it
}
_POLL = 0.05  # seconds


class CpSat:
    """Constraint search of one program."""

    name = CPSAT
    version = version("ortools")

    def __init__(self, program: Program, watch: Watch, seed: int = 0) -> None:
        self.program, self.watch = program, watch
        self.parameters = {**PARAMETERS, "random_seed": seed}
        self._model = cp_model.CpModel()
        limits = program.slack_limits
        self._variables = [self._model.new_int_var(0, limits.get(column, 1), "") for column in range(program.width)]
        for columns in program.columns_of:
            if len(columns) > 1:
                self._model.add_at_most_one(self._variables[column] for column in columns)
        for floor in program.floors:
            _add(self._model, self._variables, floor)

    def maximise(
        self, form: Form, floors: Sequence[Floor] = (), fixed: Mapping[int, int] | None = None, start: Chosen | None = None
    ) -> SolverAnswer:
        """See `Solver`."""
        model = self._model.clone()
        variables = [model.get_int_var_from_proto_index(variable.index) for variable in self._variables]
        for floor in floors:
            _add(model, variables, floor)
        for column, worth in (fixed or {}).items():
            model.add(variables[column] == worth)
        if any(form.values()):
            model.maximize(_sum(variables, form))
        if start is not None:
            for column, worth in (dict.fromkeys(range(len(self.program.columns)), 0) | dict.fromkeys(start, 1)).items():
                model.add_hint(variables[column], worth)
        search = self._search()
        status = self._run(search, model)
        if status == cp_model.INFEASIBLE and start is None:
            return SolverAnswer(None, is_proven=True)
        if status == cp_model.UNKNOWN:
            return SolverAnswer(start, is_proven=False)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise SolverFailed(f"CP-SAT: {search.status_name(status)}")
        chosen = tuple(column for column in range(len(self.program.columns)) if search.value(variables[column]))
        return SolverAnswer(chosen, is_proven=status == cp_model.OPTIMAL)

    def _search(self) -> Any:
        search = cp_model.CpSolver()
        for name, value in self.parameters.items():
            setattr(search.parameters, name, value)
        if isfinite(self.watch.remaining):
            search.parameters.max_time_in_seconds = self.watch.remaining
        return search

    def _run(self, search: Any, model: Any) -> Any:
        """The status. The search runs in a thread when it may be called off, so that somebody looks."""
        if self.watch.cancelled is None:
            return search.solve(model)
        answer: list[Any] = []
        thread = Thread(target=lambda: answer.append(search.solve(model)), daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(_POLL)
            if self.watch.cancelled():
                search.stop_search()
        self.watch.check()
        return answer[0]


def build(program: Program, watch: Watch, seed: int) -> CpSat:
    return CpSat(program, watch, seed)


def _sum(variables: Sequence[Any], form: Form) -> Any:
    return cp_model.LinearExpr.weighted_sum([variables[column] for column in form], list(form.values()))


def _add(model: Any, variables: Sequence[Any], floor: Floor) -> None:
    model.add(_sum(variables, floor.coefficients) >= floor.rhs)
