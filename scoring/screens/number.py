"""How many lycées, how much each: the curve of every number retained, drawn and in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.allocation.curve import Point, curve_of_envelopes
from scoring.models import AmountPolicy
from scoring.optimiser.shared import Sharer
from scoring.queries.balance import MoneyLine

TOP, BASE = 16, 196
WIDE, NARROW = (70, 540), (62, 306)  # where the curve begins and ends: beside the names of its lines, or above them
MARKS = 5  # graduations of each axis
NICE = (1, 2, 5)


@dataclass(frozen=True)
class NumberRow:
    """One number retained, in euros."""

    retained: int
    first: Decimal
    median: Decimal
    last: Decimal
    total: Decimal
    too_little: int
    is_chosen: bool


@dataclass(frozen=True)
class Tick:
    """One graduation: where, and its number."""

    at: float
    label: int


@dataclass(frozen=True)
class Curve:
    """The drawing, for one width of page."""

    left: int
    right: int
    first_path: str
    median_path: str
    last_path: str
    ends: dict[str, float]  # where the names of the three lines are
    across: list[Tick]
    up: list[Tick]
    chosen_x: float | None
    short_x: float | None


@dataclass(frozen=True)
class NumberScreen:
    """The drawing for a wide and for a narrow page, its table, and how many may be retained before a project stops being feasible."""

    rows: list[NumberRow]
    wide: Curve
    narrow: Curve
    feasible: int  # the most files of which none would get too little
    all_feasible: bool

    @property
    def chosen(self) -> NumberRow | None:
        return next((row for row in self.rows if row.is_chosen), None)


def number_screen(policy: AmountPolicy, sharers: Sequence[Sharer], chosen: int | None, lines: Sequence[MoneyLine]) -> NumberScreen:
    """The curve of these files, in order of merit, on these lines of money. `chosen`: the number looked at."""
    envelopes = {line.code: int(line.amount * 100) for line in lines}
    points = curve_of_envelopes([(one.line, one.claimant) for one in sharers], envelopes, step=policy.step)
    feasible = next((point.retained - 1 for point in points if point.too_little), len(points))
    wide, narrow = (_curve(points, ends, chosen, feasible) for ends in (WIDE, NARROW))
    return NumberScreen([_row(point, chosen) for point in points], wide, narrow, feasible, feasible == len(points))


def _curve(points: Sequence[Point], ends: tuple[int, int], chosen: int | None, feasible: int) -> Curve:
    (left, right), last = ends, max(1, len(points) - 1)
    most = max((cents for point in points for cents in (point.first, point.median, point.last)), default=0) or 1

    def x(retained: int) -> float:
        return round(left + (right - left) * (retained - 1) / last, 1)

    def y(cents: int) -> float:
        return round(BASE - (BASE - TOP) * cents / most, 1)

    names = {name: y(getattr(points[-1], name)) for name in ("first", "median", "last")} if points else {}
    return Curve(
        left=left,
        right=right,
        first_path=_path([(x(point.retained), y(point.first)) for point in points]),
        median_path=_path([(x(point.retained), y(point.median)) for point in points]),
        last_path=_path([(x(point.retained), y(point.last)) for point in points]),
        ends=_apart(names),
        across=[Tick(x(number), number) for number in _graduations(len(points)) if number],
        up=[Tick(y(euros * 100), euros) for euros in _graduations(most // 100)],
        chosen_x=x(chosen) if chosen and chosen <= len(points) else None,
        short_x=x(feasible + 1) if feasible < len(points) else None,
    )


def _row(point: Point, chosen: int | None) -> NumberRow:
    first, median, last, total = (Decimal(cents).scaleb(-2) for cents in (point.first, point.median, point.last, point.total))
    return NumberRow(point.retained, first, median, last, total, len(point.too_little), point.retained == chosen)


def _path(places: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{across} {up}" for across, up in places) if places else ""


def _apart(ends: dict[str, float]) -> dict[str, float]:
    """Names of lines that end at the same place, one under the other."""
    placed: dict[str, float] = {}
    for name, at in sorted(ends.items(), key=lambda end: end[1]):
        placed[name] = max(at + 4, max(placed.values(), default=-99) + 15)
    over = max(0, max(placed.values(), default=0) - BASE)
    return {name: round(at - over, 1) for name, at in placed.items()}


def _graduations(most: int) -> list[int]:
    """Round numbers from 0 to `most`, five or so."""
    step = next(unit * 10**power for power in range(12) for unit in NICE if unit * 10**power * MARKS >= most)
    return list(range(0, most + 1, step))
