"""The best selection under a doctrine: proved, bounded when time ran out, or impossible."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from scoring.selection import certificate, solvers
from scoring.selection.instance import Instance
from scoring.selection.phases import Ladder, NoSelection, OutOfTime, climb_canonical, climb_levels, levels
from scoring.selection.program import Form, Program, Selection
from scoring.selection.solvers import HIGHS, SolverFailed
from scoring.selection.watch import Cancelled, Watch
from scoring.selection.wording import decimal_text, plain

__all__ = ["Cancelled", "Doctrine", "Result", "SolverFailed", "Status", "solve"]

TIME_LIMIT = 60.0  # seconds


class Doctrine(StrEnum):
    """What « best » means: a decision of the jury."""

    SUM = "sum"  # highest total of points
    MERIT = "merit"  # best files first, as far as the rules allow


class Status(StrEnum):
    PROVEN = "proven"  # this selection, and no other
    BOUNDED = "bounded"  # the best one found in the time given, if any; never said to be the best
    INFEASIBLE = "infeasible"  # the hard rules cannot hold together


@dataclass(frozen=True)
class Result:
    """What was found. Points are decimals: `objective` is values minus penalties of soft rules.

    `selection`, `objective` and `cost_cents` are None when the rules cannot hold, and when nothing was found in time. `bound` is what no
    selection exceeds, `gap` its distance from the objective; under the doctrine of merit, both are None unless proved.
    """

    status: Status
    doctrine: Doctrine
    selection: Selection | None
    objective: Decimal | None
    cost_cents: int | None
    bound: Decimal | None
    gap: Decimal | None
    certificate: Mapping[str, Any]
    digest: str
    solver: str
    version: str
    parameters: Mapping[str, str | int | float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The printed form: `selected` is null when there is no selection, which is not an empty one."""
        return {
            "status": self.status.value,
            "doctrine": self.doctrine.value,
            "selected": None if self.selection is None else [list(pair) for pair in self.selection],
            "count": None if self.selection is None else len(self.selection),
            "objective": None if self.objective is None else plain(self.objective),
            "cost_cents": self.cost_cents,
            "bound": None if self.bound is None else plain(self.bound),
            "gap": None if self.gap is None else plain(self.gap),
            "digest": self.digest,
            "solver": {"name": self.solver, "version": self.version, "parameters": dict(self.parameters)},
            "certificate": dict(self.certificate),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Reads back `to_dict`. Raises KeyError or ValueError on anything else."""
        points = {key: None if value[key] is None else Decimal(value[key]) for key in ("objective", "bound", "gap")}
        return cls(
            status=Status(value["status"]),
            doctrine=Doctrine(value["doctrine"]),
            selection=None if value["selected"] is None else tuple((file, option) for file, option in value["selected"]),
            cost_cents=value["cost_cents"],
            certificate=value["certificate"],
            digest=value["digest"],
            solver=value["solver"]["name"],
            version=value["solver"]["version"],
            parameters=value["solver"]["parameters"],
            **points,
        )


def solve(
    instance: Instance,
    doctrine: Doctrine = Doctrine.SUM,
    *,
    solver: str = HIGHS,
    time_limit: float = TIME_LIMIT,
    seed: int = 0,
    cancelled: Callable[[], bool] | None = None,
) -> Result:
    """The one best selection, whatever the solver, the seed and the order in which the instance is written.

    `time_limit`: seconds for all phases together. `cancelled` is asked now and then whether to give up. Raises InvalidInstance (numbers
    too large to be exact), SolverFailed (nothing that holds in whole numbers), Cancelled.
    """
    program, watch = Program(instance), Watch(time_limit, cancelled)
    engine = solvers.solver(solver, program, watch, seed)
    ladder = Ladder(program, engine, solvers.linear(program, watch))
    status = Status.PROVEN
    try:
        climb(ladder, doctrine)
    except NoSelection:
        status = Status.INFEASIBLE
    except OutOfTime:
        status = Status.BOUNDED
    return _result(ladder, status, doctrine)


def climb(ladder: Ladder, doctrine: Doctrine) -> None:
    """The phases of a doctrine, in order."""
    program = ladder.program
    if doctrine is Doctrine.SUM:
        _climb_and_keep(ladder, program.score)
    else:
        climb_levels(ladder)
        if program.penalties:
            _climb_and_keep(ladder, program.penalties)
    _climb_and_keep(ladder, program.thrift)
    climb_canonical(ladder)


def _climb_and_keep(ladder: Ladder, form: Form) -> None:
    ladder.climb(form)
    ladder.keep(form)


def _result(ladder: Ladder, status: Status, doctrine: Doctrine) -> Result:
    program, chosen = ladder.program, ladder.chosen
    value = None if chosen is None else program.objective(chosen)
    bound = value if status is Status.PROVEN else ladder.bounds[0].floor if doctrine is Doctrine.SUM else None
    proof = {} if chosen is None or status is Status.INFEASIBLE else _certificate(ladder, doctrine)
    return Result(
        status=status,
        doctrine=doctrine,
        selection=None if chosen is None else program.selection(chosen),
        objective=_points(program, value),
        cost_cents=None if chosen is None else program.cost(chosen),
        bound=_points(program, bound) if status is not Status.INFEASIBLE else None,
        gap=_points(program, bound - value) if bound is not None and value is not None else None,
        certificate=proof,
        digest=program.instance.digest,
        solver=ladder.solver.name,
        version=ladder.solver.version,
        parameters=ladder.solver.parameters,
    )


def _certificate(ladder: Ladder, doctrine: Doctrine) -> dict[str, Any]:
    program, chosen = ladder.program, ladder.chosen or ()
    if doctrine is Doctrine.SUM:
        return certificate.to_dict(program, ladder.bounds[0], program.objective(chosen))
    reached = ((score, program.worth(form, chosen)) for score, form in levels(program))
    return {"levels": [[plain(score), decimal_text(value, program.decimals)] for score, value in reached]}


def _points(program: Program, units: int | None) -> Decimal | None:
    return None if units is None else Decimal(decimal_text(units, program.decimals))
