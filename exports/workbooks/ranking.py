"""The ranking as a workbook: the same lines as the page, without the files hidden from the person who asks."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from calls.models import Call
from exports.registry import WorkbookKind, register_workbook
from exports.workbooks.columns import ESTABLISHMENT, FILE_AMOUNT, FILE_REFERENCE, of_file
from exports.xlsx.workbook import NUMBER, Sheet, SheetColumn
from portal.accounts.models import User
from scoring.queries.applying import conditions_in_words
from scoring.queries.jury import ranking_calls
from scoring.queries.ranking import CriterionMark, RankedFile, body_order, marks_by_criterion, ranking
from scoring.tables.ranking import RANK

_HEAD = [
    SheetColumn.of(RANK, width=8),
    of_file(FILE_REFERENCE, "application"),
    *[of_file(column, "application") for column in ESTABLISHMENT],
    SheetColumn("titre", "Titre du projet", lambda row: row.application.title, width=40),
    of_file(FILE_AMOUNT, "application"),
]
_TAIL = [
    SheetColumn("ecart", "Écart entre jurés", lambda row: row.spread, NUMBER, 12),
    SheetColumn("a_discuter", "À discuter", lambda row: row.is_disputed, width=12),
    SheetColumn("ex_aequo", "Ex æquo départagé", lambda row: row.is_tied, width=12),
    SheetColumn("jures", "Évaluations comptées", lambda row: len(row.jurors), width=12),
    SheetColumn("manquent", "Collèges qui manquent", lambda row: ", ".join(body.short_name for body in row.missing), width=26),
    SheetColumn("depose_le", "Déposé le", lambda row: row.application.submitted_at, width=17),
]


def _body_columns(rows: Iterable[RankedFile]) -> list[SheetColumn]:
    bodies = sorted({mark.body for row in rows for mark in row.by_body}, key=body_order)
    return [
        SheetColumn(
            f"college_{body.code}",
            body.name,
            lambda row, pk=body.pk: next((mark.score for mark in row.by_body if mark.body.pk == pk), None),
            NUMBER,
            14,
        )
        for body in bodies
    ]


def _criterion_columns(call: Call, marks: Mapping[int, list[CriterionMark]]) -> list[SheetColumn]:
    """Mean points on each criterion of the grid, in its order."""
    return [
        SheetColumn(
            f"critere_{criterion.key}",
            f"{criterion.label} (sur {criterion.max_points})",
            lambda row, rank=rank: _points(marks[row.application.pk][rank]),
            NUMBER,
            18,
        )
        for rank, criterion in enumerate(call.grid.criteria.all())
    ]


class ConditionalLine(NamedTuple):
    """A criterion with a condition, for one file."""

    row: RankedFile
    label: str
    told: str
    mark: CriterionMark


_CONDITIONAL = [
    of_file(FILE_REFERENCE, "row.application"),
    *[of_file(column, "row.application") for column in ESTABLISHMENT],
    SheetColumn("critere", "Critère", lambda line: line.label, width=34),
    SheetColumn("condition", "Condition", lambda line: line.told, width=50),
    SheetColumn(
        "applique", "S’applique", lambda line: line.mark.said.get_applies_display() if line.mark.said else "Pas encore décidé", width=18
    ),
    SheetColumn("faits", "Ce qui en décide", lambda line: line.mark.said.facts if line.mark.said else "", width=50),
]


def _conditional(row: RankedFile, marks: Mapping[int, list[CriterionMark]], told: Mapping[int, str]) -> Iterator[ConditionalLine]:
    for mark in marks[row.application.pk]:
        if mark.criterion.pk in told:
            yield ConditionalLine(row, mark.criterion.label, told[mark.criterion.pk], mark)


def _points(mark: CriterionMark) -> Decimal | str:
    """Points, or why there are none: an empty cell would read as a zero forgotten."""
    return mark.absence if mark.points is None else mark.points


def _ranking(user: User, params: Mapping[str, str]) -> tuple[str, list[Sheet], int]:
    """Raises Call.DoesNotExist when the person may not read this ranking any more."""
    call = ranking_calls(user).select_related("grid").get(reference=params["call"])
    rows = ranking(call, viewer=user)
    marks = marks_by_criterion(call, [row.application.pk for row in rows]) if rows else {}
    score = SheetColumn("note", f"Note sur {call.grid.scale}", lambda row: row.score, NUMBER, 12)
    sheets = [
        Sheet("Classement", [*_HEAD, score, *_body_columns(rows), *_TAIL], rows),
        Sheet("Critères", [*_HEAD[:4], score, *_criterion_columns(call, marks)], rows),
    ]
    if told := conditions_in_words(call, call.grid.criteria.all()):
        sheets.append(Sheet("Critères sous condition", _CONDITIONAL, [line for row in rows for line in _conditional(row, marks, told)]))
    return f"Classement {call.reference}", sheets, 2 * len(rows)


register_workbook(
    WorkbookKind(
        code="classement",
        offered_on="scoring.ranking",
        offered_as="Classement XLSX",
        label="Classement d’un appel",
        help="Rang, note, moyenne de chaque collège, écart, puis les points critère par critère.",
        may_ask=lambda user: ranking_calls(user).filter(grid__isnull=False).exists(),
        sheets=_ranking,
        calls=lambda user: Call.objects.filter(pk__in=ranking_calls(user).filter(grid__isnull=False).values("pk")),
    )
)
