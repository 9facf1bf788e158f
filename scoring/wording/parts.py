"""A file retained in part, in French: what of its request is not retained, and why; for its lycée."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portal.text.french import NBSP, count, enumeration, money, number

MOST_NAMED = 5  # of each kind; the others are counted


class Cause(StrEnum):
    """Why a file is retained in part, as its lycée reads it: how its call sets amounts, what the room allowed, what finance changed.

    A line that is cut keeps the name of its cause; the value is what follows « car ».
    """

    ESSENTIAL = "l’appel ne finance que les besoins dits indispensables"
    ROOM = "l’enveloppe de l’appel ne permet de financer que ses besoins dits indispensables"
    RATE = "l’appel finance une part de la demande, selon la note"
    SHARED = "l’enveloppe de l’appel est partagée entre les dossiers retenus, selon leur note"
    REGION = "la Région n’en retient qu’une partie"


@dataclass(frozen=True)
class Unretained:
    """One thing asked that is not retained, or not whole: units of a need, or euros of an amount. `kind` says under what it is told."""

    kind: str
    label: str
    missing: int | Decimal
    asked: int | Decimal
    key: str = ""  # of its line, among those of its file

    @property
    def told(self) -> str:
        """« Vidéoprojecteur (3 sur 10) », « Coût des ressources TTC (20 € sur 120,50 €) », « Chariot (2) »."""
        write = money if isinstance(self.asked, Decimal) else number
        whole = f"{write(self.missing)} sur {write(self.asked)}" if self.missing < self.asked else write(self.missing)
        return f"{self.label} ({whole})"


ESSENTIAL_NEED, OTHER_NEED, AMOUNT = "parmi les besoins indispensables", "parmi les autres besoins", "parmi les montants demandés"


def part_sentence(left: Sequence[Unretained], cause: Cause) -> str:
    """« Il est retenu en partie : l’appel… N’est pas retenu, parmi les autres besoins : Chariot (2). »; empty when nothing is left."""
    if not left:
        return ""
    kinds = [kind for kind in (ESSENTIAL_NEED, OTHER_NEED, AMOUNT) if any(one.kind == kind for one in left)]
    groups = [f"{kind}, {_named([one.told for one in left if one.kind == kind])}" for kind in kinds]
    return f"Il est retenu en partie, car {cause.value}. N’est pas retenu{NBSP}: {f'{NBSP}; '.join(groups)}."


def _named(told: Sequence[str]) -> str:
    if len(told) > MOST_NAMED:
        told = [*told[: MOST_NAMED - 1], count(len(told) - MOST_NAMED + 1, "autre")]
    return enumeration(told)
