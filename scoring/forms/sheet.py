"""What the scoring screen draws: the grid by groups, each criterion with its levels, what is given, and what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from scoring.enums import AssessmentState
from scoring.forms.assessment import NOT_APPLICABLE, AssessmentForm, plain, points_name, remark_name
from scoring.marks.combination import CriterionWeight, Scorer, round_half_up
from scoring.models import Applicability, Criterion, Score
from scoring.queries.question import AskedOfLycee
from scoring.wording.applying import applies_because, doubt_because, out_because

Asked = Mapping[int, Sequence[AskedOfLycee]]  # by criterion
NO_QUESTION: Asked = MappingProxyType({})


@dataclass(frozen=True)
class LevelRow:
    """One radio button. `rank` is the key that chooses it."""

    rank: int
    value: str
    label: str
    description: str
    is_checked: bool


@dataclass(frozen=True)
class CriterionRow:
    """One criterion to mark; `typed` is what stands in its field, right or wrong."""

    criterion: Criterion
    number: str
    points_name: str
    remark_name: str
    levels: tuple[LevelRow, ...]
    typed: str
    remark: str
    is_not_applicable: bool
    is_given: bool
    points_errors: tuple[str, ...]
    remark_errors: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    applies: str = ""  # of a criterion with a condition: why it applies, or that it is not known
    is_doubtful: bool = False
    version: int = 0  # of what is stored
    stored: str = ""  # what another page has saved meanwhile, in words; empty otherwise
    asked: Sequence[AskedOfLycee] = ()  # what the jury asked the lycée about it


@dataclass(frozen=True)
class GroupRow:
    """A group of the grid and how far it is marked."""

    name: str
    number: int
    rows: tuple[CriterionRow, ...]

    @property
    def given(self) -> int:
        return sum(row.is_given for row in self.rows)


def groups_of(form: AssessmentForm, labels: dict[str, str], asked: Asked = NO_QUESTION) -> list[GroupRow]:
    """The rated criteria by group, in the order of the grid; `labels` are the labels of the questions by key, `asked` those of the jury by criterion."""
    names = list(dict.fromkeys(criterion.group for criterion in form.criteria))
    return [
        GroupRow(
            name,
            number,
            tuple(
                replace(criterion_row(form, c, f"{number}.{rank}", labels), asked=asked.get(c.pk, ()))
                for rank, c in enumerate((c for c in form.criteria if c.group == name), 1)
            ),
        )
        for number, name in enumerate(names, 1)
    ]


def criterion_row(form: AssessmentForm, criterion: Criterion, number: str, labels: dict[str, str]) -> CriterionRow:
    points, remark = form[points_name(criterion)], form[remark_name(criterion)]
    typed = str(points.value() or "")
    score = form.scores.get(criterion.pk)
    levels = tuple(
        LevelRow(rank, plain(level["points"]), level["label"], level.get("description", ""), _same(typed, level["points"]))
        for rank, level in enumerate(criterion.levels, 1)
    )
    return CriterionRow(
        criterion=criterion,
        number=number,
        points_name=points.html_name,
        remark_name=remark.html_name,
        levels=levels,
        typed="" if typed == NOT_APPLICABLE else typed,
        remark=str(remark.value() or ""),
        is_not_applicable=typed == NOT_APPLICABLE,
        is_given=bool(score and score.is_given),
        points_errors=tuple(points.errors),
        remark_errors=tuple(remark.errors),
        questions=tuple((key, labels[key]) for key in criterion.question_keys if key in labels),
        applies=_applies(form.applicabilities.get(criterion.pk)),
        is_doubtful=bool((said := form.applicabilities.get(criterion.pk)) and said.is_doubtful),
        version=score.version if score else 0,
        stored=_stored(criterion, form.scores) if criterion in form.stale else "",
    )


def _applies(said: Applicability | None) -> str:
    if said is None:
        return ""
    return doubt_because(said.facts) if said.is_doubtful else applies_because(said.facts)


def _stored(criterion: Criterion, scores: dict[int, Score]) -> str:
    """What stands in the database for one criterion."""
    line = mark_lines([criterion], scores)[0]
    return f"{line.said}{f', {line.level.lower()}' if line.level else ''}{f' ; remarque : {line.remark}' if line.remark else ''}"


def _same(typed: str, points: object) -> bool:
    try:
        return bool(typed) and Decimal(typed.replace(",", ".")) == Decimal(str(points))
    except ArithmeticError:
        return False


@dataclass(frozen=True)
class Provisional:
    """A reading under way: the mark so far out of the scale (None before the first one), and how many criteria are marked."""

    score: Decimal | None
    given: int
    total: int

    @property
    def is_complete(self) -> bool:
        return self.given == self.total


def provisional(criteria: list[Criterion], scores: dict[int, Score], scale: int) -> Provisional:
    """The mark of one juror on what is marked so far, with the arithmetic of the ranking."""
    scorer = Scorer([CriterionWeight(c.pk, c.weight, c.max_points) for c in criteria], scale)
    share = scorer.reading_share({key: score.points for key, score in scores.items()})
    given = sum(1 for c in criteria if c.pk in scores and scores[c.pk].is_given)
    return Provisional(None if share is None else round_half_up(share * scale), given, len(criteria))


@dataclass(frozen=True)
class MarkLine:
    """One mark as a reader sees it: "4 sur 5", the name of its level, the remark."""

    criterion: Criterion
    points: Decimal | None
    level: str
    is_applicable: bool
    remark: str
    out: str = ""  # why the criterion does not apply to the file; points given before are then kept, and not counted
    asked: Sequence[AskedOfLycee] = ()

    @property
    def said(self) -> str:
        if self.out:
            return "ne s’applique pas"
        if self.points is not None:
            return f"{plain(self.points)} sur {self.criterion.max_points}"
        return "Sans objet" if not self.is_applicable else "Pas encore noté"


def mark_lines(
    criteria: list[Criterion],
    scores: dict[int, Score],
    applicabilities: Mapping[int, Applicability] = MappingProxyType({}),
    asked: Asked = NO_QUESTION,
) -> list[MarkLine]:
    """Every rated criterion with its mark, for a page where nothing is typed.

    By criterion (id): `applicabilities`, what was decided; `asked`, what the jury asked the lycée.
    """
    lines = []
    for criterion in criteria:
        score = scores.get(criterion.pk)
        points = score.points if score else None
        level = next((x["label"] for x in criterion.levels if points is not None and Decimal(str(x["points"])) == points), "")
        said = applicabilities.get(criterion.pk)
        out = out_because(said.facts) if said and said.is_out else ""
        applies, remark = (score.is_applicable, score.remark) if score else (True, "")
        lines.append(MarkLine(criterion, points, "" if out else level, applies, remark, out, asked.get(criterion.pk, ())))
    return lines


@dataclass(frozen=True)
class PileProgress:
    """Where a pile stands. `cells` are the classes of the bar's cells, in order: done, started, left; `next` is the first reading to do."""

    done: int
    started: int
    left: int
    next: int | None

    @property
    def total(self) -> int:
        return self.done + self.started + self.left

    @property
    def cells(self) -> list[tuple[str, int]]:
        """(class, x) of each cell, 10 wide; one cell per file up to a hundred files, then one per percent."""
        count = min(self.total, 100)
        parts = [(self.done, "g-fill"), (self.started, "g-warn"), (self.left, "g-track")]
        classes = [css for number, css in parts for _ in range(round(number * count / self.total))] if self.total else []
        return [(css, rank * 10) for rank, css in enumerate(classes)]

    @property
    def width(self) -> int:
        return len(self.cells) * 10


def progress_of(rows: Sequence) -> PileProgress:
    """From rows with `pk` and `state`, in the order of the pile."""
    done = sum(row.state in AssessmentState.DONE for row in rows)
    started = sum(row.state in AssessmentState.STARTED for row in rows)
    following = next((row.pk for row in rows if row.state not in AssessmentState.DONE), None)
    return PileProgress(done, started, len(rows) - done - started, following)


def next_left(rows: Sequence, here: int) -> int | None:
    """The reading to do after `here` (id) in the order of the pile, then from its beginning; None when nothing is left."""
    keys = [row.pk for row in rows]
    place = keys.index(here) + 1 if here in keys else 0
    return next((row.pk for row in [*rows[place:], *rows[:place]] if row.pk != here and row.state not in AssessmentState.DONE), None)
