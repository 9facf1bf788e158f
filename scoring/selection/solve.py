"""The best selection under a doctrine: proved, bounded when time ran out, or impossible."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from portal.text.canonical import plain
from scoring.selection import certificate, solvers
from scoring.selection.decimals import decimal_text
from scoring.selection.instance import Instance
from scoring.selection.phases import Ladder, NoSelection, OutOfTime, climb_canonical, climb_levels, levels
from scoring.selection.program import Form, Program, Selection
from scoring.selection.result import COST, LEVELS, ORDER, PENALTIES, SCORE, Doctrine, Result, Status
from scoring.selection.solvers import HIGHS, SolverFailed
from scoring.selection.watch import Cancelled, Watch

__all__ = ["Cancelled", "Doctrine", "Result", "SolverFailed", "Status", "climb", "solve"]

TIME_LIMIT = 60.0  # seconds


def solve(
    instance: Instance,
    doctrine: Doctrine = Doctrine.SUM,
    *,
    solver: str = HIGHS,
    time_limit: float = TIME_LIMIT,
    seed: int = 0,
    cancelled: Callable[[], bool] | None = None,
    start: Selection | None = None,
) -> Result:
    """The one best selection, whatever the solver, the seed and the order in which the instance is written.

    `time_limit`: seconds for all phases together. `start`: a selection that keeps the rules, where one is known. `cancelled` is asked now and then whether to give up. Raises InvalidInstance (numbers
    too large to be exact), SolverFailed (nothing that holds in whole numbers), Cancelled.
    """
    program, watch = Program(instance), Watch(time_limit, cancelled)
    ladder = Ladder(program, *solvers.pair(solver, program, watch, seed))
    if start is not None:
        ladder.begin(program.chosen(start))
    status = Status.PROVEN
    try:
        climb(ladder, doctrine)
    except NoSelection:
        status = Status.INFEASIBLE
    except OutOfTime:
        status = Status.BOUNDED
    except SolverFailed:
        if ladder.chosen is None:
            raise
        status = Status.BOUNDED  # what it found before holds
    return _result(ladder, status, doctrine)


def climb(ladder: Ladder, doctrine: Doctrine) -> None:
    """The phases of a doctrine, in order; `ladder.proved` names those that are done."""
    program = ladder.program
    if doctrine is Doctrine.SUM:
        _climb_and_keep(ladder, SCORE, program.score)
    else:
        climb_levels(ladder)
        ladder.proved.append(LEVELS)
        _climb_and_keep(ladder, PENALTIES, program.penalties)
    _climb_and_keep(ladder, COST, program.thrift)
    climb_canonical(ladder)
    ladder.proved.append(ORDER)


def _climb_and_keep(ladder: Ladder, name: str, form: Form) -> None:
    ladder.climb(form)
    ladder.keep(form)
    ladder.proved.append(name)


def _result(ladder: Ladder, status: Status, doctrine: Doctrine) -> Result:
    program, chosen = ladder.program, ladder.chosen
    value = None if chosen is None else program.objective(chosen)
    bound, gap = (None, None) if status is Status.INFEASIBLE else _bound_and_gap(ladder, doctrine)
    return Result(
        status=status,
        doctrine=doctrine,
        selection=None if chosen is None else program.selection(chosen),
        objective=_points(program, value),
        cost_cents=None if chosen is None else program.cost(chosen),
        bound=_points(program, bound),
        gap=_points(program, gap),
        certificate={} if chosen is None else _certificate(ladder, doctrine),
        digest=program.instance.digest,
        solver=ladder.solver.name,
        version=ladder.solver.version,
        parameters=ladder.solver.parameters,
    )


def _bound_and_gap(ladder: Ladder, doctrine: Doctrine) -> tuple[int | None, int | None]:
    """Units of the scale. Of the total, or of the first score that is not decided; the gap needs a selection."""
    chosen = ladder.chosen
    if SCORE in ladder.proved or LEVELS in ladder.proved:
        return ladder.worth(ladder.program.score), 0
    if doctrine is Doctrine.SUM:
        bound = ladder.bounds[0].floor
        return bound, None if chosen is None else bound - ladder.program.objective(chosen)
    if ladder.open_level is None or chosen is None:
        return None, None
    _, form = levels(ladder.program)[ladder.open_level.place]
    return ladder.open_level.bound, ladder.open_level.bound - ladder.program.worth(form, chosen)


def _certificate(ladder: Ladder, doctrine: Doctrine) -> dict[str, Any]:
    """Under `sum`, multipliers and their bound; under `merit`, the value reached at each score. `proved`: the phases that are done."""
    program, chosen = ladder.program, ladder.chosen or ()
    proved: dict[str, Any] = {"proved": list(ladder.proved)}
    if doctrine is Doctrine.SUM:
        return certificate.to_dict(program, ladder.bounds[0], program.objective(chosen)) | proved
    reached = [(plain(score), program.worth(form, frozenset(chosen))) for score, form in levels(program)]
    undecided = {"open_score": reached[ladder.open_level.place][0]} if ladder.open_level else {}
    return {"levels": [[score, decimal_text(value, program.decimals)] for score, value in reached], **undecided} | proved


def _points(program: Program, units: int | None) -> Decimal | None:
    return None if units is None else Decimal(decimal_text(units, program.decimals))
