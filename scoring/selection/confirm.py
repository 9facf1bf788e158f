"""The second opinion: another solver, where it is installed, must find the same selection."""

from scoring.selection.instance import Instance
from scoring.selection.result import Result, Status
from scoring.selection.solve import TIME_LIMIT, solve
from scoring.selection.solvers import CPSAT, HIGHS, SolverFailed, is_installed


def confirm(instance: Instance, result: Result, *, time_limit: float = TIME_LIMIT) -> dict[str, str] | None:
    """Name and version of the solver that agrees; None when it is not installed, or when one of the two has proved nothing.

    Raises SolverFailed when both have proved different things: then neither is to be believed.
    """
    other = HIGHS if result.solver == CPSAT else CPSAT
    if result.status is Status.BOUNDED or not is_installed(other):
        return None
    second = solve(instance, result.doctrine, solver=other, time_limit=time_limit)
    if second.status is Status.BOUNDED:
        return None
    if (second.status, second.selection) != (result.status, result.selection):
        raise SolverFailed(f"Les solveurs {result.solver} et {other} ne donnent pas la même réponse.")
    return {"name": second.solver, "version": second.version}
