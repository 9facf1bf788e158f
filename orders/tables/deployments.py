"""Columns of the list of deployments and of the coverage by type of lycée."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from orders.queries.deployments import Coverage, DeploymentProgress
from orders.tables.documents import LATE
from portal.addresses import address
from portal.text import french
from portal.ui.tables import Column, joined, whole_euros
from portal.ui.templatetags.ui import badge, badge_of
from portal.ui.templatetags.ui_charts import meter


def _page(row: DeploymentProgress) -> str:
    return address("orders:deployment", row.decision.application.reference)


def _to_pay(row: DeploymentProgress) -> str:
    amount = row.decision.to_pay_amount
    return f"dont {whole_euros(amount)} à verser" if amount and not row.decision.is_declined else ""


def _delivered(row: DeploymentProgress) -> str | None:
    if not row.ordered:
        return None
    said = f"{french.number(row.received)} sur {french.number(row.ordered)}"
    late = LATE if any(order.is_late for order in row.orders) else ""
    return format_html('<span class="pr-num">{}</span>{}{}', said, meter(row.received, row.ordered), late)


def _accepted(row: DeploymentProgress) -> str | None:
    return f"{row.accepted} sur {len(row.orders)}" if row.orders else None


def _whole(row: DeploymentProgress) -> str:
    if row.is_money_alone:
        return badge("neutral", "Rien à livrer, une aide à verser")
    return badge("ok", "Tout est reçu") if row.is_complete else ""


def _cabling(row: DeploymentProgress) -> str:
    whole = LATE if any(work.is_late for work in row.works) else _whole(row)
    return format_html("{}{}", joined(" ", [*map(badge_of, row.works), ""]) if row.works else french.NOTHING, whole)


DEPLOYMENTS = [
    Column(
        "lycee",
        "Lycée",
        "decision.application.establishment.name",
        link=_page,
        small="decision.application.establishment.town",
        css="w",
        row_header=True,
        sort=("application__establishment__commune_name", "application__establishment__name"),
    ),
    Column("dossier", "Dossier", "decision.application.reference", sort="application__reference"),
    Column("aide", "Aide votée", "decision.granted_amount", whole_euros, css="n", sort="granted_amount", small=_to_pay),
    Column("livres", "Équipements livrés", _delivered, css="w"),
    Column("receptions", "Réceptions", _accepted),
    Column("cablage", "Câblage", _cabling, css="w"),
]


def _share(row: Coverage) -> str | None:
    return None if row.percent is None else f"{row.percent}{french.NBSP}%"


COVERAGE = [
    Column("type", "Type de lycée", "label", css="w", row_header=True),
    Column("retenus", "Retenus", "retained", french.number, css="n"),
    Column("ouverts", "Ouverts", "total", french.number, css="n"),
    Column("part", "Part", _share, css="n"),
    Column("barre", "Part en barre", lambda row: meter(row.retained, row.total), css="w pr-w12", hidden=True),
]


def coverage_attrs(row: Coverage) -> SafeString:
    return mark_safe(' class="group"' if row.is_whole else "")  # noqa: S308 -- a constant
