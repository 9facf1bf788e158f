"""What is said of the proof of a scenario, and of the proof that still goes on."""

from dataclasses import dataclass

from portal.jobs.models import Job
from portal.text.french import count
from scoring.models import SelectionScenario
from scoring.queries.proof import better_exists, better_sentence, is_open, proving_job
from scoring.selection.result import ACCEPTED, said, unproved

SAID_FROM = {"status", "doctrine", "selected", "objective", "gap"}
CHECKS_THE_PROOF, CHECKS_THE_REST = "Vérifier la preuve", "Vérifier ce qui est prouvé"
IN_PART = "Cela recompte la liste, ses règles, son total, son coût et la part de la preuve qui est établie ; le reste tient au solveur, et la réponse le dira."
WITHOUT_PROOF = (
    "Cela recompte la liste, ses règles et la borne gardée ; que rien ne soit meilleur peut tenir au solveur, et la réponse le dira."
)
ILLEGIBLE = "Ce qui est gardé de ce calcul ne peut pas être lu en entier : « Vérifier » dit ce qu’il vaut."


@dataclass(frozen=True)
class ProofState:
    """The sentence of a proof, the work that goes on with it, and what is to be done when it has found better."""

    sentence: str
    job: Job | None = None
    better: str = ""
    about: str = "La preuve"  # what the work goes on with
    check_label: str = "Vérifier"  # what the button that checks says, and what it will not say where part rests on a solver
    check_told: str = ""


def proof_state(scenario: SelectionScenario) -> ProofState:
    """Without a sentence for a scenario computed before proofs were made."""
    if not scenario.summary.get("proof"):
        return ProofState("", check_label=CHECKS_THE_REST, check_told=WITHOUT_PROOF)
    job = proving_job(scenario) if is_open(scenario) else None
    about = "La preuve des explications" if scenario.summary["proof"]["verdict"] == ACCEPTED else "La preuve"
    is_whole = scenario.summary["proof"]["verdict"] == ACCEPTED
    checks = (CHECKS_THE_PROOF, "") if is_whole else (CHECKS_THE_REST, IN_PART)
    return ProofState(proof_sentence(scenario), job, better_sentence(scenario) if better_exists(scenario) else "", about, *checks)


def proof_sentence(scenario: SelectionScenario) -> str:
    """What is proved of a scenario and what rests on the solver, in the words of its result."""
    proof, printed = scenario.summary["proof"], scenario.printed
    if not printed.keys() >= SAID_FROM:
        return ILLEGIBLE
    sentence = said({"certificate": {}, **printed, "proof": proof}) + _before_sharing(scenario)
    if proof["verdict"] == ACCEPTED:
        return f"{sentence} La preuve est en nombres entiers, sans croire le solveur."
    left = unproved(proof)
    return f"{sentence} Reste à prouver : {', '.join(left)}." if left else sentence


def _before_sharing(scenario: SelectionScenario) -> str:
    """What a proof is about, where some of the files chosen are not funded."""
    if not scenario.left_sharing:
        return ""
    left = count(
        scenario.left_sharing,
        "dossier choisi n’a pas de part suffisante et n’est pas financé",
        "dossiers choisis n’ont pas de part suffisante et ne sont pas financés",
    )
    return f" Cela porte sur le choix de {count(scenario.summary['chosen'], 'dossier')}, avant le partage de l’enveloppe : {left}."


def certainty(scenario: SelectionScenario) -> str:
    """« Prouvé » only where the checker has accepted everything."""
    proof = scenario.summary.get("proof") or {}
    return "Optimum prouvé" if proof.get("verdict") == ACCEPTED else "Optimum d’après le solveur"
