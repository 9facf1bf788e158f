"""What a search answers, and how it is printed: the stable form that is kept with a decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from portal.text.canonical import plain
from portal.text.french import NBSP, enumeration, mark, points
from scoring.selection.program import Selection

# Phases, as `proved` of a certificate names them
SCORE, LEVELS, PENALTIES, COST, ORDER = "score", "levels", "penalties", "cost", "order"
LEVEL = "level:"  # then a score: what the proof claims of the files of one score


WORDING = "2"  # of sentences and of the choice of motives: another number once one of them changes, for they are said again to be checked
ACCEPTED, REFUSED, PARTLY = 0, 1, 3  # what the checker answers of a proof
EXPLAINED_FIRST, EXPLAINED_AND_PROVED = "first", "proved"  # explanations at once, or with their proofs


class Doctrine(StrEnum):
    """What « best » means: a decision of the jury."""

    SUM = "sum"  # highest total of points
    MERIT = "merit"  # best files first, as far as the rules allow


class Status(StrEnum):
    PROVEN = "proven"  # this selection, and no other
    BOUNDED = "bounded"  # the best one found in the time given, if any; never said to be the best
    INFEASIBLE = "infeasible"  # the hard rules cannot hold together


@dataclass(frozen=True)
class Result:
    """What was found. Points are decimals: `objective` is values minus penalties of soft rules.

    `selection`, `objective` and `cost_cents` are None when the rules cannot hold, and when nothing was found in time. `bound` is what no
    selection exceeds and `gap` how far below the selection is. Under the doctrine of merit, when time ran out among the scores,
    both are about the files of the first score that is not decided (`open_score` of the certificate); before a first selection they
    are None.
    """

    status: Status
    doctrine: Doctrine
    selection: Selection | None
    objective: Decimal | None
    cost_cents: int | None
    bound: Decimal | None
    gap: Decimal | None
    certificate: Mapping[str, Any]
    digest: str
    solver: str
    version: str
    parameters: Mapping[str, str | int | float] = field(default_factory=dict)
    proof: Mapping[str, Any] | None = None  # see `scoring.selection.proof`; None: nobody has proved anything yet

    @property
    def is_proved(self) -> bool:
        """The checker has accepted all that is claimed: nothing rests on a solver."""
        return self.proof is not None and self.proof["verdict"] == ACCEPTED

    @property
    def sentence(self) -> str:
        """See `said`."""
        return said(self._printed())

    def to_dict(self) -> dict[str, Any]:
        """The printed form: `selected` is null when there is no selection, which is not an empty one."""
        printed = self._printed()
        return {"status": printed.pop("status"), "doctrine": printed.pop("doctrine"), "sentence": self.sentence, **printed}

    def _printed(self) -> dict[str, Any]:
        return {
            "status": self.status.value,
            "doctrine": self.doctrine.value,
            "selected": None if self.selection is None else [list(pair) for pair in self.selection],
            "count": None if self.selection is None else len(self.selection),
            "objective": None if self.objective is None else plain(self.objective),
            "cost_cents": self.cost_cents,
            "bound": None if self.bound is None else plain(self.bound),
            "gap": None if self.gap is None else plain(self.gap),
            "digest": self.digest,
            "solver": {"name": self.solver, "version": self.version, "parameters": dict(self.parameters)},
            "certificate": dict(self.certificate),
            **({} if self.proof is None else {"proof": dict(self.proof)}),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Reads back `to_dict`. Raises KeyError, TypeError or ValueError on anything else."""
        figures = {key: None if value[key] is None else Decimal(value[key]) for key in ("objective", "bound", "gap")}
        return cls(
            status=Status(value["status"]),
            doctrine=Doctrine(value["doctrine"]),
            selection=None if value["selected"] is None else tuple((file, option) for file, option in value["selected"]),
            cost_cents=value["cost_cents"],
            certificate=value["certificate"],
            digest=value["digest"],
            solver=value["solver"]["name"],
            version=value["solver"]["version"],
            parameters=value["solver"]["parameters"],
            proof=value.get("proof"),
            **figures,
        )


CLAIMS = {
    SCORE: "le total des points",
    PENALTIES: "les pénalités",
    COST: "le coût le plus bas",
    ORDER: "le départage par ordre de dépôt",
}


def said(answer: Mapping[str, Any]) -> str:
    """What may be said of a printed answer, no more: « c’est prouvé » where the checker has accepted, and only there."""
    status, word = answer["status"], _word(answer)
    if status == Status.INFEASIBLE:
        return f"Les règles ne peuvent pas être tenues ensemble{word}."
    if status == Status.PROVEN and answer["doctrine"] == Doctrine.SUM:
        return f"Aucune sélection conforme aux règles n’a un meilleur total{word}."
    if status == Status.PROVEN:
        return f"Aucune sélection conforme aux règles ne suit mieux l’ordre de mérite{word}."
    if answer["selected"] is None:
        return "Aucune sélection n’a été trouvée dans le temps imparti. Rien ne dit que les règles soient impossibles à tenir."
    return f"Meilleure sélection trouvée dans le temps imparti. {_gap_sentence(answer)}"


def unproved(proof: Mapping[str, Any]) -> list[str]:
    """What the checker has not accepted, in words, in the order in which it is claimed."""
    return [CLAIMS.get(name, f"la note {name.partition(':')[2]}") for name in proof["left"] if name != "impossible"]


def _word(answer: Mapping[str, Any]) -> str:
    """On whose word an answer rests: that of the proof, or that of the solver and how far it may be wrong."""
    proof = answer.get("proof")
    if proof is None:
        return ", d’après le solveur"
    if proof["verdict"] == ACCEPTED:
        return f"{NBSP}: c’est prouvé"
    left = proof["left"]
    if left and not any(name in (SCORE, PENALTIES, "impossible") or name.startswith(LEVEL) for name in left):
        return f"{NBSP}: c’est prouvé, mais {enumeration(unproved(proof))} d’après le solveur seulement"
    most = left.get(SCORE)
    if most is None or answer["objective"] is None:
        return ", d’après le solveur"
    return f", d’après le solveur, à {points(Decimal(most) - Decimal(answer['objective']))} près au plus"


def _gap_sentence(answer: Mapping[str, Any]) -> str:
    certificate, gap = answer["certificate"], answer["gap"]
    proved = certificate.get("proved", [])
    if SCORE in proved:
        return f"Son total est le meilleur, d’après le solveur{NBSP}; le départage des sélections de même total n’est pas terminé."
    if LEVELS in proved:
        return f"L’ordre de mérite est tenu, d’après le solveur{NBSP}; le départage des sélections équivalentes n’est pas terminé."
    if gap is None:
        return "Rien ne dit qu’elle soit la meilleure."
    if answer["doctrine"] == Doctrine.SUM:
        return f"Le meilleur total possible la dépasse de {points(Decimal(gap))} au plus."
    score = mark(Decimal(certificate["open_score"]))
    return f"Le choix est le bon au-dessus de la note {score}, d’après le solveur{NBSP}; à cette note, il manque {points(Decimal(gap))} au plus."
