"""What the screen of a sitting shows: scenarios as tabs, lines around the cut, gauges, balance, scenarios side by side.

A reader with a conflict of interest gets neither the file nor anything from which it could be guessed: no rank of the
whole list, no missing amount, no gauge; counts and amounts are of what is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil, floor

from portal.directory.models import Establishment
from portal.text.french import count
from scoring.enums import EARLIER_MOTIVES, GroupDimension, Motive
from scoring.groups import NOTHING_KNOWN, counted_by_group
from scoring.ips_bands import IpsScale
from scoring.models import ScenarioLine, SelectionScenario
from scoring.screens.proof import Pill, pill_of
from scoring.wording import motives

SHORT = 40  # lists up to this length are shown whole
FOLDED = 5  # rows below the last one retained or waiting, from which they are folded
AROUND = 8  # lines shown on each side of the cut
MOVED = (Motive.RULE_IN, Motive.RULE_OUT, Motive.FORCED_IN, Motive.FORCED_OUT, *EARLIER_MOTIVES)
BELOW_CUT = (Motive.BUDGET, Motive.OUTSCORED, Motive.LIST_STOPPED, Motive.QUOTA_MINIMUM)


@dataclass(frozen=True)
class ScenarioRow:
    """One line as the reader may see it."""

    line: ScenarioLine
    rank: int | None
    motive: str  # in a word; empty for a reader who must not know the cause
    reason: str
    after_cut: bool  # the cut is drawn just above
    marks: tuple[Decimal, ...]

    @property
    def school(self) -> Establishment:
        return self.line.application.establishment

    @property
    def says_why(self) -> bool:
        return bool(self.motive) and self.line.motive not in (Motive.MERIT, Motive.OUTSCORED)


@dataclass(frozen=True)
class Tab:
    """One scenario among the others."""

    scenario: SelectionScenario
    selected: int
    amount: Decimal
    is_current: bool
    pill: Pill | None = None
    same_as: str = ""  # the first scenario of the sitting that gives the very same list, by name

    @property
    def objective(self) -> float | None:
        """The total that the optimiser reached; None for a list cut by rank."""
        return self.scenario.summary.get("objective")


@dataclass(frozen=True)
class GroupShare:
    """How many files of one group are selected."""

    label: str
    selected: int
    total: int


@dataclass
class ScenarioScreen:
    """One scenario as one reader sees it. `restricted`: files are hidden from this reader."""

    scenario: SelectionScenario
    rows: list[ScenarioRow]
    restricted: bool
    marks_from: int = 0
    marks_to: int = 100
    balance: list[tuple[str, list[GroupShare]]] = field(default_factory=list)

    @property
    def selected(self) -> list[ScenarioRow]:
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
    def lowest_selected(self) -> Decimal | None:
        return min((row.line.score for row in self.selected), default=None)

    @property
    def highest_refused(self) -> Decimal | None:
        refused = (row.line.score for row in self.rows if not row.line.is_selected and row.line.score is not None)
        return max(refused, default=None)

    @property
    def moved(self) -> list[ScenarioRow]:
        return [row for row in self.rows if row.line.motive in MOVED]

    @property
    def around_cut(self) -> list[ScenarioRow]:
        """The lines on both sides of the cut; the last ones when the envelope reaches every file."""
        middle = next((index for index, row in enumerate(self.rows) if row.after_cut), len(self.rows))
        start = max(0, min(middle, len(self.rows) - AROUND) - AROUND)
        return self.rows[start : start + 2 * AROUND]


def scenario_screen(
    scenario: SelectionScenario, lines: Iterable[ScenarioLine], bands: IpsScale | None, *, restricted: bool, cut_after: int | None = None
) -> ScenarioScreen:
    """Lay out one scenario. `lines`: those that the reader may see, with their lycées, in order.

    `bands`: those of the index of social position of the call, the same for all its scenarios (`scoring.queries.criteria.ips_scale_of`).
    `cut_after`: for a computed scenario, the last position that the ranked list of the same run selects.
    """
    lines = list(lines)
    marks = [tuple(map(Decimal, line.marks)) for line in lines]
    scale = _scale(marks)
    rows, rank, cut_drawn = [], 0, False
    for line, given in zip(lines, marks, strict=True):
        rank += line.score is not None
        below = line.position > cut_after if cut_after is not None else not scenario.is_optimised and line.motive in BELOW_CUT
        rows.append(
            ScenarioRow(
                line=line,
                rank=(rank if line.score is not None else None) if restricted else line.rank,
                motive="" if restricted and line.motive not in motives.OWN else line.get_motive_display(),
                reason=motives.discreet_reason(line.motive, is_selected=line.is_selected) if restricted else line.reason,
                after_cut=below and not cut_drawn,
                marks=given,
            )
        )
        cut_drawn |= below
    return ScenarioScreen(scenario, rows, restricted, *scale, balance_of(lines, bands))


def folded_at(rows: Sequence[ScenarioRow]) -> tuple[Sequence[ScenarioRow], Sequence[ScenarioRow]]:
    """The rows down to the last that is retained or waits, and those below, to be folded; all together where these are few, or all of them."""
    last = max((place for place, row in enumerate(rows, start=1) if row.line.is_selected or row.line.waiting_rank), default=0)
    return (rows[:last], rows[last:]) if last and len(rows) - last >= FOLDED else (rows, [])


def _scale(marks: list[tuple[Decimal, ...]]) -> tuple[int, int]:
    """Bounds of the marks, widened to multiples of ten, so that every dot of the page is on one axis."""
    given = [mark for row in marks for mark in row]
    if not given:
        return 0, 100
    low, high = floor(min(given) / 10) * 10, ceil(max(given) / 10) * 10
    return low, max(high, low + 10)


def balance_of(lines: Iterable[ScenarioLine], scale: IpsScale | None) -> list[tuple[str, list[GroupShare]]]:
    """Selected and total files of each group, dimension by dimension; not a dimension of which nothing is known."""
    counts = counted_by_group(((line.application.establishment, line.is_selected) for line in lines), scale)
    found: dict[str, list[GroupShare]] = {}
    for dimension in GroupDimension:
        rows = sorted((value, label, pair) for (code, value, label), pair in counts.items() if code == dimension)
        if any(f"{dimension}:{value}" not in NOTHING_KNOWN for value, *_ in rows):
            found[dimension.label] = [GroupShare(label, *pair) for _, label, pair in rows]
    return list(found.items())


def tabs_of(
    scenarios: Sequence[SelectionScenario],
    current: SelectionScenario | None,
    totals: dict[int, tuple[int, Decimal]],
    *,
    restricted: bool,
    twins: Mapping[int, int] | None = None,
) -> list[Tab]:
    """The scenarios with the count and the amount (`totals`, by id) of the selected lines that the reader may see.

    `twins`: by id, the scenario before it whose list is the same.
    """
    names = {scenario.pk: scenario.name for scenario in scenarios}
    same_as = {pk: names[first] for pk, first in (twins or {}).items()}
    return [
        Tab(
            scenario, *totals[scenario.pk], scenario == current, pill_of(scenario, scenario.run, restricted=restricted),
            same_as.get(scenario.pk, ""),
        )
        for scenario in scenarios
    ]  # fmt: skip


# -- Two scenarios, and all of them -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScenarioDifference:
    """What changes from one scenario to another."""

    other: SelectionScenario
    entering: list[ScenarioLine]
    leaving: list[ScenarioLine]
    unchanged: int
    score_change: Decimal
    amount_change: Decimal

    @property
    def sentence(self) -> str:
        entering = count(len(self.entering), "dossier entre", "dossiers entrent") if self.entering else "Aucun dossier n’entre"
        leaving = count(len(self.leaving), "sort", "sortent") if self.leaving else "aucun ne sort"
        return f"{entering}, {leaving}, {count(self.unchanged, 'inchangé')}."


def difference(lines: dict[int, ScenarioLine], other: SelectionScenario, other_lines: dict[int, ScenarioLine]) -> ScenarioDifference:
    """From `other` to the scenario of `lines` (file id → line, files visible to the reader)."""
    mine = {key: line for key, line in lines.items() if line.is_selected}
    theirs = {key: line for key, line in other_lines.items() if line.is_selected}

    def total(of: Mapping[int, ScenarioLine], what: str) -> Decimal:
        return sum((getattr(line, what) for line in of.values()), Decimal(0))

    return ScenarioDifference(
        other=other,
        entering=[line for key, line in mine.items() if key not in theirs],
        leaving=[line for key, line in theirs.items() if key not in mine],
        unchanged=len(mine.keys() & theirs.keys()),
        score_change=total(mine, "score") - total(theirs, "score"),
        amount_change=total(mine, "amount") - total(theirs, "amount"),
    )


def side_by_side(screens: list[ScenarioScreen]) -> list[tuple[ScenarioRow, list[tuple[SelectionScenario, ScenarioLine | None]]]]:
    """Files that some scenarios select and others do not: the row of the first scenario that knows the file, then its line in each scenario."""
    first: dict[int, ScenarioRow] = {}
    lines_of_file: dict[int, list[ScenarioLine | None]] = {}
    for index, screen in enumerate(screens):
        for row in screen.rows:
            key = row.line.application_id
            first.setdefault(key, row)
            lines_of_file.setdefault(key, [None] * len(screens))[index] = row.line
    scenarios = [screen.scenario for screen in screens]
    differing = {key: lines for key, lines in lines_of_file.items() if len({bool(line and line.is_selected) for line in lines}) > 1}
    return [(first[key], list(zip(scenarios, lines, strict=True))) for key, lines in differing.items()]
