"""INSEE's density grid of communes, seven levels: 1 to 4 urban, 5 to 7 rural."""

from collections import defaultdict
from typing import BinaryIO

from django.db import transaction

from portal.directory.importers.changes import column_changes
from portal.directory.importers.report import FileError, ImportReport, Issue
from portal.directory.importers.table import Table
from portal.directory.models import Establishment

ALIASES = {"code_commune": "codgeo", "code_insee": "codgeo", "densite_7": "dens", "niveau": "dens"}
# Schools of these cities carry the code of their arrondissement, the grid that of the whole commune.
CITIES = {"751": "75056", "693": "69123", "132": "13055"}
BATCH = 500


@transaction.atomic
def import_density(stream: BinaryIO, *, dry_run: bool = False, expected: str = "") -> ImportReport:
    """Give each known lycée the level of its commune. A commune that the file does not hold leaves its lycées as they are.

    Raises DirectoryMoved when `expected`, the digest of a preview, is not what the import would do.
    """
    report = ImportReport()
    try:
        levels = read_density(stream, report)
    except FileError as error:
        return ImportReport(file_error=error.code, error_message=str(error))
    by_level = defaultdict(list)
    rows = Establishment.objects.only("uai", "name", "commune_code", "commune_name", "density_level").order_by("uai")
    for establishment in rows if dry_run else rows.select_for_update():
        level = levels.get(establishment.commune_code) or levels.get(CITIES.get(establishment.commune_code[:3], ""))
        if level is None:
            place = f"{establishment.commune_name} ({establishment.commune_code})"
            report.warn(0, establishment.uai, "commune_unknown", f"{place} n’est pas dans le fichier.")
        elif level == establishment.density_level:
            report.unchanged.append(establishment.uai)
        else:
            report.updated.append(establishment.uai)
            report.changes += column_changes(establishment, {"density_level": level})
            by_level[level].append(establishment.pk)
    if not dry_run:
        report.agrees_with(expected)
        _save(by_level)
    return report


def read_density(stream: BinaryIO, report: ImportReport) -> dict[str, int]:
    """Level (1 to 7) by INSEE code of commune. Raises FileError."""
    table = Table(stream, required={"codgeo", "dens"}, aliases=ALIASES, report=report)
    levels = {}
    for line, row in table.rows():
        if row is None:
            report.rejected.append(Issue(line, "", "columns", "Le nombre de colonnes n’est pas celui de l’en-tête."))
        elif row["dens"] not in tuple("1234567"):
            report.rejected.append(Issue(line, "", "density_format", f"Niveau « {row['dens']} » : de 1 à 7 attendu."))
        else:
            levels[row["codgeo"].zfill(5)] = int(row["dens"])
    return levels


def _save(by_level: dict[int, list[int]]) -> None:
    for level, keys in sorted(by_level.items()):
        for start in range(0, len(keys), BATCH):
            Establishment.objects.filter(pk__in=keys[start : start + BATCH]).update(density_level=level)
