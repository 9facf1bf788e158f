"""The four bands of the index of social position of a call: three bounds, and the definition of the index that they compare."""

from dataclasses import dataclass
from decimal import Decimal

from portal.text.french import number

BANDS = 4
QUARTERS = ("dans le quart le plus bas", "sous la médiane", "au-dessus de la médiane", "dans le quart le plus haut")
RANKS = ("dans la tranche la plus basse", "dans la deuxième tranche", "dans la troisième tranche", "dans la tranche la plus haute")
NOT_PUBLISHED = "IPS non publié"


@dataclass(frozen=True)
class IpsScale:
    """Three bounds in growing order, each in the band below it. `is_given`: by the call, and not the quartiles of its lycées."""

    bounds: tuple[Decimal, Decimal, Decimal]
    definition: str  # what the index counts: two definitions do not compare
    is_given: bool = False

    def band_of(self, ips: Decimal | None, definition: str) -> int | None:
        """The band of an index, from 0, the least favoured, to 3; None for one that is not published or counts other pupils."""
        if ips is None or (self.definition and definition != self.definition):
            return None
        return sum(ips > bound for bound in self.bounds)

    def place(self, band: int) -> str:
        """Where a band is, inside a sentence."""
        return RANKS[band] if self.is_given else QUARTERS[band]

    def label(self, band: int) -> str:
        """« IPS de 88,1 à 96,4 »; indices have one decimal."""
        low, high = (None if not 0 <= at < BANDS - 1 else self.bounds[at] for at in (band - 1, band))
        if low is None:
            return f"IPS jusqu’à {number(high, 1)}"
        if high is None:
            return f"IPS au-dessus de {number(low, 1)}"
        return f"IPS au-dessus de {number(low, 1)} et jusqu’à {number(high, 1)}"

    @property
    def labels(self) -> list[str]:
        """The four bands in words, the least favoured first."""
        return [self.label(band) for band in range(BANDS)]

    @property
    def in_words(self) -> str:
        """« jusqu’à 88,0 ; jusqu’à 96,4 ; jusqu’à 105,2 ; au-dessus »."""
        return " ; ".join([*(f"jusqu’à {number(bound, 1)}" for bound in self.bounds), "au-dessus"])
