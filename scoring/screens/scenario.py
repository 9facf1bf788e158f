"""What the screen of a sitting shows: scenarios as tabs, lines around the cut, gauges, balance, scenarios side by side.

A reader with a conflict of interest gets neither the file nor anything from which it could be guessed: no rank of the
whole list, no missing amount, no name of who took a place, no gauge of a quota; counts and amounts are of what is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil, floor

from portal.text.french import count
from scoring.enums import LineMotive, QuotaDimension
from scoring.groups import groups_of
from scoring.models import ScenarioLine, SelectionScenario
from scoring.screens.proof import Pill, pill_of
from scoring.wording import cut

SHORT = 40  # lists up to this length are shown whole
AROUND = 8  # lines shown on each side of the cut
MOVED = (
    LineMotive.RESERVED,
    LineMotive.QUOTA_MINIMUM,
    LineMotive.QUOTA_MAXIMUM,
    LineMotive.RULE_IN,
    LineMotive.RULE_OUT,
    LineMotive.FORCED_IN,
    LineMotive.FORCED_OUT,
)
SHORT_OF_MONEY = (LineMotive.BUDGET, LineMotive.LIST_STOPPED, LineMotive.QUOTA_MINIMUM, LineMotive.OUTSCORED)  # or of places


@dataclass(frozen=True)
class Row:
    """One line as the reader may see it."""

    line: ScenarioLine
    rank: int | None
    reason: str
    says_why: bool
    after_cut: bool  # the cut is drawn just above
    marks: tuple[Decimal, ...]

    @property
    def school(self):
        return self.line.application.establishment


@dataclass(frozen=True)
class Tab:
    """One scenario among the others."""

    scenario: SelectionScenario
    selected: int
    amount: Decimal
    is_current: bool
    pill: Pill | None = None

    @property
    def objective(self) -> float | None:
        """The total that the optimiser reached; None for a list cut by rank."""
        return self.scenario.summary.get("objective")


@dataclass(frozen=True)
class Share:
    """How many files of one group are selected."""

    label: str
    selected: int
    total: int


@dataclass
class Board:
    """One scenario as one reader sees it. `restricted`: files are hidden from this reader."""

    scenario: SelectionScenario
    rows: list[Row]
    restricted: bool
    marks_from: int = 0
    marks_to: int = 100
    balance: list[tuple[str, list[Share]]] = field(default_factory=list)

    @property
    def selected(self) -> list[Row]:
        return [row for row in self.rows if row.line.is_selected]

    @property
    def amount(self) -> Decimal:
        return sum((row.line.amount for row in self.selected), Decimal(0))

    @property
    def budget(self) -> Decimal:
        return Decimal(self.scenario.parameters["budget"])

    @property
    def remaining(self) -> Decimal:
        return self.budget - self.amount

    @property
    def quota(self) -> dict | None:
        return self.scenario.parameters.get("quota")

    @property
    def quota_label(self) -> str:
        return cut.quota_label(self.quota) if self.quota else ""

    @property
    def overflow_sentence(self) -> str:
        return cut.overflow_sentence(self.scenario.parameters["overflow"])

    @property
    def group_count(self) -> int:
        return sum(row.line.in_group for row in self.selected)

    @property
    def lowest_selected(self) -> Decimal | None:
        return min((row.line.score for row in self.selected), default=None)

    @property
    def highest_refused(self) -> Decimal | None:
        refused = (row.line.score for row in self.rows if not row.line.is_selected and row.line.score is not None)
        return max(refused, default=None)

    @property
    def moved(self) -> list[Row]:
        return [row for row in self.rows if row.line.motive in MOVED]

    @property
    def around_cut(self) -> list[Row]:
        """The lines on both sides of the cut; the last ones when the envelope reaches every file."""
        middle = next((index for index, row in enumerate(self.rows) if row.after_cut), len(self.rows))
        start = max(0, min(middle, len(self.rows) - AROUND) - AROUND)
        return self.rows[start : start + 2 * AROUND]


def board_of(scenario: SelectionScenario, lines: Iterable[ScenarioLine], *, restricted: bool, cut_after: int | None = None) -> Board:
    """Lay out one scenario. `lines`: those that the reader may see, with their lycées, in order.

    `cut_after`: for a computed scenario, the last position that the ranked list of the same run selects.
    """
    lines = list(lines)
    low, high = _scale(lines)
    rows, rank, cut_drawn = [], 0, False
    for line in lines:
        rank += line.score is not None
        short = line.position > cut_after if cut_after is not None else not scenario.is_optimised and line.motive in SHORT_OF_MONEY
        first_short = not cut_drawn and short
        cut_drawn |= first_short
        marks = tuple(Decimal(mark) for mark in line.marks)
        rows.append(
            Row(
                line=line,
                rank=(rank if line.score is not None else None) if restricted else line.rank,
                reason=cut.discreet_reason(line.motive) if restricted else line.reason,
                says_why=line.motive not in (LineMotive.MERIT, LineMotive.OUTSCORED),
                after_cut=first_short,
                marks=marks,
            )
        )
    return Board(scenario, rows, restricted, low, high, balance_of(lines))


def _scale(lines: list[ScenarioLine]) -> tuple[int, int]:
    """Bounds of the marks, widened to multiples of ten, so that every dot of the page is on one axis."""
    marks = [Decimal(mark) for line in lines for mark in line.marks]
    if not marks:
        return 0, 100
    low, high = floor(min(marks) / 10) * 10, ceil(max(marks) / 10) * 10
    return low, max(high, low + 10)


def balance_of(lines: Iterable[ScenarioLine]) -> list[tuple[str, list[Share]]]:
    """Selected and total files of each group, dimension by dimension."""
    totals: dict[str, dict[tuple[str, str], list[int]]] = {dimension.value: {} for dimension in QuotaDimension}
    for line in lines:
        for dimension, value, label in groups_of(line.application.establishment):
            pair = totals[dimension].setdefault((value, label), [0, 0])
            pair[0] += line.is_selected
            pair[1] += 1
    return [
        (QuotaDimension(dimension).label, [Share(label, *pair) for (_, label), pair in sorted(groups.items())])
        for dimension, groups in totals.items()
        if groups
    ]


def tabs_of(
    scenarios: Iterable[SelectionScenario], current: SelectionScenario | None, totals: dict[int, tuple[int, Decimal]], *, restricted: bool
) -> list[Tab]:
    """The scenarios with the count and the amount (`totals`, by id) of the selected lines that the reader may see."""
    return [
        Tab(scenario, *totals[scenario.pk], scenario == current, pill_of(scenario, scenario.run, restricted=restricted))
        for scenario in scenarios
    ]


# -- Two scenarios, and all of them -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """What changes from one scenario to another."""

    other: SelectionScenario
    entering: list[ScenarioLine]
    leaving: list[ScenarioLine]
    unchanged: int
    score_change: Decimal
    amount_change: Decimal

    @property
    def sentence(self) -> str:
        entering = count(len(self.entering), "dossier entre", "dossiers entrent")
        leaving = count(len(self.leaving), "sort", "sortent")
        return f"{entering}, {leaving}, {count(self.unchanged, 'inchangé')}."


def difference(lines: dict[int, ScenarioLine], other: SelectionScenario, other_lines: dict[int, ScenarioLine]) -> Difference:
    """From `other` to the scenario of `lines` (file id → line, files visible to the reader)."""
    mine = {key: line for key, line in lines.items() if line.is_selected}
    theirs = {key: line for key, line in other_lines.items() if line.is_selected}

    def total(of, what) -> Decimal:
        return sum((getattr(line, what) for line in of.values()), Decimal(0))

    return Difference(
        other=other,
        entering=[line for key, line in mine.items() if key not in theirs],
        leaving=[line for key, line in theirs.items() if key not in mine],
        unchanged=len(mine.keys() & theirs.keys()),
        score_change=total(mine, "score") - total(theirs, "score"),
        amount_change=total(mine, "amount") - total(theirs, "amount"),
    )


def side_by_side(boards: list[Board]) -> list[tuple[Row, list[tuple[SelectionScenario, ScenarioLine | None]]]]:
    """Files whose fate differs: the row of the first scenario that knows the file, then its line in each scenario."""
    first: dict[int, Row] = {}
    fates: dict[int, list[ScenarioLine | None]] = {}
    for index, board in enumerate(boards):
        for row in board.rows:
            key = row.line.application_id
            first.setdefault(key, row)
            fates.setdefault(key, [None] * len(boards))[index] = row.line
    scenarios = [board.scenario for board in boards]
    differing = {key: lines for key, lines in fates.items() if len({bool(line and line.is_selected) for line in lines}) > 1}
    return [(first[key], list(zip(scenarios, lines, strict=True))) for key, lines in differing.items()]
