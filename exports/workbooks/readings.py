"""The evaluations of a call as a matrix: one line for each reader and file, the points of each criterion, the remarks beside."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from calls.models import Call
from exports.registry import WorkbookKind, register_workbook
from exports.workbooks.columns import ESTABLISHMENT, FILE_REFERENCE, of_file
from exports.xlsx.workbook import NUMBER, Sheet, SheetColumn
from portal.accounts.models import User
from scoring import rules
from scoring.enums import AssessmentState, CriterionKind
from scoring.models import Assessment, Criterion, Score
from scoring.queries.jury import jury_calls

NOT_APPLICABLE = "sans objet"


class MatrixRow(NamedTuple):
    """One evaluation with its marks, by criterion (id)."""

    assessment: Assessment
    marks: Mapping[int, Score]


class Remark(NamedTuple):
    """What a reader wrote of one criterion, or of the whole file."""

    assessment: Assessment
    about: str
    text: str


_HEAD = [
    of_file(FILE_REFERENCE, "assessment.application"),
    *[of_file(column, "assessment.application") for column in ESTABLISHMENT],
    SheetColumn("jure", "Membre du jury", lambda row: str(row.assessment.juror), width=26),
    SheetColumn("college", "Collège", lambda row: row.assessment.body.name, width=26),
    SheetColumn("etat", "État", lambda row: row.assessment.get_state_display(), width=14),
]


def _points(row: MatrixRow, criterion: Criterion) -> Decimal | str | None:
    """Points given, or « sans objet »; empty where nothing is said yet."""
    mark = row.marks.get(criterion.pk)
    if mark is None:
        return None
    return mark.points if mark.is_applicable else NOT_APPLICABLE


def _columns(criteria: list[Criterion]) -> list[SheetColumn]:
    return [
        SheetColumn(
            f"critere_{criterion.key}", f"{criterion.label} (sur {criterion.max_points})",
            lambda row, criterion=criterion: _points(row, criterion), NUMBER, 16,
        )
        for criterion in criteria
    ]  # fmt: skip


def _remarks(rows: list[MatrixRow], criteria: list[Criterion]) -> Iterator[Remark]:
    for assessment, marks in rows:
        for criterion in criteria:
            if (mark := marks.get(criterion.pk)) and mark.remark:
                yield Remark(assessment, criterion.label, mark.remark)
        if assessment.comment:
            yield Remark(assessment, "Le dossier entier", assessment.comment)


def _sheets(user: User, params: Mapping[str, str]) -> tuple[str, list[Sheet], int]:
    """Raises Call.DoesNotExist when the person does not follow this jury any more."""
    call = matrix_calls(user).select_related("grid").get(reference=params["call"])
    criteria = list(call.grid.criteria.filter(kind=CriterionKind.RATED))
    around = ("application__establishment__authority", "application__establishment__department", "juror", "body")
    read = Assessment.objects.visible_to(user).live().filter(application__call=call)
    found = read.select_related(*around).prefetch_related("scores").order_by("application__reference", "body__name", "pk")
    rows = [MatrixRow(one, {mark.criterion_id: mark for mark in one.scores.all()}) for one in found]
    tail = [
        SheetColumn("rendue_le", "Rendue le", lambda row: row.assessment.submitted_at, width=17),
        SheetColumn("rendue", "Rendue", lambda row: row.assessment.state in AssessmentState.DONE, width=10),
    ]
    remarks = [
        *_HEAD,
        SheetColumn("sur", "Sur", lambda row: row.about, width=34),
        SheetColumn("remarque", "Remarque", lambda row: row.text, width=80),
    ]
    sheets = [Sheet("Évaluations", [*_HEAD, *_columns(criteria), *tail], rows), Sheet("Remarques", remarks, list(_remarks(rows, criteria)))]
    return f"Évaluations {call.reference}", sheets, 2 * len(rows)


def matrix_calls(user: User) -> QuerySet[Call]:
    """The calls whose readings this person follows, once they have a grid."""
    return jury_calls(user).filter(grid__isnull=False)


register_workbook(
    WorkbookKind(
        code="evaluations",
        offered_on="scoring.readings",
        offered_as="Évaluations XLSX",
        label="Évaluations du jury d’un appel",
        help="Une ligne par dossier et par membre du jury : les points de chaque critère, puis les remarques. Les dossiers qui vous sont fermés n’y sont pas.",
        may_ask=lambda user: rules.follows_jury(user) and matrix_calls(user).exists(),
        sheets=_sheets,
        calls=matrix_calls,
    )
)
