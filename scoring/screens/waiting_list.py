"""Why places of the waiting list (liste complémentaire) stay empty: said wherever that of a scenario is read."""

from collections.abc import Iterable

from portal.text.french import NBSP, count, number
from scoring.enums import Motive
from scoring.models import ScenarioLine, SelectionScenario

NEVER_WAIT = (Motive.NO_SCORE, Motive.NO_AMOUNT, Motive.TOO_LITTLE, Motive.FORCED_OUT)

NO_TIME = "le calcul n’a pas eu le temps de chercher qui remplacerait chaque retenu"
NOBODY_ELSE = "aucun autre dossier ne peut être financé"
NONE_ENTERS = (
    "au premier désistement, quel qu’il soit, aucun autre dossier n’entrerait sous les règles et dans l’enveloppe ; après plusieurs, d’autres "
    "le pourraient"
)


def vacancy_of(scenario: SelectionScenario, lines: Iterable[ScenarioLine]) -> str:
    """The same from all the lines of a scenario: not for a reader from whom some are hidden."""
    lines = list(lines)
    waiting = sum(line.waiting_rank is not None for line in lines)
    others = sum(not line.is_selected and line.waiting_rank is None and line.motive not in NEVER_WAIT for line in lines)
    return vacancy_told(scenario, waiting, others=others)


def vacancy_told(scenario: SelectionScenario, waiting: int, *, others: int) -> str:
    """« 2 places sur 3 de la liste complémentaire restent vides : … »; empty when all are taken, or none was asked for.

    `waiting`: how many files are on it; `others`: how many are neither there nor retained, and could have been.
    """
    wanted = scenario.parameters.get("waiting_places") or 0
    if wanted <= waiting or not (scenario.is_optimised or scenario.is_ranked_list):
        return ""
    if waiting:
        empty = wanted - waiting
        told = f"{count(empty, 'place')} sur {number(wanted)} de la liste complémentaire {'reste vide' if empty == 1 else 'restent vides'}"
    else:
        told = f"La liste complémentaire, de {count(wanted, 'dossier')} au plus, reste vide"
    return f"{told}{NBSP}: {_why(scenario, others)}."


def _why(scenario: SelectionScenario, others: int) -> str:
    if not others or scenario.is_ranked_list:
        return NOBODY_ELSE
    waiting = (scenario.printed.get("explanations") or {}).get("waiting") or {}
    sought = len(waiting.get("by_withdrawal") or [])
    return NONE_ENTERS if sought >= scenario.summary.get("chosen", scenario.summary["selected"]) else NO_TIME
