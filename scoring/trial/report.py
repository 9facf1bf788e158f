"""What a trial has found, as data: kept as JSON, drawn by the page, written in the workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from calls.conditioned.outlooks import Foreseen, Outlook


class Weight(StrEnum):
    """How much a finding matters."""

    IMPOSSIBLE = "impossible"  # proved: as it is written, this cannot be
    WARNING = "warning"  # possible, and probably not what was meant
    NOTE = "note"  # to be known


class TrialPart(StrEnum):
    """What of the call a finding is about."""

    LYCEES = "lycees"
    FORM = "form"
    ADMISSIBILITY = "admissibility"
    GRID = "grid"
    RULES = "rules"
    MONEY = "money"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class TrialFinding:
    """One sentence with its figure, and where to act. `listed`: the key of the list of lycées that it counts."""

    weight: str
    part: str
    sentence: str
    address: str = ""
    link: str = ""
    listed: str = ""


@dataclass(frozen=True)
class ExclusionRow:
    """Why lycées may not apply: how many have this reason, and how many have no other."""

    key: str
    label: str
    count: int
    alone: int


@dataclass(frozen=True)
class MissingFactRow:
    """A fact that is not known of lycées on which it bears, and what is done about it."""

    key: str
    label: str
    count: int
    act: str
    address: str = ""


@dataclass(frozen=True)
class PlaceRow:
    """How many lycées of one kind may apply, wait for a fact, and are open in all. `address`: those of the directory."""

    label: str
    eligible: int
    unknown: int
    total: int
    address: str = ""


@dataclass(frozen=True)
class PlaceTable:
    title: str
    rows: list[PlaceRow]


@dataclass(frozen=True)
class QuestionRow:
    """What one condition of the form comes to over the lycées that may apply."""

    what: str
    label: str
    condition: str
    never: int
    waiting: int
    sometimes: int
    always: int
    undecided: int


def question_row(what: str, label: str, condition: str, outlook: Outlook) -> QuestionRow:
    """The row of one condition, from what is foreseen of it."""
    states = (Foreseen.NEVER, Foreseen.WAITING, Foreseen.SOMETIMES, Foreseen.ALWAYS, Foreseen.UNDECIDED)
    return QuestionRow(what, label, condition, *(outlook.count(state) for state in states))


@dataclass(frozen=True)
class PointsRow:
    """The points of a computed criterion over the lycées that may apply. `bars`: {"label", "value"}; `assumes`: what was taken for granted."""

    label: str
    maximum: int
    weight: int
    percent: int
    bars: list[dict[str, Any]]
    known: int
    unknown: int
    assumes: str = ""


@dataclass(frozen=True)
class RuleRow:
    """One rule of balance, and how many lycées that may apply it counts."""

    label: str
    concerned: int
    is_soft: bool


@dataclass(frozen=True)
class FigureRow:
    label: str
    figure: str


@dataclass
class TrialReport:
    """Everything at once. `looked`: what was looked at and found right, `undecided`: what no trial can say."""

    open: int = 0
    eligible: int = 0
    unknown: int = 0
    excluded: int = 0
    elsewhere: int = 0
    findings: list[TrialFinding] = field(default_factory=list)
    reasons: list[ExclusionRow] = field(default_factory=list)
    missing: list[MissingFactRow] = field(default_factory=list)
    places: list[PlaceTable] = field(default_factory=list)
    questions: list[QuestionRow] = field(default_factory=list)
    admissibility: list[QuestionRow] = field(default_factory=list)
    criteria: list[PointsRow] = field(default_factory=list)
    rules: list[RuleRow] = field(default_factory=list)
    figures: list[FigureRow] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    lists: dict[str, list[int]] = field(default_factory=dict)  # key → lycées (ids), kept apart from the rest

    def say(self, weight: Weight, part: TrialPart, sentence: str, **where: str) -> None:
        self.findings.append(TrialFinding(weight.value, part.value, sentence, **where))

    def count(self, weight: Weight) -> int:
        return sum(finding.weight == weight for finding in self.findings)

    def of(self, *parts: TrialPart) -> list[TrialFinding]:
        """The findings on these parts, what is impossible first."""
        order = list(Weight)
        return sorted((each for each in self.findings if each.part in parts), key=lambda each: order.index(Weight(each.weight)))

    def as_json(self) -> dict[str, Any]:
        """All but the lists."""
        return {key: value for key, value in asdict(self).items() if key != "lists"}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "TrialReport":
        """What `as_json` wrote, today or before a part was looked at."""
        tables = [PlaceTable(table["title"], _rows(PlaceRow, table["rows"])) for table in kept["places"]]
        rows = {name: _rows(kind, kept.get(name, ())) for name, kind in _ROWS.items()}
        return cls(**{**kept, **rows, "places": tables})


_ROWS: dict[str, type] = {
    "findings": TrialFinding,
    "reasons": ExclusionRow,
    "missing": MissingFactRow,
    "questions": QuestionRow,
    "admissibility": QuestionRow,
    "criteria": PointsRow,
    "rules": RuleRow,
    "figures": FigureRow,
}


def _rows(kind: type, kept: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [kind(**row) for row in kept]
