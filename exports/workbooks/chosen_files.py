"""The files chosen in the list, with the columns that it shows: the same declaration draws both."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from calls import rules
from calls.models import Application
from calls.queries.files import lines_of
from calls.tables.files import CHOSEN, FOR_STAFF, USUAL, FileRow
from exports.registry import WorkbookKind, register_workbook
from exports.xlsx.workbook import MONEY, Sheet, SheetColumn
from portal.accounts.models import User

CODE = "liste"
AT_A_TIME = 500  # files read together
WIDTHS = {"lycee": 38, "appel": 30, "titre": 40, "statut": 26, "etat": 24, "suivi": 24}
# Where the cell of the list is more than a value.
_COMMUNE = SheetColumn("commune", "Commune", lambda row: row.application.commune, width=20)
_STATE = SheetColumn("etat", "État", lambda row: row.state_in_words, width=WIDTHS["etat"])


def sheet_columns(keys: list[str]) -> list[SheetColumn]:
    """These columns of the list as a workbook has them, the reference first; the usual ones where none is known."""
    asked = set(keys) & CHOSEN or USUAL
    found = []
    for column in FOR_STAFF:
        if column.key == "etat" and "etat" in asked:
            found.append(_STATE)
        elif column.key == "reference" or column.key in asked:
            money = MONEY if column.key == "montant" else ""
            found.append(SheetColumn.of(column, format=money, width=WIDTHS.get(column.key, 16)))
        if column.key == "lycee" and "lycee" in asked:
            found.append(_COMMUNE)
    return found


def _rows(keys: list[int], user: User) -> Iterator[FileRow]:
    today = timezone.localdate()
    for start in range(0, len(keys), AT_A_TIME):
        part = keys[start : start + AT_A_TIME]
        lines = lines_of(part)
        for key in part:
            yield FileRow.of(lines[key], today, user)


def _chosen(user: User, params: Mapping[str, Any]) -> tuple[str, list[Sheet], int]:
    """The files that the person still sees, in the order in which they were chosen."""
    seen = set(Application.objects.visible_to(user).filter(pk__in=params["files"]).order_by().values_list("pk", flat=True))
    keys = [key for key in params["files"] if key in seen]
    return "Dossiers choisis", [Sheet("Dossiers", sheet_columns(params["columns"]), _rows(keys, user))], len(keys)


KIND = register_workbook(
    WorkbookKind(
        code=CODE,
        label="Dossiers choisis dans la liste",
        help="Une ligne par dossier, avec les colonnes que montre la liste.",
        may_ask=rules.exports_files,
        sheets=_chosen,
        needs_call=False,
        of_selection=True,
    )
)
