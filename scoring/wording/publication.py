"""What everybody reads of a selection that may be checked: since when it is there, or why nothing is."""

from collections.abc import Callable, Sequence
from datetime import datetime

from portal.text.french import NBSP, cents_in_euros, count, number

NOT_COMPUTED = "les lycées n’ont pas été retenus par un calcul dont la preuve soit gardée"
NOT_YET = "ils s’établissent en ce moment"
NEVER = "ils n’ont pas été établis"
Written = Callable[[datetime], str]


def shown_told(made_at: datetime, absences: Sequence[tuple[datetime, datetime | None]], write: Written) -> str:
    """« Publiée le 3 mars, retirée du 5 mars au 9 mars, puis le 12 mars. »: the days on which it was not there are said.

    `absences`: from, and until when (None: still); `write` gives a day, or a day and its hour.
    """
    told = [_absence(start, end, write) for start, end in absences]
    gone = f", retirée {', puis '.join(told)}" if told else ""
    return f"Publiée le {write(made_at)}{gone}."


def _absence(start: datetime, end: datetime | None, write: Written) -> str:
    if end is None:
        return f"depuis le {write(start)}"
    return f"du {write(start)} au {write(end)}" if write(start) != write(end) else f"le {write(start)}"


def left_out_told(files: int) -> str:
    """How many ranked files are not among those that the computation chose from; empty for none."""
    if not files:
        return ""
    told = count(files, "dossier classé n’y est pas", "dossiers classés n’y sont pas")
    could = "il ne pouvait pas être retenu" if files == 1 else "ils ne pouvaient pas être retenus"
    return f"{told}{NBSP}: sans note, ou sans montant à recevoir, {could}."


def cost_told(cents: int, retained: int, *, is_shared: bool, places: int | None) -> str:
    """What the cost written in the published result is, whether money was looked at, and whose choice the number retained is (`places`: the
    number that the jury set, None for none). Amounts granted are never in these files.
    """
    cost = f"Le coût écrit dans le résultat, {cents_in_euros(cents)}"
    chosen = f"Leur nombre, {number(places)}, est le choix du jury. " if places else ""
    if is_shared:
        return (
            f"{cost}, est ce que {_those(retained)}, non ce qui leur est accordé{NBSP}: la liste a été choisie sans regarder l’enveloppe, et ce coût n’y "
            f"départage que des listes qui se vaudraient. {chosen}Les montants accordés ont été partagés ensuite, et ne sont pas dans ces fichiers."
        )
    return (
        f"{cost}, est la somme de ces montants{NBSP}: la liste a été choisie en regardant l’argent, que l’enveloppe borne. {chosen}Les montants "
        "accordés, que le vote a fixés, ne sont pas dans ces fichiers."
    )


def _those(retained: int) -> str:
    return "les retenus demandaient" if retained > 1 else "le retenu demandait"


def named_told(retained: int, named: int) -> str:
    """« 50 retenus, avec leur nom »; once an aid was declined, its lycée is named there no more: « 50 retenus, dont 49 avec leur nom (…) »."""
    said, declined = count(retained, "retenu"), retained - named
    if not declined:
        return f"{said}, avec {'leur' if retained > 1 else 'son'} nom"
    there = f"{number(named)}{NBSP}avec {'leur' if named > 1 else 'son'} nom" if named else "aucun n’y a plus son nom"
    return f"{said}, {'dont ' if named else ''}{there} ({count(declined, 'aide déclinée', 'aides déclinées')} depuis)"


def declined_told(retained: int, standing: int) -> str:
    """How many retained files the public list no longer has, their aid being declined; empty for none."""
    declined = retained - standing
    if not declined:
        return ""
    others = f"n’ont que {'les' if standing > 1 else 'la'} {number(standing)} qui {'restent' if standing > 1 else 'reste'}"
    told = count(declined, "aide a été déclinée", "aides ont été déclinées")
    return f"{told} depuis{NBSP}: la liste de cette page et la table des clés {others if standing else 'n’en ont plus aucune'}."
