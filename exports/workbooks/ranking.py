"""The ranking as a workbook: the same lines as the page, without the files hidden from the person who asks."""

from calls.models import Call
from exports.registry import WorkbookKind, register_workbook
from exports.workbooks.columns import ESTABLISHMENT
from exports.xlsx.workbook import MONEY, NUMBER, Column, Sheet
from scoring.queries.jury import ranking_calls
from scoring.queries.ranking import body_order, marks_by_criterion, ranking


def _of_file(column: Column) -> Column:
    """A column of a file, read from a line of the ranking."""
    return Column(column.key, column.heading, lambda row: column.value(row.application), column.format, column.width)


_HEAD = [
    Column("rang", "Rang", lambda row: row.rank, width=8),
    Column("reference", "Référence", lambda row: row.application.reference, width=16),
    *map(_of_file, ESTABLISHMENT),
    Column("titre", "Titre du projet", lambda row: row.application.title, width=40),
    Column("montant_demande_ttc", "Montant demandé TTC", lambda row: row.application.requested_amount, MONEY, 16),
]
_TAIL = [
    Column("ecart", "Écart entre jurés", lambda row: row.spread, NUMBER, 12),
    Column("a_discuter", "À discuter", lambda row: row.is_disputed, width=12),
    Column("ex_aequo", "Ex æquo départagé", lambda row: row.is_tied, width=12),
    Column("jures", "Évaluations comptées", lambda row: len(row.jurors), width=12),
    Column("manquent", "Collèges qui manquent", lambda row: ", ".join(body.short_name for body in row.missing), width=26),
    Column("depose_le", "Déposé le", lambda row: row.application.submitted_at, width=17),
]


def _body_columns(rows) -> list[Column]:
    bodies = sorted({mark.body for row in rows for mark in row.by_body}, key=body_order)
    return [
        Column(
            f"college_{body.code}",
            body.name,
            lambda row, pk=body.pk: next((mark.score for mark in row.by_body if mark.body.pk == pk), None),
            NUMBER,
            14,
        )
        for body in bodies
    ]


def _criterion_columns(call, marks) -> list[Column]:
    """Mean points on each criterion of the grid, in its order."""
    return [
        Column(
            f"critere_{criterion.key}",
            f"{criterion.label} (sur {criterion.max_points})",
            lambda row, rank=rank: marks[row.application.pk][rank].points,
            NUMBER,
            18,
        )
        for rank, criterion in enumerate(call.grid.criteria.all())
    ]


def _ranking(user, params) -> tuple[str, list[Sheet], int]:
    """Raises Call.DoesNotExist when the person may not read this ranking any more."""
    call = ranking_calls(user).select_related("grid").get(reference=params["call"])
    rows = ranking(call, viewer=user)
    marks = marks_by_criterion(call, [row.application.pk for row in rows]) if rows else {}
    score = Column("note", f"Note sur {call.grid.scale}", lambda row: row.score, NUMBER, 12)
    sheets = [
        Sheet("Classement", [*_HEAD, score, *_body_columns(rows), *_TAIL], rows),
        Sheet("Critères", [*_HEAD[:4], score, *_criterion_columns(call, marks)], rows),
    ]
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
