"""Long work of a sitting: solving, confirming with a second solver, replaying. Each may be started again at any point."""

from portal.jobs.progress import JobFailed
from portal.jobs.registry import job
from portal.workflow.gate import TransitionRefused
from scoring.actions.proofs import ask_confirmation, record_confirmation, record_replay
from scoring.actions.scenarios import store_run
from scoring.models import SelectionRun, SelectionScenario
from scoring.queries_session import hidden_ids
from scoring.solving import Order, SolvingFailed, has_second_solver, solve_all

SECOND_SOLVER = "cpsat"


@job("scoring.select")
def select(job, progress):
    """Solve a run under each doctrine asked, explain, store; a second solver then confirms in a job of its own."""
    run = SelectionRun.objects.select_related("session__call").get(pk=job.params["run"])
    if run.status:
        return {}  # stored by an attempt that was then interrupted
    orders = [Order(doctrine) for doctrine in job.params["doctrines"]]
    answers = _solved(run, orders, job, progress)
    try:
        made = store_run(run=run, answers=dict(zip(job.params["doctrines"], answers, strict=True)), actor=job.owner)
    except TransitionRefused as refusal:
        raise JobFailed(" ".join(refusal.reasons)) from refusal
    if has_second_solver() and any(scenario.is_optimised for scenario in made):
        ask_confirmation(run=run, actor=job.owner)
    return {"scenarios": [scenario.pk for scenario in made]}


@job("scoring.confirm")
def confirm(job, progress):
    """Solve the same instance with another solver and keep whether it chooses the same files."""
    scenarios = list(SelectionScenario.objects.filter(run=job.params["run"]).select_related("run__session__call"))
    optimised = [scenario for scenario in scenarios if scenario.is_optimised]
    if optimised:
        orders = [Order(scenario.doctrine, SECOND_SOLVER, explain=False) for scenario in optimised]
        for scenario, answer in zip(optimised, _solved(optimised[0].run, orders, job, progress), strict=True):
            record_confirmation(scenario=scenario, answer=answer, actor=job.owner)
    return {"confirmed": len(optimised)}


@job("scoring.replay")
def replay(job, progress):
    """Solve a frozen instance again and keep what differs."""
    scenario = SelectionScenario.objects.select_related("run__session__call").get(pk=job.params["scenario"])
    answer = _solved(scenario.run, [Order(scenario.doctrine, explain=False)], job, progress)[0]
    record_replay(scenario=scenario, answer=answer, actor=job.owner)
    return {"same": scenario.replay["same"]}


def _solved(run: SelectionRun, orders: list[Order], job, progress) -> list[dict]:
    """The answers, with progress told; nothing of a file is told to somebody from whom files are hidden."""
    restricted = bool(hidden_ids(run.session.call, job.owner))

    def tell(done: int, total: int, note: str) -> None:
        progress(done, total, "Calcul en cours" if restricted else note or "Recherche de la meilleure sélection")

    try:
        return solve_all(run.instance, orders, tell=tell)
    except SolvingFailed as failure:
        raise JobFailed("Le calcul n’a pas abouti." if restricted else str(failure)) from failure
