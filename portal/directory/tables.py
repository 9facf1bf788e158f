"""Columns of the lists of the directory."""

from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from portal.directory.models import Establishment, FactDeclaration
from portal.text import french
from portal.text.typography import typo
from portal.ui.tables import Column, own_page, short_day
from portal.ui.templatetags.ui import badge, badge_of


def _category(establishment: Establishment) -> str:
    label = establishment.get_category_display()
    if establishment.is_closed:
        return format_html("{} {}", label, badge("neutral", "Fermé", icon="lock-closed"))
    if establishment.is_closing:
        return format_html("{} {}", label, badge("warn", "À fermer", icon="clock"))
    return label


def _territory(establishment: Establishment) -> str:
    return {None: "Non connu", True: "Rural", False: "Urbain"}[establishment.is_rural]


def _index(value: Decimal | None) -> str:
    return french.number(value, 1)


AGENCIES = [
    Column(
        "nom", "Agence", "name", link=lambda agency: reverse("directory:agency", args=[agency.code]), css="w", row_header=True,
    ),
    Column("lycees", "Lycées ouverts", "school_count", french.number, css="n"),
]  # fmt: skip
AUTHORITY = Column("autorite", "Autorité", "authority.short_name", css="pr-nowrap", sort=("authority__name", "commune_key"))
ESTABLISHMENTS = [
    Column(
        "nom", "Lycée", "name", link=own_page, small="uai", small_css="pr-num", css="w", row_header=True, sort=("name_key", "commune_key")
    ),
    Column("commune", "Commune", "town", sort=("commune_key", "name_key")),
    Column("statut", "Statut", _category, sort=("category", "commune_key")),
    AUTHORITY,
    Column("voies", "Voies", lambda establishment: establishment.pathways_label or "Non précisées"),
    Column("territoire", "Territoire", _territory),
    Column("ips", "IPS", "ips", _index, css="n", sort="known_ips"),
    Column("eleves", "Élèves", "pupils", french.number, css="n", sort="known_pupils"),
]


FOLLOWED = [column for column in ESTABLISHMENTS if column.key in ("nom", "commune", "statut", "autorite", "voies")]


def _place(declaration: FactDeclaration) -> str:
    return f"{declaration.establishment.town} · {declaration.establishment.uai}"


DECLARATIONS = [
    Column("lycee", "Lycée", "establishment.name", link=own_page, small=_place, css="w", row_header=True),
    Column("fait", "Fait", lambda declaration: declaration.get_fact_display()),
    Column("declare", "Ce qui est déclaré", lambda declaration: capfirst(declaration.label), css="w"),
    Column("le", "Déclaré le", "declared_at", short_day, css="pr-num"),
    Column("etat", "État", badge_of, css="w"),
]

# One field that an import changes.
CHANGES = [
    Column("lycee", "Lycée", lambda row: row["name"], small=lambda row: row["uai"], small_css="pr-num", css="w", row_header=True),
    Column("champ", "Champ", lambda row: row["label"]),
    Column("avant", "Avant", lambda row: row["before"], css="text-break"),
    Column("apres", "Après", lambda row: row["after"], css="w text-break"),
]

# What a report of import says of a line of the file.
REPORT_LINES = [
    Column("ligne", "Ligne", lambda row: row["line"] or None, css="n"),
    Column("uai", "UAI", lambda row: row["uai"], css="pr-num"),
    Column("raison", "Raison", lambda row: typo(row["message"]), css="w text-break", narrow=""),
]
