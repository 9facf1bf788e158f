"""Columns that several workbooks share."""

from exports.xlsx.workbook import Column

CHUNK = 500  # rows read at once
ESTABLISHMENT = [
    Column("uai", "UAI", lambda a: a.establishment.uai, width=11),
    Column("etablissement", "Établissement", lambda a: a.establishment.name, width=38),
    Column("commune", "Commune", lambda a: a.establishment.commune_name, width=20),
    Column("departement", "Département", lambda a: a.establishment.department.code, width=12),
    Column("autorite", "Autorité", lambda a: a.establishment.authority.short_name, width=14),
    Column("statut", "Statut", lambda a: a.establishment.get_category_display(), width=26),
    Column("voies", "Voies", lambda a: ", ".join(p.label for p in a.establishment.pathways), width=26),
]
