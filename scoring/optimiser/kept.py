"""What a stored scenario says, against what is frozen with it: its lines, its totals, its gauges, its figures, its words."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from portal.text.typography import typo
from scoring.models import ScenarioLine, SelectionScenario
from scoring.optimiser.lines import funded_options
from scoring.selection.gauges import figures, gauges
from scoring.selection.instance import Instance
from scoring.selection.said_again import UNREADABLE, said_again

WHOLE = "full"


def said_otherwise(scenario: SelectionScenario) -> list[str]:
    """What a scenario says and its frozen instance and selection do not, in French; empty when nothing. Raises nothing."""
    lines = list(scenario.lines.select_related("application"))
    try:
        return [*_totals(scenario, lines), *(_of_optimised(scenario, lines) if scenario.is_optimised else _of_list(scenario, lines))]
    except UNREADABLE:
        return ["le résultat gardé, qui ne peut pas être lu"]


def _totals(scenario: SelectionScenario, lines: Sequence[ScenarioLine]) -> Iterator[str]:
    """What tabs and the page of proposals show."""
    selected = [line for line in lines if line.is_selected]
    if scenario.summary["selected"] != len(selected):
        yield "le nombre de dossiers retenus"
    if Decimal(scenario.summary["amount"]) != sum((line.amount for line in selected), Decimal(0)):
        yield "le montant total"


def _of_list(scenario: SelectionScenario, lines: Sequence[ScenarioLine]) -> Iterator[str]:
    """The gauges of a list by rank, measured on the rules of the same computation."""
    if scenario.run is None:
        return
    instance = Instance.from_dict(scenario.run.instance)
    chosen = [(line.application.reference, WHOLE) for line in lines if line.is_selected and line.application.reference in instance.by_id]
    again = {"gauges": [gauge.to_dict() for gauge in gauges(instance, chosen)], "figures": figures(instance, chosen)}
    if any(scenario.result[key] != value for key, value in again.items()):
        yield "les jauges ou les chiffres"


def _of_optimised(scenario: SelectionScenario, lines: Sequence[ScenarioLine]) -> Iterator[str]:
    """The lines of a computed scenario, then all that its result says."""
    funded = {line.application.reference: line for line in lines if line.is_selected}
    chosen = funded_options(scenario.run.instance, scenario.result)
    if not scenario.is_shared and {key: option.amount for key, option in chosen.items()} != {
        key: line.amount for key, line in funded.items()
    }:
        yield "les dossiers retenus ou leurs montants"
    if not funded.keys() <= chosen.keys():
        yield "les dossiers retenus"
    if not scenario.left_sharing:
        yield from _motives(scenario.result, lines)
    printed = {key: value for key, value in scenario.result.items() if key not in ("warnings", "sharing")}
    yield from said_again(scenario.run.instance, printed | _proof(scenario), set(funded)).changed


def _proof(scenario: SelectionScenario) -> dict:
    return {"proof": scenario.proof.content} if hasattr(scenario, "proof") else {}


def _motives(result: Mapping, lines: Sequence[ScenarioLine]) -> Iterator[str]:
    """The reason of each line is the sentence of its file, whatever the room added to it."""
    told = (result.get("explanations") or {}).get("files", {})
    for line in lines:
        said = told.get(line.application.reference, {}).get("sentence")
        if said and not line.reason.startswith(typo(said)):
            yield f"le motif de {line.application.reference}"
