"""Why a file is in or out, in French: for the room, for a juror who must not know of one file, for the school."""

from collections.abc import Mapping
from decimal import Decimal

from portal.text.french import NBSP, mark, money, number
from scoring.enums import Motive
from scoring.selection.ranked_list import ListLine, Obstacle


def list_reason(line: ListLine, places: int | None) -> str:
    """Why a ranked list has this file in or out, in one sentence that is true of that list."""
    rank = f"rang{NBSP}{line.file.rank}"
    match line.obstacle:
        case None:
            return f"Retenu par ordre de mérite, {rank}."
        case Obstacle.MONEY:
            return f"Il manque {money(line.missing or Decimal(0))} dans l’enveloppe au {rank}."
        case Obstacle.PLACES if places == 1:
            return "La seule place va à un dossier mieux classé."
        case Obstacle.PLACES:
            return f"Les {number(places or 0)} places vont à des dossiers mieux classés."
        case Obstacle.NO_SCORE:
            return "Aucune note n’a été rendue sur ce dossier."
    return "Ce dossier ne demande aucun montant."


OWN = (Motive.FORCED_IN, Motive.FORCED_OUT, Motive.NO_SCORE, Motive.NO_AMOUNT)  # said of the file itself, of no other


def discreet_reason(motive: str, *, is_selected: bool) -> str:
    """The same without figure, rank, name nor cause from which a hidden file could be guessed: money that lacks tells where it went."""
    if motive in OWN:
        return f"{Motive(motive).label}."
    return "Retenu." if is_selected else "Non retenu."


def points_of_reason(reason: Mapping) -> tuple[str, str]:
    """Points of one criterion as a school reads them, and out of how many; or why there are none ("sans objet", "aucune note"), and ""."""
    if reason.get("points") is None:
        return reason.get("absence") or "sans note", ""
    return number(reason["points"], 2), number(reason.get("out_of"))


def motive_for_school(
    *,
    motive: str,
    rank: int | None,
    score: Decimal | None,
    scale: int,
    waiting_rank: int | None,
    unread_because: str = "",
    in_part: str = "",
    of_amounts: str = "",
    with_money: bool = False,
) -> str:
    """The motive of a decision as the school will read it: its own file, no other one.

    `unread_because`: why nobody marked it. `in_part`: what is not retained of a file that is retained, `part_sentence`.
    `with_money`: an envelope keeps it out together with the rules of balance, as the minutes say.
    `of_amounts`: why the rule of amounts gives it nothing, in the words of the minutes.
    """
    if score is None:
        because = unread_because.rstrip(". ")
        return f"Le jury n’a pas rendu de note sur votre dossier{f'{NBSP}: {because}' if because else ''}."
    head = f"Le jury a classé votre dossier au rang{NBSP}{rank}, avec la note de {mark(score)} sur {number(scale)}"
    end = _ends(of_amounts, with_money=with_money).get(Motive(motive), "l’enveloppe de l’appel ne permet pas de le financer.")
    waiting = f" Il est inscrit au rang{NBSP}{waiting_rank} de la liste complémentaire." if waiting_rank else ""
    return f"{head}{NBSP}; {end}{waiting} {in_part}".rstrip()


def _ends(of_amounts: str, *, with_money: bool) -> dict[Motive, str]:
    """How the sentence ends, by motive; money alone, where nothing is said here."""
    rule_in = "il est retenu au titre des règles d’équilibre de l’appel."
    rule_out = "les règles d’équilibre de l’appel ne permettent pas de le retenir."
    if with_money:
        rule_out = "l’enveloppe et les règles d’équilibre de l’appel, ensemble, ne permettent pas de le retenir."
    return {
        Motive.MERIT: "il entre dans l’enveloppe de l’appel.",
        Motive.NO_AMOUNT: "il ne demande aucun montant.",
        Motive.RULE_IN: rule_in,
        Motive.RULE_OUT: rule_out,
        Motive.OVERALL_OUT: "l’ensemble de dossiers que le jury a retenu dans l’enveloppe et les règles d’équilibre ne le comprend pas.",
        Motive.OUTSCORED: "les dossiers retenus sont mieux notés, ou l’ont été à égalité et départagés.",
        Motive.TOO_LITTLE: f"{of_amounts[:1].lower()}{of_amounts[1:]}"
        or "ce que la règle des montants lui donne ne permet pas de faire le projet.",
        Motive.FORCED_IN: "le jury a décidé en séance de le retenir.",
        Motive.FORCED_OUT: "le jury a décidé en séance de ne pas le retenir.",
        Motive.RESERVED: rule_in,
        Motive.QUOTA_MINIMUM: rule_out,
        Motive.QUOTA_MAXIMUM: rule_out,
    }
