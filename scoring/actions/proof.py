"""A proof that a computation left open: it goes on in the background, and what it finds is kept without touching the list."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Replace
from django.utils import timezone

from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.journal import recorder
from portal.text.typography import typo
from portal.workflow.gate import TransitionRefused
from scoring.enums import RunStatus
from scoring.models import SelectionProof, SelectionRun, SelectionScenario
from scoring.optimiser.checking import keep_checker
from scoring.queries.proof import better_exists, better_sentence, is_open, proving_key
from scoring.selection.legible import is_legible

# Of an answer, what a longer proof of the same selection may change.
PROVED = ("status", "sentence", "bound", "gap", "certificate", "solver")


def keep_proof(scenario: SelectionScenario, content: Mapping) -> SelectionProof:
    """The proof of a scenario with the very program that accepted it; the one before is replaced."""
    kept = {"content": content, "checker": content["checker"], "program": keep_checker(), "created_at": timezone.now()}
    return SelectionProof.objects.update_or_create(scenario=scenario, defaults=kept)[0]


def proved_at_a_glance(proof: Mapping) -> dict:
    """What pages read of a proof without reading it: what is left, and whether explanations have had their turn."""
    return {"verdict": proof["verdict"], "left": proof["left"], "explained": "explanations" in proof}


@transaction.atomic
def ask_proof(*, scenario: SelectionScenario, actor: User) -> Job | None:
    """Have the worker go on proving a scenario of which something is left open. Asked twice, the same job; None when nothing is open."""
    if not is_open(scenario):
        return None
    return enqueue(
        "scoring.prove",
        label=f"Preuve de « {scenario.name} », {scenario.session.call.title}",
        owner=actor,
        params={"scenario": scenario.pk},
        dedupe_key=proving_key(scenario.pk),
        return_url=scenario.get_absolute_url(),
    )


@transaction.atomic
def record_proof(*, scenario: SelectionScenario, answer: Mapping, actor: User) -> SelectionScenario | None:
    """Keep what a longer proof gave: more of the same selection proved, or a better selection, put beside the scenario, which does not change.

    None, and nothing happens, when the scenario was replaced or its sitting ended meanwhile, what a jury retained being frozen, or when what
    is stored of it cannot be read.
    """
    scenario = SelectionScenario.objects.select_for_update(of=("self",)).select_related("session", "run").filter(pk=scenario.pk).first()
    if scenario is None or not scenario.session.accepts_scenarios or not is_legible(scenario.result):
        return None
    if sorted(answer["selected"]) == sorted(scenario.result["selected"]):
        _proved_further(scenario, answer)
    else:
        scenario.proof.better = {key: value for key, value in answer.items() if key != "explanations"}
        scenario.proof.save(update_fields=["better"])
        scenario.summary["proof"] |= {"better": answer["objective"]}
    scenario.save(update_fields=["status", "summary", "result"])
    told = scenario.summary["proof"] | {"digest": scenario.digest}
    recorder.record(scenario.session, "prove_scenario", actor=actor, reason=f"Scénario « {scenario.name} »", data=told)
    return scenario


def _proved_further(scenario: SelectionScenario, answer: Mapping) -> None:
    scenario.result |= {key: answer[key] for key in PROVED}
    scenario.status = answer["status"]
    proof = {key: scenario.proof.content[key] for key in ("explanations",) if key in scenario.proof.content} | dict(answer["proof"])
    if told := answer.get("explanations"):
        _explained_again(scenario, told)
    scenario.summary |= {"gap": answer["gap"], "proof": proved_at_a_glance(proof)}
    keep_proof(scenario, proof)
    others = scenario.run.scenarios.exclude(pk=scenario.pk).filter(status=RunStatus.BOUNDED)
    if scenario.run.status == RunStatus.BOUNDED and scenario.status == RunStatus.PROVEN and not others.exists():
        SelectionRun.objects.filter(pk=scenario.run_id).update(status=RunStatus.PROVEN)


def _explained_again(scenario: SelectionScenario, told: Mapping) -> None:
    """The explanations with what is proved of them. Where a proof has met what a search had missed, the sentence of the file follows."""
    before = scenario.result.get("explanations") or {}
    scenario.result["explanations"] = dict(told) | {key: before[key] for key in ("robustness",) if key in before}
    known = before.get("files") or {}
    for reference, row in (told.get("files") or {}).items():
        said = (known.get(reference) or {}).get("sentence")
        if said and row["sentence"] != said:
            line = scenario.lines.filter(application__reference=reference)
            line.update(reason=Replace("reason", Value(typo(said)), Value(typo(row["sentence"]))))


def refuse_bettered(scenario: SelectionScenario) -> None:
    """Raise TransitionRefused when the proof of this scenario fell on a better selection."""
    if better_exists(scenario):
        raise TransitionRefused([better_sentence(scenario)])
