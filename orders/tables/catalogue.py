"""Columns of the catalogue: lots, holders, articles, and the needs that no order holds yet."""

from django.utils.html import format_html

from orders.models import CatalogueItem, Lot, PendingNeed, Supplier
from portal.addresses import address
from portal.text import french
from portal.text.typography import typo
from portal.ui.tables import Column, own_page, short_day, whole_euros
from portal.ui.templatetags.ui import badge
from portal.ui.templatetags.ui_charts import meter


def _remaining(lot: Lot) -> str:
    left = whole_euros(lot.remaining_amount)
    return format_html("{}<br>{}", left, badge("warn", "Presque épuisé")) if lot.is_nearly_full else left


LOTS = [
    Column(
        "lot",
        "Lot",
        lambda lot: f"Lot {lot.number}",
        link=own_page,
        small=lambda lot: f"{lot.title} · {lot.get_category_display().lower()}",
        css="w",
        row_header=True,
    ),
    Column("titulaire", "Titulaire", "supplier.name", css="w"),
    Column("articles", "Articles", "item_count", french.number, css="n"),
    Column("maximum", "Maximum HT", "maximum_amount", whole_euros, css="n"),
    Column("commande", "Commandé HT", "ordered_amount", whole_euros, css="n"),
    Column("reste", "Reste HT", _remaining, css="n"),
    Column(
        "part",
        "Part commandée",
        lambda lot: meter(lot.ordered_amount, lot.maximum_amount, level="warn" if lot.is_nearly_full else ""),
        css="w pr-w6",
        hidden=True,
    ),
]


def _supplier_form(supplier: Supplier) -> str:
    return address("orders:supplier", supplier.pk)


def suppliers(may_edit: bool) -> list[Column]:
    return [
        Column("nom", "Raison sociale", "name", link=_supplier_form if may_edit else None, css="w", row_header=True),
        Column("siret", "SIRET", "siret", css="pr-num"),
        Column("adresse", "Adresse des commandes", "email", css="w text-break"),
        Column("telephone", "Téléphone", "phone", css="pr-num"),
        Column("lots", "Lots", "lot_count", french.number, css="n"),
    ]


def _item_form(item: CatalogueItem) -> str:
    return address("orders:item", item.pk)


def items(may_edit: bool) -> list[Column]:
    return [
        Column("article", "Article", "label", link=_item_form if may_edit else None, small="reference", css="w", row_header=True),
        Column("code", "Code du besoin", "item_code", css="w2"),
        Column("prix_unitaire_ht", "Prix unitaire HT", "unit_price_amount", french.euros, css="n"),
        Column("tva", "TVA", "vat_rate", french.percent, css="n"),
        Column("cpv", "CPV", "cpv_code", css="pr-num"),
        Column("actif", "Au catalogue", lambda item: badge("ok", "Oui") if item.is_active else badge("neutral", "Retiré"), css="w"),
    ]


def _file(need: PendingNeed) -> str:
    application = need.decision_line.decision.application
    return f"{application.establishment.town} · {application.reference}"


def _settle(need: PendingNeed) -> str:
    line, application = need.decision_line.request_line, need.decision_line.decision.application
    return format_html(
        '<a class="btn btn-outline-primary btn-sm" href="{}">Traiter <span class="visually-hidden">{}, {}</span></a>',
        address("orders:pending", need.pk),
        line.label,
        application.reference,
    )


PENDING = [
    Column(
        "besoin",
        "Besoin",
        "decision_line.request_line.label",
        small=lambda need: f"{need.decision_line.request_line.item_code} · {need.decision_line.request_line.get_kind_display().lower()}",
        css="w",
        row_header=True,
    ),
    Column("lycee", "Lycée", "decision_line.decision.application.establishment.name", small=_file, css="w", narrow=""),
    Column("quantite", "Quantité", "quantity", french.number, css="n"),
    Column("cause", "Pourquoi", lambda need: typo(need.cause), css="w"),
    Column("depuis", "Depuis", "created_at", short_day, css="pr-num"),
    Column("action", "Action", _settle, css="w", hidden=True, only="may_settle"),
]
