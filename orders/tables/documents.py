"""Columns of the lists of orders and of works, and of the lines of one of them.

An order and works are read alike: a number on a lot, a lycée, a holder, a date, a state.
"""

from dataclasses import replace
from decimal import Decimal

from django.utils.html import format_html

from orders.models import CablingWork, PurchaseOrder
from orders.models.pricing import PricedDocument, PricedLine
from portal.text import french
from portal.ui.tables import Column, TotalRow, blank, own_page, short_day
from portal.ui.templatetags.ui import badge, badge_of

LATE = badge("err", "En retard", icon="clock")


def _lot(document: PricedDocument) -> str:
    lot = document.lot
    return f"{lot.agreement.reference}, lot {lot.number} – {lot.title}"


def _state(document: PricedDocument) -> str:
    return format_html("{} {}", badge_of(document), LATE) if document.is_late else badge_of(document)


def _work_state(work: CablingWork) -> str:
    if not work.open_reserve_count:
        return _state(work)
    return format_html('{} <span class="pr-meta">{}</span>', _state(work), french.count(work.open_reserve_count, "réserve"))


def _box(order: PurchaseOrder) -> str:
    if not order.is_editable:
        return ""
    return format_html(
        '<input class="form-check-input m-0" type="checkbox" name="commande" value="{0}" aria-label="Sélectionner {0}">', order.number
    )


ALL = format_html('<input class="form-check-input m-0" type="checkbox" data-check-all="{}" aria-label="Tout cocher">', "commande")
BOX = Column("commande", ALL, _box, blank, css="pick", narrow="", only="selectable")
NUMBER = Column("numero", "Commande", "number", link=own_page, small=_lot, css="w", row_header=True, sort="number")
SCHOOL = Column(
    "lycee",
    "Lycée",
    "establishment.name",
    small="establishment.town",
    css="w",
    narrow="",
    sort=("establishment__commune_name", "establishment__name"),
)
HOLDER = Column("titulaire", "Titulaire", "holder_name", css="w", sort="holder_name")
DUE = Column("echeance", "À livrer le", "due_on", short_day, css="pr-num", sort="due_on")
STATE = Column("etat", "État", _state, css="w", sort="state")

ORDERS = [
    BOX,
    NUMBER,
    SCHOOL,
    HOLDER,
    Column("livres", "Livrés", lambda order: f"{french.number(order.received)} / {french.number(order.ordered)}", css="n"),
    Column("montant", "Montant HT", "net", french.euros, css="n", sort="net"),
    DUE,
    STATE,
]
WORKS = [
    replace(NUMBER, label="Travaux"),
    SCHOOL,
    HOLDER,
    Column("devis", "Devis HT", "quote_amount", french.euros, css="n", sort="quote_amount"),
    replace(DUE, label="Fin prévue"),
    replace(STATE, value=_work_state),
]
LOT_SORT = {"lot": ("lot__agreement__reference", "lot")}  # an order that both lists accept and show nowhere


def listed_total(number: int, net: Decimal) -> TotalRow:
    """The foot of the list of orders, all its pages together."""
    return TotalRow(f"Total HT de {french.count(number, 'commande')}, hors annulées", "montant", french.euros(net), narrow="Total HT")


def _delivered(document: PricedDocument) -> str | None:
    if isinstance(document, CablingWork):
        return None
    return f"{french.number(document.delivered_quantity)} / {french.number(document.quantity)}"


# Both kinds together, on the page of a file or of a lycée.
OF_A_SCHOOL = [
    replace(
        NUMBER,
        label="Numéro",
        small=lambda document: "Travaux de câblage" if isinstance(document, CablingWork) else document.lot.title,
        sort=(),
    ),
    replace(HOLDER, sort=()),
    Column("livres", "Livrés", _delivered, css="n"),
    replace(DUE, label="Échéance", sort=()),
    replace(STATE, sort=()),
]


def _next(order: PurchaseOrder) -> str:
    """What the lycée or the holder has to do now."""
    if order.open_reserves:
        return f"{french.count(len(order.open_reserves), 'réserve')} à lever"
    if order.accepted_at:
        return f"Réceptionnée le {short_day(order.accepted_at)}"
    if order.delivered_on:
        return f"À réceptionner avant le {short_day(order.acceptance_due_on)}"
    if order.is_late:
        return format_html("{} attendue le {}", LATE, short_day(order.due_on))
    return f"Attendue le {short_day(order.due_on)}"


OF_A_DEPLOYMENT = [
    replace(NUMBER, label="Bon de commande", small="lot.title", sort=()),
    Column("lot", "Lot", lambda order: f"Lot {order.lot.number}"),
    Column("commandes", "Commandés", "quantity", french.number, css="n"),
    Column("livres", "Livrés", "delivered_quantity", french.number, css="n"),
    Column("etat", "État", badge_of, css="w"),
    Column("suite", "Suite", _next, css="w"),
]


def _article(line: PricedLine) -> str:
    return f"{line.item.reference} · CPV {line.item.cpv_code}"


def _ordered_article(line: PricedLine) -> str:
    retained = line.retained_quantity
    changed = f" · {french.number(retained)} retenus" if retained and retained != line.quantity else ""
    given_up = f" · {french.number(line.given_up_quantity)} abandonnés" if line.given_up_quantity else ""
    return f"{_article(line)}{changed}{given_up}"


# Columns of a line: the workbook of orders shows them too.
ARTICLE = Column("designation", "Désignation", "label", css="w", row_header=True)
QUANTITY = Column("quantite", "Quantité", "quantity", french.number, css="n")
UNIT_PRICE = Column("prix_unitaire_ht", "Prix unitaire HT", "unit_price_amount", french.euros, css="n")
NET_AMOUNT = Column("total_ht", "Total HT", "net_amount", french.euros, css="n")
VAT_RATE = Column("tva", "TVA", "vat_rate", french.percent, css="n")

ORDER_LINES = [
    replace(ARTICLE, small=_ordered_article),
    replace(QUANTITY, label="Commandés"),
    Column("livre", "Livrés", "delivered_quantity", french.number, css="n"),
    UNIT_PRICE,
    NET_AMOUNT,
    VAT_RATE,
]
WORK_LINES = [replace(ARTICLE, small=_article), QUANTITY, UNIT_PRICE, NET_AMOUNT, VAT_RATE]


def totals(document: PricedDocument) -> list[TotalRow]:
    """The foot of the lines of an order or of works: without VAT, the VAT rate by rate, with VAT."""
    shares = [TotalRow(f"TVA à {french.percent(share.rate)}", "total_ht", french.euros(share.vat_amount)) for share in document.vat_shares]
    return [
        TotalRow("Total HT", "total_ht", french.euros(document.net_amount)),
        *shares,
        TotalRow("Total TTC", "total_ht", french.euros(document.gross_amount), css="total"),
    ]
