"""What an amount buys: whole units of what is asked, in order, then money."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class UnitsAsked:
    """Something asked by the unit: at most `quantity`; `cost(n)`: cents of n units, never falling with n, 0 for none."""

    key: str
    quantity: int
    cost: Callable[[int], int]


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


def least(lots: Sequence[UnitsAsked], sums: Sequence[tuple[str, int]]) -> int:
    """The fewest cents that buy something: one unit of the cheapest lot, or one cent of a sum asked; 0 when nothing is asked."""
    costs = [lot.cost(1) for lot in lots if lot.quantity] + [1 for _, asked in sums if asked]
    return min((cost for cost in costs if cost), default=0)
