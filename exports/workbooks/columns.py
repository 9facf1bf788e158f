"""Columns that several workbooks share."""

from dataclasses import replace

from calls.tables.files import AMOUNT, REFERENCE
from exports.xlsx.workbook import MONEY, SheetColumn
from portal.directory.tables import AUTHORITY
from portal.ui.tables import Reader, reader

# As the list of files shows them.
FILE_REFERENCE = SheetColumn.of(REFERENCE, width=16)
FILE_AMOUNT = SheetColumn.of(AMOUNT, key="montant_demande_ttc", heading="Montant demandé TTC", format=MONEY, width=16)
ESTABLISHMENT = [
    SheetColumn("uai", "UAI", lambda a: a.establishment.uai, width=11),
    SheetColumn("etablissement", "Établissement", lambda a: a.establishment.name, width=38),
    SheetColumn("commune", "Commune", lambda a: a.establishment.commune_name, width=20),
    SheetColumn("departement", "Département", lambda a: a.establishment.department.code, width=12),
    SheetColumn.of(AUTHORITY.through("establishment"), width=14),
    SheetColumn("statut", "Statut", lambda a: a.establishment.get_category_display(), width=26),
    SheetColumn("voies", "Voies", lambda a: ", ".join(p.label for p in a.establishment.pathways), width=26),
]


def of_file(column: SheetColumn, path: Reader) -> SheetColumn:
    """A column of a file, read from a row that holds the file at `path`."""
    step = reader(path)
    return replace(column, value=lambda row: column.value(step(row)))
