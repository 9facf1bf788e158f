"""What everybody reads of a selection that may be checked: since when it is there, or why nothing is."""

from collections.abc import Callable, Sequence
from datetime import datetime

from portal.text.french import NBSP, count, number

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
