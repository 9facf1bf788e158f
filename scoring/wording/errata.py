"""What an erratum changes in a grid, in French sentences that everybody reads on the page of the call."""

from collections.abc import Mapping

from portal.text.french import NBSP, exact
from scoring.criteria import rule_of
from scoring.enums import CriterionKind

NUMBERS = {"weight": "Poids", "max_points": "Maximum"}
TEXTS = {"group": "Groupe", "help": "Ce qu’on regarde", "label": "Nom"}


def criterion_changes(label: str, before: Mapping, after: Mapping) -> list[str]:
    """One sentence for each thing that changes in a criterion; empty when nothing that is public does."""
    named = f"«{NBSP}{label}{NBSP}»"
    said = [
        f"{word} de {named}{NBSP}: {after[key]}, au lieu de {before[key]}." for key, word in NUMBERS.items() if _differs(key, before, after)
    ]
    said += [
        f"{word} de {named}{NBSP}: «{NBSP}{after[key]}{NBSP}», au lieu de «{NBSP}{before[key]}{NBSP}»."
        for key, word in TEXTS.items()
        if _differs(key, before, after)
    ]
    if _differs("kind", before, after) or _differs("function", before, after):
        said.append(f"{named} est désormais {CriterionKind(after['kind']).label.lower()}.")
    function = after.get("function", before.get("function"))
    if function and function == before.get("function") and _differs("parameters", before, after):
        rule = rule_of(function)
        told = {
            one: two
            for one, two in zip(rule.sentences(after["parameters"]), rule.sentences(before["parameters"]), strict=True)
            if one != two
        }
        said += [f"{named}, {new[:1].lower()}{new[1:]}, au lieu de {old.rpartition(' : ')[2]}." for new, old in told.items()]
    if _differs("levels", before, after):
        said.append(f"Niveaux de {named}{NBSP}: {_levels(after['levels'])}, au lieu de {_levels(before['levels'])}.")
    return said


def condition_changes(label: str, before: str, after: str) -> list[str]:
    """What changes in the condition of a criterion; each is in words (« s’applique si… »), "" where it applies to every file."""
    everywhere = "s’applique à tous les dossiers"
    return [f"«{NBSP}{label}{NBSP}» {after or everywhere}. Auparavant, il {before or everywhere}."]


def added(label: str, weight: int, condition: str = "") -> list[str]:
    return [f"Critère ajouté{NBSP}: «{NBSP}{label}{NBSP}», poids {weight}{f', {condition}' if condition else ''}."]


def removed(label: str, weight: int) -> list[str]:
    return [f"Critère retiré{NBSP}: «{NBSP}{label}{NBSP}», poids {weight}."]


def scale_change(before: int, after: int) -> list[str]:
    return [] if before == after else [f"Notes publiées sur {after}, au lieu de {before}."]


def _differs(key: str, before: Mapping, after: Mapping) -> bool:
    return key in after and before[key] != after[key]


def _levels(levels: list[dict]) -> str:
    return ", ".join(f"{level['label']} ({exact(level['points'])})" for level in levels) or "aucun"
