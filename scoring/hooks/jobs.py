"""Long work of sittings and decisions: solving, confirming, replaying, carrying a vote, releasing. Each may be started again at any point."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from calls.models import Call
from portal.jobs.models import Job
from portal.jobs.progress import JobFailed, JobPostponed, JobProgress
from portal.jobs.registry import job
from portal.workflow.gate import TransitionRefused
from scoring.actions.decision import carry_vote
from scoring.actions.proof import ask_proof, record_proof
from scoring.actions.publication import drawn_keys, record_publication
from scoring.actions.release import release_call
from scoring.actions.run import store_run
from scoring.actions.trial import KIND as TRIAL
from scoring.actions.trial import try_call
from scoring.actions.verification import REMOVED, ask_confirmation, record_confirmation, record_draws, record_replay
from scoring.actions.vote import carry_undoing
from scoring.enums import RunStatus
from scoring.models import SelectionRun, SelectionScenario
from scoring.optimiser.instance import marks_of
from scoring.optimiser.process import Proving, Publishing, Resampling, Solve, SolvingFailed, Task, has_second_solver, solve_all
from scoring.queries.conflicts import hidden_ids
from scoring.queries.proof import better_answer, is_open
from scoring.queries.publication import hindered, published_scenario
from scoring.queries.scenario import computed_scenarios, with_proof
from scoring.selection.result import EXPLAINED_AND_PROVED, EXPLAINED_FIRST


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
LOOK = 2  # seconds between two looks of a proof at what goes on beside it
PATIENCE = timedelta(seconds=5)  # how long a sitting waits for a worker before a proof gives its own up


@job("scoring.select")
def select(job: Job, progress: JobProgress) -> dict:
    """Solve a run under each doctrine asked, explain, store; a second solver then confirms in a job of its own."""
    run = SelectionRun.objects.select_related("session__call").get(pk=job.params["run"])
    if run.status:
        return {}  # stored by an attempt that was then interrupted
    tasks = [_task(run, doctrine) for doctrine in job.params["doctrines"]]
    answers = _solved(run, tasks, job, progress)
    try:
        made = store_run(run=run, answers=dict(zip(job.params["doctrines"], answers, strict=True)), actor=job.owner)
    except TransitionRefused as refusal:
        raise JobFailed(" ".join(refusal.reasons)) from refusal
    if any(scenario.is_optimised for scenario in made):
        ask_confirmation(session=run.session, actor=job.owner)
    for scenario in made:
        ask_proof(scenario=scenario, actor=job.owner)
    return {"scenarios": [scenario.pk for scenario in made]}


def _task(run: SelectionRun, doctrine: str) -> Task:
    """The search; from the better selection on, when a proof of the same instance has found one."""
    better = better_answer(run, doctrine)
    return Solve(doctrine) if better is None else Proving(doctrine, given=_to_prove(run, better, explain=EXPLAINED_FIRST), gently=False)


def _to_prove(run: SelectionRun, result: dict, **more) -> dict:
    """What `scoring.optimiser.proving` reads."""
    return {"instance": run.instance, "result": result, "seconds": settings.SELECTION_PROOF_SECONDS, **more}


class _Over(Exception):
    """The scenario that was being proved is replaced, or its sitting has ended: nobody waits for its proof."""


@job("scoring.prove", timeout=2 * settings.SELECTION_PROOF_SECONDS + settings.SELECTION_CPU_SECONDS)
def prove(job: Job, progress: JobProgress) -> dict:
    """Go on proving what the computation left open, behind everything else: one such proof at a time, none while a sitting waits to compute.

    Started again after an interruption, the proof is built again from the selection found.
    """
    scenario = _open_scenario(job)
    if scenario is None:
        return {}
    earlier = Job.objects.running().filter(kind=job.kind, started_at__lt=job.started_at or timezone.now())
    if earlier.exclude(pk=job.pk).exists():
        raise JobPostponed
    given = _to_prove(scenario.run, with_proof(scenario), explain=EXPLAINED_AND_PROVED)
    try:
        answer = _solved(scenario.run, [Proving(scenario.doctrine, given=given)], job, _Watch(job, progress))[0]
    except _Over:
        return {}
    record_proof(scenario=scenario, answer=answer, actor=job.owner)
    return {"verdict": answer["proof"]["verdict"]}


def _open_scenario(job: Job) -> SelectionScenario | None:
    found = (
        SelectionScenario.objects.select_related("run__session__call", "session__call", "proof").filter(pk=job.params["scenario"]).first()
    )
    return found if found is not None and is_open(found) else None


class _Watch:
    """Reports the progress of a proof, and every two seconds looks whether it is still awaited, or in the way."""

    def __init__(self, job: Job, progress: JobProgress) -> None:
        self.job, self.progress, self.looked = job, progress, time.monotonic()

    def __call__(self, done: int, total: int, note: str) -> None:
        if time.monotonic() - self.looked > LOOK:
            self.looked = time.monotonic()
            if _open_scenario(self.job) is None:
                raise _Over
            if Job.objects.filter(kind="scoring.select", state=Job.State.QUEUED, created_at__lt=timezone.now() - PATIENCE).exists():
                raise JobPostponed
        self.progress(done, total, note)


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
    explained = scenario.printed.get("explanations")
    if not standing or not explained or explained.get("robustness"):
        return
    if marks := marks_of(scenario.run):
        given = {"instance": scenario.run.instance, "result": scenario.result, "marks": marks}
        answer = _solved(scenario.run, [Resampling(scenario.doctrine)], job, progress, given)[0]
        record_draws(scenario=scenario, robustness=answer["robustness"])


@job("scoring.replay")
def replay(job: Job, progress: JobProgress) -> dict:
    """Solve a frozen instance again and keep what differs."""
    scenario = SelectionScenario.objects.select_related("run__session__call").filter(pk=job.params["scenario"]).first()
    if scenario is None:
        raise JobFailed(REMOVED)
    answer = _solved(scenario.run, [Solve(scenario.doctrine, explain=False)], job, progress)[0]
    _told(record_replay, scenario=scenario, answer=answer, actor=job.owner)
    return {"same": scenario.replay["same"]}


@job("scoring.publish_selection", timeout=2 * settings.SELECTION_PROOF_SECONDS)
def publish_selection(job: Job, progress: JobProgress) -> dict:
    """Make what everybody may check of a released call: the most masked instance on which the same list is still proved."""
    call = Call.objects.get(pk=job.params["call"])
    scenario = published_scenario(call)
    if scenario is None or not call.has_results:
        return {}
    keys = drawn_keys(scenario.run.instance)
    if why := hindered(call, scenario):
        answer = {"why": why}
    else:
        given = {"instance": scenario.run.instance, "result": scenario.result, "keys": keys, "seconds": settings.SELECTION_TIME_LIMIT}
        answer = _solved(scenario.run, [Publishing(scenario.doctrine)], job, progress, given)[0]
    made = record_publication(call=call, scenario=scenario, answer=answer, keys=keys, actor=job.owner)
    return {"published": made.instance is not None}


@job(TRIAL)
def trial(job: Job, progress: JobProgress) -> dict:
    """Run the directory through a call and keep the report; started again, it reads everything again."""
    call = Call.objects.select_related("programme").get(pk=job.params["call"])
    kept = _told(try_call, call=call, actor=job.owner, tell=progress)
    return {"impossible": kept.impossible, "warnings": kept.warnings}


def _solved(run: SelectionRun, tasks: list, job: Job, progress: Callable, given: dict | None = None) -> list[dict]:
    """The answers on the instance, or on what is given, with progress reported; its notes name no file to an owner with a conflict."""
    restricted = bool(hidden_ids(run.session.call, job.owner))

    def tell(done: int, total: int, note: str) -> None:
        progress(done, total, "Calcul en cours" if restricted else note or "Recherche de la meilleure sélection")

    try:
        return solve_all(given or run.instance, tasks, tell=tell)
    except SolvingFailed as failure:
        raise JobFailed("Le calcul n’a pas abouti." if restricted else str(failure)) from failure
