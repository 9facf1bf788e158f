"""Columns of the public pages: the grid of a call, the lycées that a call retained."""

from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString

from calls.models import Application
from cms.queries.results import row_id
from portal.text import french
from portal.text.typography import typo
from portal.ui.tables import Column
from portal.ui.templatetags.ui_charts import meter

if TYPE_CHECKING:
    from cms.queries.calls import CriterionShare

WIDE = "d-none d-md-table-cell"  # not on a narrow screen


def _share(row: "CriterionShare") -> str:
    return f"{row.share}{french.NBSP}%"


def _bar(row: "CriterionShare") -> SafeString:
    return meter(row.bar, 100)


CRITERIA = [
    Column(
        "critere",
        "Critère",
        lambda row: typo(row.label),
        small=lambda row: typo(" ".join(filter(None, (row.help, row.condition)))),
        css="w",
        row_header=True,
    ),
    Column("mode", "Mode", "mode"),
    Column("poids", "Poids", _share, css="n"),
    Column("part", "Part", _bar, css=WIDE, heading_css=WIDE, hidden=True),
]


LEVELS = [
    Column("niveau", "Niveau", lambda level: typo(level["label"]), row_header=True),
    Column("points", "Points", lambda level: french.number(level["points"]), css="n"),
    Column("description", "Ce qu’il veut dire", lambda level: typo(level.get("description", "")), css="w", narrow=""),
]


def _place(file: Application) -> str:
    return f"{file.establishment.commune_name} · UAI {file.establishment.uai}"


RETAINED = [
    Column("lycee", "Lycée", "establishment.name", small=_place, css="w", row_header=True),
    Column("projet", "Projet", lambda file: typo(file.title), css="w"),
    Column("departement", "Département", "establishment.department.name"),
    Column("autorite", "Autorité", "establishment.authority.short_name"),
    Column("montant", "Montant accordé TTC", "granted_amount", french.euros, css="n"),
]


def retained_attrs(file: Application) -> SafeString:
    """The place of the line, to which the points of the map lead."""
    return format_html(' id="{}"', row_id(file))


PLACES = [
    Column("lycee", "Lycée", "name", css="w", row_header=True),
    Column("commune", "Commune", "commune_name"),
    Column("departement", "Département", "department.name"),
]
