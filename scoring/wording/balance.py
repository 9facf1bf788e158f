"""Rules of balance in French: « Au moins 6 dossiers DRAAF », and what a gauge of them is called."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from portal.directory.enums import STATUT_WORDS, Sector
from portal.text.french import NBSP, enumeration, money, number, percent, points
from scoring.enums import Combination, Density, GroupDimension, PriorityGroup, RuleMeasure

# How a group qualifies one file, then several; a group that is not here qualifies both alike.
QUALIFIERS = {
    f"{GroupDimension.SECTOR}:{Sector.PUBLIC}": ("public", "publics"),
    f"{GroupDimension.SECTOR}:{Sector.PRIVATE}": ("privé", "privés"),
    **{f"{GroupDimension.CATEGORY}:{category}": words for category, words in STATUT_WORDS.items()},
    f"{GroupDimension.DENSITY}:{Density.RURAL}": ("rural", "ruraux"),
    f"{GroupDimension.DENSITY}:{Density.URBAN}": ("urbain", "urbains"),
    f"{GroupDimension.PRIORITY}:{PriorityGroup.INSIDE}": ("d’éducation prioritaire", "d’éducation prioritaire"),
    f"{GroupDimension.PRIORITY}:{PriorityGroup.OUTSIDE}": ("hors éducation prioritaire", "hors éducation prioritaire"),
    f"{GroupDimension.PRIORITY}:{PriorityGroup.UNKNOWN}": ("d’éducation prioritaire non connue", "d’éducation prioritaire non connue"),
}


class RuleLike(Protocol):
    """A stored rule, or one being typed."""

    measure: str
    groups: Sequence[str]
    group_labels: Sequence[str]
    combination: str
    minimum: Decimal | None
    maximum: Decimal | None


class BoundRule(RuleLike, Protocol):
    """A rule with how far it binds."""

    penalty_points: Decimal | None
    is_negotiable: bool
    lowest_minimum: Decimal | None
    highest_maximum: Decimal | None


def bound(measure: str, value: Decimal) -> str:
    """One bound in the unit of its measure."""
    if measure == RuleMeasure.COUNT:
        return number(value)
    return money(value) if measure == RuleMeasure.AMOUNT else percent(value)


def qualifier(key: str, label: str, *, plural: bool = True) -> str:
    """How a group qualifies « dossiers »: ruraux, DRAAF, de l’académie de Reims, avec voie professionnelle."""
    if key in QUALIFIERS:
        return QUALIFIERS[key][plural]
    match key.partition(":")[0]:
        case GroupDimension.AUTHORITY if label.startswith("DRAAF"):
            return "DRAAF"
        case GroupDimension.AUTHORITY:
            return f"de l’{label[:1].lower()}{label[1:]}" if label.startswith("Acad") else f"de «{NBSP}{label}{NBSP}»"
        case GroupDimension.DEPARTMENT:
            return f"du département {label}"
        case GroupDimension.IPS:
            return f"d’{label}"  # « d’IPS jusqu’à 88,0 »
        case GroupDimension.PATHWAY:
            return f"avec {label[:1].lower()}{label[1:]}"
    return label


def scope(rule: RuleLike, *, plural: bool = True) -> str:
    """« dossiers ruraux ou DRAAF », « dossier privé et rural »; « dossiers » for every file."""
    noun = "dossiers" if plural else "dossier"
    link = " et " if rule.combination == Combination.ALL else " ou "
    named = [qualifier(key, label, plural=plural) for key, label in zip(rule.groups, rule.group_labels, strict=True)]
    return f"{noun} {link.join(named)}" if named else noun


def rule_label(rule: RuleLike) -> str:
    """The whole rule in one sentence without its final stop."""
    most = rule.minimum if rule.maximum is None else rule.maximum
    plural = most is not None and most >= 2
    match rule.measure:
        case RuleMeasure.COUNT:
            return f"{_bounds(rule)} {scope(rule, plural=plural)}"
        case RuleMeasure.AMOUNT:
            return f"{_bounds(rule)} pour les {scope(rule)}" if rule.groups else f"{_bounds(rule)} en tout"
        case RuleMeasure.COUNT_SHARE:
            return f"{_bounds(rule)} de {scope(rule)} parmi les retenus"
    return f"{_bounds(rule)} du montant pour les {scope(rule)}"


def strength_told(rule: BoundRule) -> str:
    """How far a rule binds, in sentences that anybody reads."""
    if rule.penalty_points is None:
        said = "Règle impérative : aucune sélection ne l’enfreint."
    else:
        unit = "tranche de 1\u00a0000\u00a0€" if rule.measure in (RuleMeasure.AMOUNT, RuleMeasure.AMOUNT_SHARE) else "dossier"
        cost = points(rule.penalty_points)
        said = f"Règle souple : elle peut être enfreinte, et chaque {unit} qui manque ou dépasse coûte alors {cost} au total des notes."
    if not rule.is_negotiable:
        return f"{said} Le jury ne l’assouplit pas."
    limits = [
        f"{name} de {bound(rule.measure, value)}"
        for name, value in (("un minimum", rule.lowest_minimum), ("un maximum", rule.highest_maximum))
        if value is not None
    ]
    until = f", jusqu’à {enumeration(limits)}" if limits else ""
    return f"{said} Si les règles se contredisent, le jury peut l’assouplir{until}."


def _bounds(rule: RuleLike) -> str:
    low = None if rule.minimum is None else bound(rule.measure, rule.minimum)
    high = None if rule.maximum is None else bound(rule.measure, rule.maximum)
    if low is None:
        return f"Au plus {high}"
    if high is None:
        return f"Au moins {low}"
    return f"Exactement {low}" if low == high else f"De {low} à {high}"


def group_title(rule: RuleLike) -> str:
    """The name of what a rule counts, for the sentences of the optimiser: « Privés », « Ruraux ou DRAAF »."""
    link = " et " if rule.combination == Combination.ALL else " ou "
    titles = [
        QUALIFIERS[key][1] if key in QUALIFIERS else _title(key, label) for key, label in zip(rule.groups, rule.group_labels, strict=True)
    ]
    joined = link.join(titles) or "dossiers"
    return joined[:1].upper() + joined[1:]


def _title(key: str, label: str) -> str:
    return "DRAAF" if key.startswith(GroupDimension.AUTHORITY) and label.startswith("DRAAF") else label


def gauge_label(rule: RuleLike) -> str:
    """What the gauge of this rule measures: « Dossiers ruraux », « Montant des dossiers privés »."""
    what = scope(rule)
    match rule.measure:
        case RuleMeasure.COUNT:
            return what[:1].upper() + what[1:]
        case RuleMeasure.AMOUNT:
            return f"Montant des {what}"
        case RuleMeasure.COUNT_SHARE:
            return f"Part des {what}"
    return f"Part du montant des {what}"


def places_label(places: int) -> str:
    """A fixed number of places as a rule."""
    return f"Exactement {number(places)} place{'s' if places > 1 else ''}"


def envelope_label(name: str, amount: Decimal) -> str:
    """What one line of money allows, as a rule."""
    return f"Enveloppe «{NBSP}{name}{NBSP}»{NBSP}: au plus {money(amount)}"
