"""What is proved of a scenario, what is left open, and what the proof found instead."""

from collections.abc import Mapping

from django.db.models import Q

from calls.models import Call
from portal.addresses import address
from portal.jobs.models import Job
from scoring.models import SelectionProof, SelectionRun, SelectionScenario
from scoring.queries.scenario import retained_scenario
from scoring.selection.result import ACCEPTED


def proving_key(scenario_id: int) -> str:
    """The key of the one job that goes on proving a scenario."""
    return f"prove-{scenario_id}"


def is_open(scenario: SelectionScenario) -> bool:
    """Whether its proof, or that of its explanations, leaves something to the solver, and may still go on: the sitting is not over."""
    proof = scenario.summary.get("proof")
    return bool(proof and not proof.get("better") and _is_left(proof)) and scenario.session.accepts_scenarios


def _is_left(proof: Mapping) -> bool:
    return proof["verdict"] != ACCEPTED or not proof.get("explained", True)


def better_exists(scenario: SelectionScenario) -> bool:
    """Whether its proof fell on a better selection than the one that it shows."""
    return bool((scenario.summary.get("proof") or {}).get("better"))


def better_sentence(scenario: SelectionScenario) -> str:
    """What is to be done of a scenario that is no longer the best one."""
    return f"Une meilleure sélection que « {scenario.name} » existe : relancez le calcul, puis retenez le nouveau scénario."


def proving_job(scenario: SelectionScenario) -> Job | None:
    """The work that goes on proving it, if any."""
    return Job.objects.filter(dedupe_key=proving_key(scenario.pk), state__in=Job.State.ALIVE).first()


def better_answer(run: SelectionRun, doctrine: str) -> dict | None:
    """The better selection that a proof of this very instance found under this method, in a computation of the same sitting."""
    same = Q(scenario__session=run.session_id, scenario__run__digest=run.digest, scenario__doctrine=doctrine)
    found = SelectionProof.objects.filter(same, better__isnull=False).order_by("-pk").first()
    return found and found.better


def bettered_scenario(call: Call) -> SelectionScenario | None:
    """The scenario that decisions are drawn from, when its proof fell on a better selection before the sitting closed."""
    retained = retained_scenario(call)
    return retained if retained is not None and better_exists(retained) else None


def checker_address(scenario: SelectionScenario) -> str:
    """Where the program that accepted its proof is downloaded: the very text kept with it, or today's where none was."""
    if not scenario.summary.get("proof"):
        return address("scoring:checker")
    kept = SelectionProof.objects.filter(scenario=scenario, program__isnull=False).values_list("program__sha256", flat=True).first()
    return address("scoring:kept_checker", kept) if kept else address("scoring:checker")
