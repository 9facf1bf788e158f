"""What some files cannot use of their parts, as needs are bought whole, is shared again: docs/adr/0027-shares-that-more-money-never-lowers.md.

The level goes on rising, and each file has what it can use of its part at that level. Where the next need is dearer than all that is left,
its file stops there and the others go on, until what is left pays nothing more to anybody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heapreplace


@dataclass(frozen=True)
class Vessel:
    """A file that the water goes on filling: its weight, the most it may have, and what it uses of a part (cents)."""

    key: str
    weight: int
    most: int
    used_of: Callable[[int], int]

    def part(self, level: Fraction, step: int) -> int:
        """Cents at this level: whole steps, or its most once the level is above it."""
        reached = level * self.weight
        return self.most if reached >= self.most else int(reached // step) * step

    def following(self, used: int, step: int) -> int | None:
        """The least part of which it uses more than `used`: whole steps, or its most; None when there is none."""
        if self.used_of(self.most) <= used:
            return None
        low, high = used // step, self.most // step + 1  # in steps: it uses no more at `low`, more at `high`
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.used_of(min(middle * step, self.most)) > used else (middle, high)
        return min(high * step, self.most)


def share_again(vessels: Sequence[Vessel], level: Fraction, used: Mapping[str, int], left: int, *, step: int) -> dict[str, int]:
    """What each file uses (cents) once what is `left` is shared again from this level on, those before in the order of merit first."""
    used, going = dict(used), [one for one in vessels if one.weight and used[one.key] < one.most]
    while going and left > 0:
        level, reached = _highest(going, level, used, left, step)
        left -= sum(reached[one.key] - used[one.key] for one in going)
        used |= reached
        left = _last_ones(going, used, left, step)
        going = [one for one in going if _wants(one, used[one.key], step) <= left]
    return used


def _wants(one: Vessel, used: int, step: int) -> float:
    """How many more cents it would use next; without end when nothing."""
    part = one.following(used, step)
    return float("inf") if part is None else one.used_of(part) - used


def _highest(going: Sequence[Vessel], level: Fraction, used: Mapping[str, int], left: int, step: int) -> tuple[Fraction, dict[str, int]]:
    """A level that what is left bears, such that one cent of part more for the heaviest is too high; and what each file uses at it."""
    heaviest = max(one.weight for one in going)
    low, high = level, max(level, *(Fraction(one.most, one.weight) for one in going))
    reached = {one.key: used[one.key] for one in going}
    while (high - low) * heaviest > 1:
        middle = (low + high) / 2
        tried = {one.key: max(used[one.key], one.used_of(one.part(middle, step))) for one in going}
        if sum(tried.values()) - sum(used[one.key] for one in going) <= left:
            low, reached = middle, tried
        else:
            high = middle
    return low, reached


def _last_ones(going: Sequence[Vessel], used: dict[str, int], left: int, step: int) -> int:
    """Raise the level from need to need until one is dearer than all that is left; what is left then. `used` is brought up to date."""
    rising = []
    for rank, one in enumerate(going):
        if (part := one.following(used[one.key], step)) is not None:
            rising.append((Fraction(part, one.weight), rank, part))
    heapify(rising)
    while rising:
        _, rank, part = rising[0]
        one = going[rank]
        more = one.used_of(part) - used[one.key]
        if more > left:
            break
        used[one.key] += more
        left -= more
        following = one.following(used[one.key], step)
        if following is None:
            heappop(rising)
        else:
            heapreplace(rising, (Fraction(following, one.weight), rank, following))
    return left
