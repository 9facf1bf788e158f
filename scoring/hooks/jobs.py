"""Long work of sittings and decisions: solving, confirming, replaying, carrying a vote, releasing. Each may be started again at any point."""

from collections.abc import Callable
from typing import Any

from calls.models import Call
from portal.jobs.models import Job
from portal.jobs.progress import JobFailed, JobProgress
from portal.jobs.registry import job
from portal.workflow.gate import TransitionRefused
from scoring.actions.decision import carry_vote
from scoring.actions.release import release_call
from scoring.actions.run import store_run
from scoring.actions.verification import ask_confirmation, record_confirmation, record_draws, record_replay
from scoring.actions.vote import carry_undoing
from scoring.enums import RunStatus
from scoring.models import SelectionRun, SelectionScenario
from scoring.optimiser.instance import marks_of
from scoring.optimiser.process import Resampling, Solve, SolvingFailed, has_second_solver, solve_all
from scoring.queries.conflicts import hidden_ids
from scoring.queries.scenario import computed_scenarios


@job("scoring.vote")
def vote(job: Job, progress: JobProgress) -> dict:
    """Carry the vote to each decision of the call; the person who recorded it acts."""
    call = Call.objects.get(pk=job.params["call"])
    return {"voted": _told(carry_vote, call=call, actor=job.owner, progress=progress)}


@job("scoring.undo_vote")
def undo_vote(job: Job, progress: JobProgress) -> dict:
    """Take a vote back from each decision of the call; the person who asked acts."""
    call = Call.objects.get(pk=job.params["call"])
    return {"undone": _told(carry_undoing, call=call, reason=job.params["reason"], actor=job.owner, progress=progress)}


@job("scoring.release")
def release(job: Job, progress: JobProgress) -> dict:
    """Release the call; the person who asked acts."""
    call = Call.objects.get(pk=job.params["call"])
    return _told(release_call, call=call, actor=job.owner, progress=progress)


def _told(action: Callable, **arguments) -> Any:
    """A refusal is a sentence for the person who waits, not a fault of the portal."""
    try:
        return action(**arguments)
    except TransitionRefused as refusal:
        raise JobFailed(" ".join(refusal.reasons)) from refusal


SECOND_SOLVER = "cpsat"


@job("scoring.select")
def select(job: Job, progress: JobProgress) -> dict:
    """Solve a run under each doctrine asked, explain, store; a second solver then confirms in a job of its own."""
    run = SelectionRun.objects.select_related("session__call").get(pk=job.params["run"])
    if run.status:
        return {}  # stored by an attempt that was then interrupted
    tasks = [Solve(doctrine) for doctrine in job.params["doctrines"]]
    answers = _solved(run, tasks, job, progress)
    try:
        made = store_run(run=run, answers=dict(zip(job.params["doctrines"], answers, strict=True)), actor=job.owner)
    except TransitionRefused as refusal:
        raise JobFailed(" ".join(refusal.reasons)) from refusal
    if any(scenario.is_optimised for scenario in made):
        ask_confirmation(session=run.session, actor=job.owner)
    return {"scenarios": [scenario.pk for scenario in made]}


@job("scoring.confirm")
def confirm(job: Job, progress: JobProgress) -> dict:
    """Solve with another solver what stands in a sitting and keep whether it chooses the same files; then draw the marks again.

    One such job per sitting: it goes on with whatever was computed meanwhile, so that the room never waits for two.
    """
    session = job.params["session"]
    done = 0
    while has_second_solver() and (scenario := computed_scenarios(session).filter(confirmation={}).first()):
        task = Solve(scenario.doctrine, SECOND_SOLVER, explain=False, prove=False, gently=True)
        record_confirmation(scenario=scenario, answer=_solved(scenario.run, [task], job, progress)[0], actor=job.owner)
        done += 1
    for scenario in computed_scenarios(session):
        _draw(scenario, job, progress)
    return {"confirmed": done}


def _draw(scenario: SelectionScenario, job: Job, progress: JobProgress) -> None:
    """How sure each place is; nothing for a scenario replaced or marks changed meanwhile, nor for what the room is trying."""
    standing = (
        scenario.status == RunStatus.PROVEN and not scenario.run.is_composed and SelectionScenario.objects.filter(pk=scenario.pk).exists()
    )
    if not standing or scenario.result["explanations"].get("robustness"):
        return
    if marks := marks_of(scenario.run):
        given = {"instance": scenario.run.instance, "result": scenario.result, "marks": marks}
        answer = _solved(scenario.run, [Resampling(scenario.doctrine)], job, progress, given)[0]
        record_draws(scenario=scenario, robustness=answer["robustness"])


@job("scoring.replay")
def replay(job: Job, progress: JobProgress) -> dict:
    """Solve a frozen instance again and keep what differs."""
    scenario = SelectionScenario.objects.select_related("run__session__call").get(pk=job.params["scenario"])
    answer = _solved(scenario.run, [Solve(scenario.doctrine, explain=False)], job, progress)[0]
    record_replay(scenario=scenario, answer=answer, actor=job.owner)
    return {"same": scenario.replay["same"]}


def _solved(run: SelectionRun, tasks: list, job: Job, progress: JobProgress, given: dict | None = None) -> list[dict]:
    """The answers on the instance, or on what is given, with progress reported; its notes name no file to an owner with a conflict."""
    restricted = bool(hidden_ids(run.session.call, job.owner))

    def tell(done: int, total: int, note: str) -> None:
        progress(done, total, "Calcul en cours" if restricted else note or "Recherche de la meilleure sélection")

    try:
        return solve_all(given or run.instance, tasks, tell=tell)
    except SolvingFailed as failure:
        raise JobFailed("Le calcul n’a pas abouti." if restricted else str(failure)) from failure
