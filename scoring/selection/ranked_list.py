"""The ranked list: read in order of merit, it takes each file that the money left and the places left allow. Pure.

1. A file without a score, or that asks for nothing, cannot be selected.
2. Once every place is taken, no other file is selected.
3. A file that costs more than what remains is passed over, and the list goes on.

The answer is unique: same input, same lines, whatever the order in which the files are given.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Obstacle(StrEnum):
    """What keeps a file out of the list."""

    MONEY = "money"  # `missing` euros are missing at its turn
    PLACES = "places"  # better files have them all
    NO_SCORE = "no_score"
    NO_AMOUNT = "no_amount"


@dataclass(frozen=True)
class ListedFile:
    """One file of the ranking. `amount` in euros; `score` is None when nobody marked it."""

    key: str
    rank: int
    score: Decimal | None
    amount: Decimal

    @property
    def merit(self) -> tuple[bool, Decimal, int, str]:
        """Sort key of the order of merit: score, then the rank given, then the key, so that the order is total."""
        return (self.score is None, -(self.score or ZERO), self.rank, self.key)

    @property
    def is_eligible(self) -> bool:
        return self.score is not None and self.amount > 0


@dataclass(frozen=True)
class Limits:
    """What the list may give. `budget` in euros; `places` is None when the money alone decides; `waiting_places` is the length of
    the complementary list.
    """

    budget: Decimal
    places: int | None = None
    waiting_places: int = 0


@dataclass(frozen=True)
class ListLine:
    """The place of one file. `position` counts from 1 in order of merit, without ties; `missing` in euros."""

    file: ListedFile
    position: int
    obstacle: Obstacle | None = None
    missing: Decimal | None = None
    waiting_rank: int | None = None

    @property
    def is_selected(self) -> bool:
        return self.obstacle is None


def ranked_list(files: Iterable[ListedFile], limits: Limits) -> list[ListLine]:
    """Every file in order of merit, selected or with what keeps it out and its rank on the complementary list."""
    left, places, waiting = limits.budget, limits.places, 0
    lines = []
    for position, file in enumerate(sorted(files, key=lambda file: file.merit), start=1):
        obstacle, missing = _obstacle(file, left, places)
        if obstacle is None:
            left -= file.amount
            places = None if places is None else places - 1
        rank = None
        if obstacle is not None and file.is_eligible and waiting < limits.waiting_places:
            rank = waiting = waiting + 1
        lines.append(ListLine(file, position, obstacle, missing, rank))
    return lines


def _obstacle(file: ListedFile, left: Decimal, places: int | None) -> tuple[Obstacle | None, Decimal | None]:
    """What keeps a file out at its turn, and the euros missing when it is the money."""
    if file.score is None:
        return Obstacle.NO_SCORE, None
    if file.amount <= 0:
        return Obstacle.NO_AMOUNT, None
    if places == 0:
        return Obstacle.PLACES, None
    if file.amount > left:
        return Obstacle.MONEY, file.amount - left
    return None, None
