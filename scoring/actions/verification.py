"""What makes a scenario worth believing: a second solver, a replay, a certificate checked without any solver."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.journal import recorder
from portal.text.canonical import canonical
from portal.text.french import number
from portal.workflow.gate import TransitionRefused
from scoring import rules
from scoring.marks.ranking import round_half_up
from scoring.models import SelectionScenario, SelectionSession
from scoring.optimiser.checking import check_with, is_current
from scoring.optimiser.kept import said_otherwise
from scoring.optimiser.ranked import is_same_list
from scoring.optimiser.shared import is_same_sharing
from scoring.queries.scenario import with_proof
from scoring.selection.instance import Instance
from scoring.selection.proof.check_selection import VERSION, check
from scoring.selection.proof.explained import heard
from scoring.selection.reprinted import is_earlier
from scoring.selection.result import ACCEPTED, REFUSED
from scoring.selection.said_again import UNREADABLE
from scoring.selection.verify import VerificationReport, verify


@transaction.atomic
def ask_confirmation(*, session: SelectionSession, actor: User) -> Job:
    """Have the worker solve again, with a second solver, what stands in a sitting, and draw its marks again."""
    return enqueue(
        "scoring.confirm",
        label=f"Confirmation et robustesse, {session.call.title}",
        owner=actor,
        params={"session": session.pk},
        dedupe_key=f"confirm-{session.pk}",
        return_url=session.get_absolute_url(),
    )


@transaction.atomic
def record_confirmation(*, scenario: SelectionScenario, answer: Mapping, actor: User) -> SelectionScenario:
    """Keep what a second solver chose: the same files or not."""
    scenario.confirmation = {**answer["solver"], "status": answer["status"], "same": _choice(answer) == _choice(scenario.result)}
    if not SelectionScenario.objects.filter(pk=scenario.pk).update(confirmation=scenario.confirmation):
        return scenario  # replaced by a newer computation meanwhile
    recorder.record(scenario.session, "confirm_scenario", actor=actor, reason=f"Scénario « {scenario.name} »", data=scenario.confirmation)
    return scenario


@transaction.atomic
def record_draws(*, scenario: SelectionScenario, robustness: Mapping | None) -> SelectionScenario:
    """Keep how sure each place is when marks are drawn again. An information: it changes neither the selection nor its proof.

    Nothing happens to a scenario removed meanwhile.
    """
    scenario = SelectionScenario.objects.select_for_update(of=("self",)).filter(pk=scenario.pk).first() or scenario
    if not isinstance(scenario.result, dict):
        return scenario
    explanations = scenario.printed.get("explanations") or {}
    scenario.result = {**scenario.result, "explanations": {**explanations, "robustness": robustness}}
    SelectionScenario.objects.filter(pk=scenario.pk).update(result=scenario.result)
    return scenario


@transaction.atomic
def ask_replay(*, scenario: SelectionScenario, actor: User) -> Job:
    """Have the worker solve the frozen instance again. Raises PermissionDenied, and TransitionRefused for a ranked list."""
    _check(scenario, actor)
    if scenario.is_ranked_list:
        raise TransitionRefused(["Une liste par rang se refait sans solveur : vérifiez-la."])
    return enqueue(
        "scoring.replay",
        label=f"Nouveau calcul de « {scenario.name} », {scenario.session.call.title}",
        owner=actor,
        params={"scenario": scenario.pk},
        dedupe_key=f"replay-{scenario.pk}-{actor.pk}",
        return_url=scenario.get_absolute_url(),
    )


@transaction.atomic
def record_replay(*, scenario: SelectionScenario, answer: Mapping, actor: User) -> SelectionScenario:
    """Keep what a replay gave: the same list, or which files differ (references); and what the kept proof is worth, read again.

    Raises TransitionRefused when the scenario was removed or replaced meanwhile.
    """
    before, now = _choice(scenario.result), _choice(answer)
    scenario.replay = {
        "at": timezone.now().isoformat(),
        "by": str(actor),
        "same": before == now and answer["digest"] == scenario.digest,
        "entering": sorted(reference for reference, _ in now - before),
        "leaving": sorted(reference for reference, _ in before - now),
        "proof": f"{check_proof(scenario)['sentence']} {explained_sentence(scenario)}".strip() if hasattr(scenario, "proof") else "",
    }
    if not SelectionScenario.objects.filter(pk=scenario.pk).update(replay=scenario.replay):
        raise TransitionRefused([REMOVED], wrong_state=True)
    recorder.record(scenario.session, "replay_scenario", actor=actor, reason=f"Scénario « {scenario.name} »", data=scenario.replay)
    return scenario


MOST_TOLD = 5
REMOVED = "Ce scénario a été supprimé ou remplacé pendant ce nouveau calcul : il n’y a plus rien à comparer."
ILLEGIBLE = "Ce qui est gardé de ce calcul ne peut pas être lu : ce scénario ne fait plus foi."
EARLIER_WORDS = "Ses phrases, rédigées par une version antérieure du portail, ne sont pas comparées ; ses chiffres le sont."
BROKEN_SEAL = "Les données figées ne portent plus leur empreinte : ce scénario ne fait plus foi."
EARLIER = "Ce scénario vient d’une version antérieure du portail : ses lignes et ses motifs restent, mais il ne se recalcule plus."


@dataclass(frozen=True)
class Verdict:
    """What a scenario is worth once checked, as a sentence."""

    holds: bool
    sentence: str


@transaction.atomic
def verify_scenario(*, scenario: SelectionScenario, actor: User) -> Verdict:
    """Check without a solver that a scenario is what its frozen data give: a ranked list is made again from its lines; the selection
    and the certificate of another method are checked in whole numbers. Raises PermissionDenied and TransitionRefused.
    """
    _check(scenario, actor)
    try:
        verdict, kept = _checked(scenario)
    except UNREADABLE:  # whatever is stored, an answer
        verdict, kept = Verdict(False, ILLEGIBLE), {"valid": False, "digest": scenario.digest}
    recorder.record(scenario.session, "verify_certificate", actor=actor, reason=f"Scénario « {scenario.name} »", data=kept)
    return verdict


def _checked(scenario: SelectionScenario) -> tuple[Verdict, dict]:
    """The selection and its proof, then all that is said of them. Raises what a stored value that cannot be read may raise."""
    if scenario.is_ranked_list:
        verdict, kept = _list_verdict(scenario)
    else:
        verdict, kept = _proof_verdict(scenario) if hasattr(scenario, "proof") else _certificate_verdict(scenario)
        if verdict.holds and scenario.is_shared:
            verdict, kept = _shared_verdict(scenario, verdict), kept | {"sharing": is_same_sharing(scenario)}
    if verdict.holds and (others := said_otherwise(scenario)):
        told = f"{', '.join(others[:MOST_TOLD])}{'…' if others[MOST_TOLD:] else ''}"
        return Verdict(False, f"Ce que dit ce scénario n’est pas ce que donnent ses données figées ({told}) : il ne fait plus foi."), kept
    if verdict.holds and scenario.is_optimised and is_earlier(scenario.result):
        return Verdict(True, f"{verdict.sentence} {EARLIER_WORDS}"), kept
    return verdict, kept


def _list_verdict(scenario: SelectionScenario) -> tuple[Verdict, dict]:
    same = is_same_list(scenario)
    told = "La liste a été refaite depuis ses lignes figées : mêmes dossiers, même empreinte." if same else BROKEN_SEAL
    return Verdict(same, told), {"valid": same, "digest": scenario.digest}


def _proof_verdict(scenario: SelectionScenario) -> tuple[Verdict, dict]:
    checked = check_proof(scenario)
    kept = {key: checked[key] for key in ("valid", "proved", "checker", "sha256", "today")} | {"digest": scenario.digest}
    return Verdict(checked["valid"], checked["sentence"]), kept


def explained_sentence(scenario: SelectionScenario) -> str:
    """What the proofs of its explanations are worth, read again: a few seconds for hundreds of files. Empty where none has a proof."""
    if not isinstance(scenario.proof.content, dict) or "explanations" not in scenario.proof.content:
        return ""
    told = heard(scenario.run.instance, with_proof(scenario))[1]
    others = said_otherwise(scenario)
    return f"{told} Ne sont pas ce que donnent les données figées : {', '.join(others[:MOST_TOLD])}." if others else told


def check_proof(scenario: SelectionScenario) -> dict:
    """The kept proof read again by the program kept with it; by today's as well when that is another one.

    Returns {"valid", "proved", "checker", "sha256", "today", "sentence"}; "today": what today's program answers, None when it is the same.
    """
    instance, result = canonical(scenario.run.instance), json.dumps(with_proof(scenario))
    program = scenario.proof.program
    current, told = check(instance, result)
    if program is None or is_current(program):
        kept = {"checker": VERSION, "sha256": program.sha256 if program else "", "today": None}
        return kept | {"valid": current != REFUSED, "proved": current == ACCEPTED, "sentence": told}
    code, first = check_with(program, instance, result)
    sentence = f"Vérificateur gardé avec la preuve ({program}) : {first} Son texte a changé depuis ; celui d’aujourd’hui répond : {told}"
    kept = {"checker": program.version, "sha256": program.sha256, "today": current}
    return kept | {"valid": REFUSED not in (code, current), "proved": code == current == ACCEPTED, "sentence": sentence}


def _shared_verdict(scenario: SelectionScenario, verdict: Verdict) -> Verdict:
    """The same once the envelope has been shared again from what is frozen."""
    if not is_same_sharing(scenario):
        return Verdict(False, "L’enveloppe partagée de nouveau ne donne pas les mêmes parts : ce scénario ne fait plus foi.")
    return Verdict(True, f"{verdict.sentence} L’enveloppe a été partagée de nouveau : mêmes parts.")


def _certificate_verdict(scenario: SelectionScenario) -> tuple[Verdict, dict]:
    instance = Instance.from_dict(scenario.run.instance)
    report = verify(instance, [tuple(pair) for pair in scenario.result["selected"]], scenario.result["certificate"])
    same = instance.digest == scenario.digest
    kept = {"valid": report.is_valid, "best": report.is_best, "gap": str(report.gap), "digest": instance.digest}
    return Verdict(report.is_valid and same, _verdict(scenario, report, same)), kept


def _verdict(scenario: SelectionScenario, report: VerificationReport, same: bool) -> str:
    if not same:
        return BROKEN_SEAL
    if not report.is_valid:
        return f"Le certificat ne convient pas : {len(report.problems)} écart{'s' if len(report.problems) > 1 else ''} avec la sélection."
    if report.is_best:
        return "Le certificat est vérifié sans solveur : toutes les règles sont respectées et aucune sélection ne fait mieux."
    if report.gap is None:
        return "Les règles sont vérifiées sans solveur. Cette méthode n’a pas de borne à vérifier : que rien ne soit meilleur n’est dit que par le solveur."
    gap = number(round_half_up(report.gap), 2)
    return f"Les règles sont vérifiées sans solveur. Le certificat seul laisse au plus {gap} points, que le solveur a écartés."


def _choice(answer: Mapping) -> set[tuple[str, str]]:
    """The pairs of a result; none for what cannot be read, which is then no longer the same list."""
    try:
        return {(reference, option) for reference, option in answer["selected"] or ()}
    except UNREADABLE:
        return set()


def _check(scenario: SelectionScenario, actor: User) -> None:
    """Only whoever runs the sitting, even once it is over. Raises PermissionDenied, TransitionRefused."""
    if not rules.runs_session(scenario.session, actor):
        raise PermissionDenied("proof")
    if not scenario.is_optimised and not scenario.is_ranked_list:
        raise TransitionRefused([EARLIER])
