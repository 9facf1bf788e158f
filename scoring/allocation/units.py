"""What an amount buys: whole units of what is asked, in order, then money."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property


@dataclass(frozen=True)
class UnitsAsked:
    """Something asked by the unit: at most `quantity`; `cost(n)`: cents of n units, never falling with n, 0 for none."""

    key: str
    quantity: int
    cost: Callable[[int], int]


@dataclass(frozen=True)
class PricedLot:
    """Something asked by the unit, as figures: at most `quantity`, `unit` cents each before any rounding."""

    quantity: int
    unit: Fraction

    def cost(self, units: int) -> int:
        """Cents of so many units, rounded half up once."""
        top, bottom = self.ratio
        return (2 * units * top + bottom) // (2 * bottom)

    @cached_property
    def ratio(self) -> tuple[int, int]:
        """The price of a unit as two whole numbers, cents over a divisor: there are many costs to compare."""
        return self.unit.as_integer_ratio()

    @cached_property
    def whole(self) -> int:
        """Cents of all that is asked of it."""
        return self.cost(self.quantity)

    def within(self, budget: int) -> int:
        """Cents of as many units as the budget bears."""
        if budget >= self.whole:
            return self.whole
        top, bottom = self.ratio
        return self.cost(((2 * budget + 1) * bottom - 1) // (2 * top))


@dataclass(frozen=True)
class Purchase:
    """Units bought of each lot, cents given of each sum asked, and what is left of the budget."""

    quantities: dict[str, int]
    sums: dict[str, int]
    spent: int


def buy(lots: Sequence[UnitsAsked], sums: Sequence[tuple[str, int]], budget: int) -> Purchase:
    """As many whole units of each lot as the budget still bears, the first lots first; then the sums asked (key, cents), to the cent.

    Buying again with what was spent buys the same.
    """
    left, quantities, given = budget, dict[str, int](), dict[str, int]()
    for lot in lots:
        units = bisect_right(range(1, lot.quantity + 1), left, key=lot.cost)
        if units:
            quantities[lot.key] = units
            left -= lot.cost(units)
    for key, asked in sums:
        if cents := min(asked, left):
            given[key] = cents
            left -= cents
    return Purchase(quantities, given, budget - left)


def used_of(lots: Sequence[PricedLot], asked: int, budget: int) -> int:
    """Cents that a file which asks for `asked` cents, these lots included, uses of a budget: never less of a larger one."""
    left = min(budget, asked)
    if not lots or left == asked:
        return left
    beside, started = asked, left
    for lot in lots:
        beside -= lot.whole
        left -= lot.within(left)
    return started - left + min(left, max(0, beside))


def least(lots: Sequence[UnitsAsked], sums: Sequence[tuple[str, int]]) -> int:
    """The fewest cents that buy something: one unit of the cheapest lot, or one cent of a sum asked; 0 when nothing is asked."""
    costs = [lot.cost(1) for lot in lots if lot.quantity] + [1 for _, asked in sums if asked]
    return min((cost for cost in costs if cost), default=0)
