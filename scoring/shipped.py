"""Grids that come with the portal, one per kind of call: the lists of `calls.shipped`, with levels for what jurors mark."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from calls.shipped import bouquet_ressources, lycee_40, pack_numerique, usages_numeriques

MAX_POINTS = 5
LEVELS = (
    {"points": 0, "label": "Absent", "description": "Le dossier n’en dit rien"},
    {"points": 2, "label": "Esquissé", "description": "Une intention, peu de faits"},
    {"points": 4, "label": "Solide", "description": "Des faits, un calendrier, des personnes"},
    {"points": 5, "label": "Exemplaire", "description": "À donner en exemple aux autres lycées"},
)


@dataclass(frozen=True)
class ShippedGrid:
    """A label, criteria as keywords of the model Criterion, in order, and how such a call sets amounts (keywords of AmountPolicy), if not as
    asked."""

    label: str
    criteria: tuple[dict, ...]
    amounts: dict = field(default_factory=dict)


def _ready(rows: Iterable[dict]) -> tuple[dict, ...]:
    return tuple(_criterion(row) for row in rows)


def _criterion(row: dict) -> dict:
    computed = bool(row.get("function"))
    extra = {"kind": "computed", "levels": []} if computed else {"kind": "rated", "levels": [dict(level) for level in LEVELS]}
    return {"max_points": MAX_POINTS, **extra, **row}


GRIDS = {
    "lycee-40": ShippedGrid("Lycée 4.0", _ready(lycee_40.GRID)),
    "usages-numeriques": ShippedGrid("Usages numériques", _ready(usages_numeriques.GRID), usages_numeriques.AMOUNTS),
    "bouquet-ressources": ShippedGrid("Bouquet de ressources", _ready(bouquet_ressources.GRID)),
    "pack-numerique": ShippedGrid("Pack numérique lycéen", _ready(pack_numerique.GRID)),
}
