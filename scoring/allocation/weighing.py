"""What a mark weighs: by band, or in proportion above a threshold; the number of pupils may count."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class MarkBand:
    """From this mark on, this whole weight, until the next band."""

    least: Decimal
    weight: int


def by_band(score: Decimal, bands: Sequence[MarkBand]) -> int:
    """The weight of the highest band that the mark reaches; 0 below them all."""
    reached = [band for band in bands if band.least <= score]
    return max(reached, key=lambda band: band.least).weight if reached else 0


def linear(score: Decimal, threshold: Decimal, *, decimals: int = 2) -> int:
    """What the mark has above the threshold, in units of 10^-`decimals`: 0 at the threshold and below."""
    return max(0, int(((score - threshold) * 10**decimals).to_integral_value()))


def with_pupils(weight: int, pupils: int) -> int:
    """The weight of a mark for a lycée of so many pupils. Raises ValueError for less than none."""
    if pupils < 0:
        raise ValueError("pupils")
    return weight * pupils
