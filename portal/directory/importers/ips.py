"""IPS of the lycées (DEPP): `fr-en-ips_lycees`, its 2022 form and `fr-en-ips-lycees-ap2023`.

No agricultural lycée and none without contract has an IPS: theirs stays absent, never 0.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from django.db import transaction

from portal.directory.importers.changes import column_changes
from portal.directory.importers.report import FileError, ImportReport, Issue, RowRejected
from portal.directory.importers.table import Table
from portal.directory.models import Establishment
from portal.directory.uai import is_uai, normalise_uai

VALUE_COLUMNS = ("ips_etab", "ips_ensemble_gt_pro")  # since 2023, before
_YEAR = re.compile(r"20\d{2}-20\d{2}")
_PLAUSIBLE = (Decimal(20), Decimal(220))


@transaction.atomic
def import_ips(stream: BinaryIO, *, dry_run: bool = False, expected: str = "") -> ImportReport:
    """Give each known lycée its newest IPS. Files repeat years, and may be imported in any order: the newest year stays.

    Raises DirectoryMoved when `expected`, the digest of a preview, is not what the import would do.
    """
    report = ImportReport()
    try:
        newest = read_ips(stream, report)
    except FileError as error:
        return ImportReport(file_error=error.code, error_message=str(error))
    rows = Establishment.objects.only("uai", "name", "ips", "ips_year").order_by("uai")
    known = {e.uai: e for e in (rows if dry_run else rows.select_for_update())}
    changed = []
    for uai, (year, value, line) in newest.items():
        establishment = known.get(uai)
        if establishment is None:
            report.ignored.append(Issue(line, uai, "unknown_uai", "Établissement inconnu du portail."))
        elif year < establishment.ips_year or (establishment.ips_year, establishment.ips) == (year, value):
            report.unchanged.append(uai)
        else:
            report.changes += column_changes(establishment, {"ips": value, "ips_year": year})
            establishment.ips, establishment.ips_year = value, year
            report.updated.append(uai)
            changed.append(establishment)
    if not dry_run:
        report.agrees_with(expected)
        Establishment.objects.bulk_update(changed, ["ips", "ips_year"], batch_size=200)
    return report


def read_ips(stream: BinaryIO, report: ImportReport) -> dict[str, tuple[str, Decimal, int]]:
    """(school year, IPS, line) by UAI: the newest year that has a value. Raises FileError."""
    table = Table(stream, required={"uai", "rentree_scolaire"}, report=report)
    column = next((name for name in VALUE_COLUMNS if name in table.columns), None)
    if column is None:
        raise FileError("header", f"Ce n’est pas un fichier d’IPS des lycées : il manque la colonne {VALUE_COLUMNS[0]}.")
    newest: dict[str, tuple[str, Decimal, int]] = {}
    for line, row in table.rows():
        uai = normalise_uai((row or {}).get("uai", ""))[:12]
        try:
            year, value = read_row(uai, row, column)
        except RowRejected as reason:
            report.rejected.append(Issue(line, uai, reason.code, str(reason)))
            continue
        if value is not None and (uai not in newest or newest[uai][0] < year):
            newest[uai] = (year, value, line)
    return newest


def read_row(uai: str, row: dict[str, str] | None, column: str) -> tuple[str, Decimal | None]:
    """School year and IPS to one decimal, None where the file gives none. Raises RowRejected."""
    if row is None:
        raise RowRejected("columns", "Le nombre de colonnes n’est pas celui de l’en-tête.")
    if not is_uai(uai):
        raise RowRejected("uai_format", f"« {uai} » n’est pas un code UAI.")
    if not _YEAR.fullmatch(row["rentree_scolaire"]):
        raise RowRejected("year_format", f"Rentrée « {row['rentree_scolaire']} » : par exemple 2024-2025 attendu.")
    cell = row[column].replace(",", ".")
    if not cell or cell.upper() in ("NS", "ND"):
        return row["rentree_scolaire"], None
    try:
        value = Decimal(cell)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not _PLAUSIBLE[0] <= value <= _PLAUSIBLE[1]:
        raise RowRejected("ips_format", f"IPS « {row[column]} » : nombre entre {_PLAUSIBLE[0]} et {_PLAUSIBLE[1]} attendu.")
    return row["rentree_scolaire"], value.quantize(Decimal("0.1"))
