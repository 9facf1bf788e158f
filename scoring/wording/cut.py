"""The French sentences of a cut: for the room, for a juror who must not know of one file, for the school."""

from collections.abc import Mapping
from decimal import Decimal

from portal.text.french import NBSP, count, money, number
from scoring.enums import LineMotive
from scoring.selection.ranked_list import Impossible, Line, Motive, Overflow, Problem, Rules

NAME_LENGTH = 90  # a name longer than this is cut in a sentence; the line itself shows it whole


def quota_label(quota: Mapping) -> str:
    """« Privé sous contrat, 12 au moins, 20 au plus », from the stored parameters of a scenario."""
    parts = [quota["label"]]
    parts += [f"{quota['minimum']} au moins"] if quota.get("minimum") else []
    parts += [f"{quota['maximum']} au plus"] if quota.get("maximum") is not None else []
    return ", ".join(parts)


def overflow_sentence(overflow: str) -> str:
    """How the list treats a file that does not fit."""
    if overflow == Overflow.STOP:
        return "La liste s’arrête au premier dossier que l’enveloppe ne couvre plus."
    return "Un dossier que l’enveloppe restante ne couvre pas est passé, et la liste continue."


def _named(candidate) -> str:
    name = candidate.name if len(candidate.name) <= NAME_LENGTH else f"{candidate.name[: NAME_LENGTH - 1]}…"
    return f"{name} (note{NBSP}{number(candidate.score, 2)})"


def reason(line: Line, rules: Rules) -> str:
    """Why this file is in or out, in one sentence that is true of this scenario."""
    quota = f"«{NBSP}{rules.quota.label}{NBSP}»" if rules.quota else ""
    rank = f"rang{NBSP}{line.candidate.rank}"
    match line.motive:
        case Motive.MERIT:
            return f"Retenu par ordre de mérite, {rank}."
        case Motive.RESERVED:
            return f"Retenu au {rank} pour atteindre le minimum du quota {quota}."
        case Motive.BUDGET:
            return f"Il manque {money(line.gap)} dans l’enveloppe au {rank}."
        case Motive.LIST_STOPPED:
            return f"La liste s’est arrêtée au rang{NBSP}{line.stopped_by.rank}, faute d’enveloppe."
        case Motive.QUOTA_MINIMUM:
            return f"Place réservée au quota {quota}, prise par {_named(line.taken_by)}."
        case Motive.QUOTA_MAXIMUM if line.taken_by:
            return f"Maximum du quota {quota} atteint{NBSP}: la dernière place est prise par {_named(line.taken_by)}."
        case Motive.QUOTA_MAXIMUM:
            return f"Le quota {quota} n’admet aucun dossier."
        case Motive.NO_SCORE:
            return "Aucune note n’a été rendue sur ce dossier."
        case _:
            return "Ce dossier ne demande aucun montant."


DISCREET = {
    LineMotive.BUDGET: "L’enveloppe ne suffit pas à ce rang.",
    LineMotive.LIST_STOPPED: "La liste s’est arrêtée avant ce dossier, faute d’enveloppe.",
    LineMotive.QUOTA_MINIMUM: "Place réservée par le minimum du quota.",
    LineMotive.QUOTA_MAXIMUM: "Maximum du quota atteint.",
}


def discreet_reason(motive: str) -> str:
    """The same without any figure, rank nor name from which another file could be guessed."""
    return DISCREET.get(motive, f"{LineMotive(motive).label}.")


def impossibility(problem: Impossible) -> str:
    """Why the rules cannot hold, and what would make them possible."""
    rules, quota = problem.rules, problem.rules.quota
    match problem.problem:
        case Problem.NO_BUDGET:
            return f"L’enveloppe du scénario doit être supérieure à 0{NBSP}€."
        case Problem.BOUNDS_CROSSED:
            return f"Le minimum du quota ({quota.minimum}) dépasse son maximum ({quota.maximum})."
        case Problem.GROUP_TOO_SMALL:
            have = f"n’en compte que {problem.found}" if problem.found else "n’en compte aucun"
            return f"Le quota demande {count(quota.minimum, 'dossier noté et chiffré', 'dossiers notés et chiffrés')} du groupe, et le classement {have}."
        case _:
            return f"{_minimum_files(rules)} {money(problem.gap)} de plus que l’enveloppe du scénario{NBSP}: augmentez-la ou baissez le minimum."


def _minimum_files(rules: Rules) -> str:
    """The files that the minimum needs, as the subject of a sentence on what they cost."""
    places = rules.quota.minimum
    if rules.overflow == Overflow.STOP:
        return "Le meilleur dossier du groupe coûte" if places == 1 else f"Les {places} meilleurs dossiers du groupe coûtent"
    return "Le dossier le moins cher du groupe coûte" if places == 1 else f"Les {places} dossiers les moins chers du groupe coûtent"


def motive_for_school(*, motive: str, rank: int | None, score: Decimal | None, waiting_rank: int | None, quota: Mapping | None) -> str:
    """The motive of a decision as the school will read it: its own file, no other one."""
    if score is None:
        return "Le jury n’a pas rendu de note sur votre dossier."
    head = f"Le jury a classé votre dossier au rang{NBSP}{rank}, avec la note de {number(score, 2)} sur 100"
    group = f"«{NBSP}{quota_label(quota)}{NBSP}»" if quota else ""
    ends = {
        LineMotive.MERIT: "il entre dans l’enveloppe de l’appel.",
        LineMotive.RESERVED: f"il entre dans l’enveloppe au titre des places réservées ({group}).",
        LineMotive.QUOTA_MINIMUM: f"l’enveloppe ne permet pas de le financer une fois servies les places réservées ({group}).",
        LineMotive.QUOTA_MAXIMUM: f"le nombre de dossiers que l’appel peut retenir dans ce groupe ({group}) est atteint.",
        LineMotive.NO_AMOUNT: "il ne demande aucun montant.",
        LineMotive.RULE_IN: "il est retenu au titre des règles d’équilibre de l’appel.",
        LineMotive.RULE_OUT: "les règles d’équilibre de l’appel ne permettent pas de le retenir.",
        LineMotive.OVERALL_OUT: "l’ensemble de dossiers que le jury a retenu dans l’enveloppe et les règles d’équilibre ne le comprend pas.",
        LineMotive.OUTSCORED: "les dossiers retenus sont mieux notés, ou l’ont été à égalité et départagés.",
        LineMotive.FORCED_IN: "le jury a décidé en séance de le retenir.",
        LineMotive.FORCED_OUT: "le jury a décidé en séance de ne pas le retenir.",
    }
    end = ends.get(LineMotive(motive), "l’enveloppe de l’appel ne permet pas de le financer.")
    waiting = f" Il est inscrit au rang{NBSP}{waiting_rank} de la liste complémentaire." if waiting_rank else ""
    return f"{head}{NBSP}; {end}{waiting}"
