"""Shares an envelope among the files retained, in whole cents: docs/adr/0027-shares-that-more-money-never-lowers.md.

A file may have at most its ceiling: what it asks, or what the call gives at most. The water rises: at the level t, a file of weight w has t × w,
rounded down to a whole number of steps, and never more than its ceiling; t is the highest level that the envelope bears. At the last
level, where several files would have one step more, those before in the order of merit have it first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from heapq import heapify, heapreplace

from scoring.allocation.again import Vessel, share_again
from scoring.allocation.units import PricedLot, used_of


class Why(StrEnum):
    """What decided an amount."""

    ASKED = "asked"  # all that it asks
    CEILING = "ceiling"  # all that the call gives
    SHARE = "share"  # its share of the envelope
    TOO_LITTLE = "too_little"  # its share does not make the project possible


@dataclass(frozen=True)
class Claimant:
    """A file that shares. Cents; `weight`: whole, from its mark; `ceiling`: what the call gives at most; `floor`: below, no project.

    `lots`: the needs that `asked` counts, bought whole, in order; the rest of `asked` is money, of which any part is of use.
    """

    key: str
    asked: int
    weight: int
    ceiling: int | None = None
    floor: int = 0
    lots: tuple[PricedLot, ...] = ()

    def __post_init__(self) -> None:
        if self.asked < 0 or self.weight < 0 or self.floor < 0 or (self.ceiling is not None and self.ceiling < 0):
            raise ValueError("negative amount or weight")

    @property
    def most(self) -> int:
        """Cents that it may have at most."""
        return self.asked if self.ceiling is None else min(self.asked, self.ceiling)

    def used_of(self, part: int) -> int:
        """Cents that it uses of a part: whole needs, then money."""
        return used_of(self.lots, self.asked, part)


@dataclass(frozen=True)
class Allotment:
    """What one file gets (cents), and why. `part`: its share of the envelope, of which it may use less; `amount`: what it uses, and what it
    has of the parts that others could not use.
    """

    claimant: Claimant
    amount: int
    why: Why
    part: int = 0

    @property
    def unused(self) -> int:
        """Cents of its part that pay no whole need."""
        return max(0, self.part - self.amount)

    @property
    def again(self) -> int:
        """Cents that it has beyond its part."""
        return max(0, self.amount - self.part)


@dataclass(frozen=True)
class Sharing:
    """Every allotment, in the order given; `level`: cents for one unit of weight; `left`: cents of the envelope that nobody gets."""

    shares: tuple[Allotment, ...]
    level: Fraction
    left: int
    step: int

    @property
    def total(self) -> int:
        return sum(share.amount for share in self.shares)


def share(claimants: Sequence[Claimant], envelope: int, *, step: int = 1) -> Sharing:
    """Shares `envelope` (cents) among these files, the first in the order of merit first, by whole `step`s of cents.

    Whoever gets less than its floor leaves, the last one first, and the rest is shared again. The order matters for the last step alone.
    Then what some cannot use of their parts is shared again among those who can.
    Raises ValueError for a negative envelope or a step below one cent.
    """
    if envelope < 0 or step < 1:
        raise ValueError("negative envelope, or no step")
    staying = list(claimants)
    while True:
        amounts, level = _amounts(staying, envelope, step)
        short = [one for one in staying if amounts[one.key] < one.floor]
        if not short:
            break
        staying.remove(short[-1])
    used = {one.key: one.used_of(amounts[one.key]) for one in staying}
    left = envelope - sum(used.values())
    if sum(
        amounts[key] - amount for key, amount in used.items()
    ):  # needs left some unused; what steps alone leave stays, or more money would lower
        vessels = [Vessel(one.key, one.weight, one.most, one.used_of) for one in staying]
        used = share_again(vessels, level, used, left, step=step)
    shares = tuple(
        Allotment(one, used.get(one.key, 0), _why(one, amounts.get(one.key), used.get(one.key, 0)), amounts.get(one.key, 0))
        for one in claimants
    )
    return Sharing(shares, level, envelope - sum(used.values()), step)


def _why(one: Claimant, part: int | None, amount: int) -> Why:
    if part is None:
        return Why.TOO_LITTLE
    if amount == one.asked:
        return Why.ASKED
    return Why.CEILING if max(part, amount) == one.most else Why.SHARE


def _amounts(claimants: Sequence[Claimant], envelope: int, step: int) -> tuple[dict[str, int], Fraction]:
    """(cents by key, level): down to whole steps at the level of the water, then the steps that still fit, one after the other."""
    level = water_level(claimants, envelope)
    amounts = {one.key: _at(one, level, step) for one in claimants}
    left = envelope - sum(amounts.values())
    rising = [
        (*_next(one, amounts[one.key], step), rank) for rank, one in enumerate(claimants) if one.weight and amounts[one.key] < one.most
    ]
    rising = [(at, rank, more) for at, more, rank in rising]
    heapify(rising)
    while rising and rising[0][2] <= left:
        level, rank, more = rising[0]
        one = claimants[rank]
        amounts[one.key] += more
        left -= more
        if amounts[one.key] == one.most:
            rising[0] = rising[-1]
            rising.pop()
            heapify(rising)
        else:
            at, more = _next(one, amounts[one.key], step)
            heapreplace(rising, (at, rank, more))
    return amounts, level


def _at(one: Claimant, level: Fraction, step: int) -> int:
    """Cents at this level: its ceiling once the water is above it, otherwise whole steps."""
    reached = level * one.weight
    return one.most if reached >= one.most else int(reached // step) * step


def _next(one: Claimant, amount: int, step: int) -> tuple[Fraction, int]:
    """(level at which it gets more, how much more): a step, or what is left under its ceiling."""
    more = min(step, one.most - amount)
    return Fraction(amount + more, one.weight), more


def water_level(claimants: Iterable[Claimant], envelope: int) -> Fraction:
    """The highest level, in cents for one unit of weight, that the envelope bears before any rounding; of whoever has a weight."""
    weighing = sorted((one for one in claimants if one.weight), key=lambda one: Fraction(one.most, one.weight))
    left, weight = envelope, sum(one.weight for one in weighing)
    level = Fraction(0)
    for one in weighing:
        if one.most * weight > left * one.weight:
            return Fraction(left, weight)
        level = Fraction(one.most, one.weight)
        left, weight = left - one.most, weight - one.weight
    return level
