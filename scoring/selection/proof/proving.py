"""From the answer of a solver to one that is proved: built, then read again by the checker before anybody is told."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from portal.text.canonical import canonical
from scoring.selection.decimals import decimal_text
from scoring.selection.instance import Instance
from scoring.selection.program import Selection
from scoring.selection.proof.check_selection import Arithmetic, check, worth
from scoring.selection.proof.claims import Proof, Tell, impossibility, optimality, silent
from scoring.selection.proof.tree import BetterFound, Budget
from scoring.selection.result import COST, LEVEL, LEVELS, PARTLY, REFUSED, SCORE, Doctrine, Result, Status
from scoring.selection.solve import TIME_LIMIT, solve
from scoring.selection.solvers import HIGHS, SolverFailed

MOST_CORRECTIONS = 500


def best(
    instance: Instance,
    doctrine: Doctrine = Doctrine.SUM,
    *,
    budget: Budget,
    solver: str = HIGHS,
    time_limit: float = TIME_LIMIT,
    cancelled: Callable[[], bool] | None = None,
    tell: Tell = silent,
) -> Result:
    """The one best selection with its proof: `solve`, then `prove`. A solver that fails leaves the tree to search alone.

    Raises InvalidInstance, SolverFailed (the checker refuses what was built), Cancelled.
    """
    try:
        result = solve(instance, doctrine, solver=solver, time_limit=time_limit, cancelled=cancelled)
    except SolverFailed as failure:
        result = Result(Status.BOUNDED, doctrine, None, None, None, None, None, {}, instance.digest, solver, str(failure))
    return prove(instance, result, budget, tell=tell)


def prove(instance: Instance, result: Result, budget: Budget, *, tell: Tell = silent) -> Result:
    """The result with its proof, and with the better selection when the proof found one: the tree has the last word, whoever searched.

    What was not refuted within the `budget` is named in `proof["left"]`, with the most that it leaves possible (points, cents).
    Raises SolverFailed when the checker refuses what was built.
    """
    data = instance.to_dict()
    problem = Arithmetic(data)
    searches = True
    for _ in range(MOST_CORRECTIONS):
        try:
            result, proof = _proof(problem, result, budget, tell)
        except BetterFound as better:
            start = selection_of(problem, better.picked)
            result = solve(instance, result.doctrine, solver=result.solver, time_limit=TIME_LIMIT if searches else 0, start=start)
            searches = searches and result.selection != start  # a solver that does not get beyond it is not asked again
            continue
        return _checked(data, problem, result, proof)
    raise SolverFailed("La recherche laisse passer de meilleures sélections.")


def selection_of(problem: Arithmetic, picked: Sequence[int]) -> Selection:
    """The files taken, each with its option."""
    return tuple(sorted((file["id"], option["id"]) for file, option in (problem.choices[c] for c in picked) if option))


def _proof(problem: Arithmetic, result: Result, budget: Budget, tell: Tell) -> tuple[Result, Proof]:
    """The proof, and the result that it is of: where nothing was found, that nothing exists. Raises BetterFound."""
    if result.selection is not None:
        return result, optimality(problem, result.doctrine.value, problem.picked(set(result.selection)), budget, tell)
    proof = impossibility(problem, budget)
    if result.status is Status.BOUNDED and not proof.left:
        return replace(result, status=Status.INFEASIBLE, bound=None, gap=None), proof
    return result, proof if result.status is Status.INFEASIBLE else Proof()


def _checked(data: dict[str, Any], problem: Arithmetic, result: Result, proof: Proof) -> Result:
    """The checker's verdict on the result as it is printed. Raises SolverFailed when it refuses a proof that should hold."""
    if result.status is Status.BOUNDED and result.selection is not None:
        result = _bounded(problem, result, proof)
    left = {name: None if most is None else _said(problem, name, most) for name, most in proof.left.items()}
    kept = proof.to_dict() | {"left": left, "verdict": PARTLY}
    if not proof.steps:
        return replace(result, proof=kept)
    verdict, why = check(canonical(data), json.dumps(replace(result, proof=kept).to_dict()))
    if verdict == REFUSED:
        raise SolverFailed(why)
    return replace(result, proof=kept | {"verdict": verdict})


def _bounded(problem: Arithmetic, result: Result, proof: Proof) -> Result:
    """A search that ran out of time, once the proof has said more: the best one, or the bound that it proves of what is not decided first."""
    if not proof.left:
        return replace(result, status=Status.PROVEN, bound=result.objective, gap=Decimal(0))
    if result.objective is None:
        return result
    phase = SCORE if result.doctrine is Doctrine.SUM else LEVELS
    opened = next((name for name in proof.left if name == SCORE or name.startswith(LEVEL)), None)
    if opened is None:
        done = [*result.certificate.get("proved", []), phase]
        return replace(result, bound=result.objective, gap=Decimal(0), certificate={**result.certificate, "proved": done})
    most = proof.left[opened]
    if most is None:
        return result
    bound, reached = Decimal(_said(problem, opened, most)), Decimal(_said(problem, opened, _reached(problem, result, opened)))
    score = {} if phase == SCORE else {"open_score": opened.removeprefix(LEVEL)}
    return replace(result, bound=bound, gap=bound - reached, certificate={**result.certificate, **score})


def _reached(problem: Arithmetic, result: Result, name: str) -> int:
    """What a selection is worth of one measure, in units of the scale."""
    times = problem.taken(problem.picked(set(result.selection or ())))
    return worth(enumerate(dict(problem.forms(result.doctrine.value))[name]), times or {})


def _said(problem: Arithmetic, name: str, most: int) -> str:
    """Points, or cents for the cost, as a plain decimal."""
    if name == COST:
        return str(-most)
    value = Fraction(most, problem.scale)
    decimals = next(digits for digits in range(64) if 10**digits % value.denominator == 0)
    return decimal_text(int(value * 10**decimals), decimals)
