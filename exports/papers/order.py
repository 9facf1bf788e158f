"""Bon de commande and ordre de service: what they say, where it comes from, how they are drawn."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter

from django.conf import settings
from django.utils import timezone

from exports.papers.parties import Issuer, Party, issuer, parties_of
from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import DataTable, body, facts, heading
from exports.registry import document
from orders.models import CablingWork, PurchaseOrder
from orders.models.pricing import PricedLine
from portal.text.dates import printed_day
from portal.text.french import euros, measured, percent


@dataclass(frozen=True)
class OrderLineRow:
    reference: str
    label: str
    quantity: int
    unit: str
    unit_price: Decimal | None  # None where a quote, not the price schedule, says what is paid
    net: Decimal | None
    vat_rate: Decimal | None


@dataclass(frozen=True)
class VatRow:
    rate: Decimal
    base: Decimal
    vat: Decimal


@dataclass(frozen=True)
class OrderRow:
    """Bon de commande or ordre de service: the fields that practice and D2192-2 ask for."""

    issuer: Issuer
    buyer_siret: str
    number: str
    heading: str  # "Bon de commande" / "Ordre de service"
    issued_on: date
    agreement: str
    lot: str
    supplier: Party
    supplier_siret: str
    site: Party
    uai: str
    site_contact: str
    due_on: date | None
    budget_code: str
    commitment_number: str
    service_code: str
    signatory: str
    lines: tuple[OrderLineRow, ...] = ()
    vat: tuple[VatRow, ...] = ()
    net: Decimal = Decimal(0)
    gross: Decimal = Decimal(0)
    quote: str | None = None  # the reference of the quote accepted, of which the totals are


def order_row(order: PurchaseOrder) -> OrderRow:
    """A purchase order as its holder receives it."""
    return _commissioned(
        order, heading="Bon de commande", issued_on=timezone.localdate(order.sent_at) if order.sent_at else timezone.localdate()
    )


def service_order_row(work: CablingWork) -> OrderRow:
    """A service order for works (CCAG-Travaux, article 3.8: written, dated, numbered, signed)."""
    issued_on = timezone.localdate(work.ordered_at) if work.ordered_at else timezone.localdate()
    row = _commissioned(work, heading="Ordre de service", issued_on=issued_on)
    if work.quote_amount is None:
        return row
    # The quote is what is ordered, and the only total of the paper; the lines say what is to be done, without the catalogue's prices.
    net, gross = work.quote_amount, work.quote_gross_amount
    lines = tuple(replace(line, unit_price=None, net=None, vat_rate=None) for line in row.lines)
    vat = (VatRow(work.quote_vat_rate, net, gross - net),)
    return replace(row, lines=lines, vat=vat, net=net, gross=gross, quote=work.quote_reference)


def _commissioned(subject: PurchaseOrder | CablingWork, *, heading: str, issued_on: date) -> OrderRow:
    lines = list(subject.lines.select_related("item"))
    return OrderRow(
        issuer=issuer(""),
        buyer_siret=settings.REGION_SIRET,
        number=subject.number,
        heading=heading,
        issued_on=issued_on,
        **parties_of(subject),
        site_contact=getattr(subject, "delivery_contact", "") or getattr(subject, "site_contact", "") or subject.establishment.phone,
        due_on=subject.due_on,
        budget_code=getattr(subject, "budget_code", ""),
        commitment_number=getattr(subject, "commitment_number", ""),
        service_code=getattr(subject, "service_code", ""),
        signatory="la direction des lycées, par délégation",
        lines=tuple(
            OrderLineRow(
                line.item.reference, line.label, line.quantity, line.item.unit, line.unit_price_amount, line.net_amount, line.vat_rate
            )
            for line in lines
        ),
        vat=_vat(lines),
        net=sum((line.net_amount for line in lines), Decimal(0)),
        gross=sum((line.gross_amount for line in lines), Decimal(0)),
    )


def _vat(lines: Iterable[PricedLine]) -> tuple[VatRow, ...]:
    """VAT by rate: the sum of each line's, so that net + VAT is the gross total to the cent."""
    bases: dict[Decimal, Decimal] = defaultdict(Decimal)
    taxes: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        bases[line.vat_rate] += line.net_amount
        taxes[line.vat_rate] += line.gross_amount - line.net_amount
    cent = Decimal("0.01")
    return tuple(
        VatRow(rate, bases[rate].quantize(cent, ROUND_HALF_UP), taxes[rate].quantize(cent, ROUND_HALF_UP)) for rate in sorted(bases)
    )


def render_order(row: OrderRow) -> bytes:
    """The written document to the holder that says which services and what quantity (code de la commande publique, R2162-13)."""
    title = f"{row.heading} {row.number}"
    blocks = [
        heading(title),
        *facts(
            [
                ("Date", printed_day(row.issued_on)),
                ("Acheteur", f"{row.issuer.region}, {row.issuer.service}, SIRET {row.buyer_siret}"),
                ("Accord-cadre", row.agreement),
                ("Lot", row.lot),
                ("Titulaire", ", ".join((row.supplier.name, *row.supplier.lines)) + f", SIRET {row.supplier_siret}"),
                ("Site de livraison", ", ".join((row.site.name, *row.site.lines)) + f" (UAI {row.uai})"),
                ("Contact sur place", row.site_contact),
                ("À livrer le" if row.heading == "Bon de commande" else "Fin des travaux", printed_day(row.due_on) if row.due_on else ""),
                ("Imputation budgétaire", row.budget_code),
                ("Numéro d’engagement juridique", row.commitment_number),
                ("Code service Chorus Pro", row.service_code),
            ]
        ),
        heading("Lignes" if row.quote is None else "Ouvrages", 2),
        _table(row),
        *(body(f"Les montants sont ceux du devis accepté{f', {row.quote}' if row.quote else ''}.") if row.quote is not None else ()),
        *facts(
            [("Total HT", euros(row.net)), *((f"TVA {percent(v.rate)}", euros(v.vat)) for v in row.vat), ("Total TTC", euros(row.gross))]
        ),
        heading("Facturation", 2),
        *body(
            "Les factures sont déposées sur Chorus Pro, et là seulement. Elles portent le numéro de cette commande"
            + (", le numéro d’engagement" if row.commitment_number else "")
            + (" et le code service" if row.service_code else "")
            + ". Le paiement intervient sous trente jours (code de la commande publique, R2192-10)."
        ),
        *body(f"Pour la Région : {row.signatory}"),
    ]
    return build(title, blocks, Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, SIRET {row.buyer_siret}"))


def _table(row: OrderRow) -> DataTable:
    if row.quote is not None:
        works = [[line.reference, line.label, measured(line.quantity, line.unit)] for line in row.lines]
        return DataTable(["Référence", "Désignation", "Quantité"], works, [2, 6, 2], {2})
    heads = ["Référence", "Désignation", "Quantité", "Prix unitaire HT", "Total HT", "TVA"]
    return DataTable(heads, [_line(line) for line in row.lines], [1.8, 5, 1.4, 2, 2.2, 1.2], {2, 3, 4, 5})


def _line(line: OrderLineRow) -> list[str]:
    return [
        line.reference,
        line.label,
        measured(line.quantity, line.unit),
        euros(line.unit_price),
        euros(line.net),
        percent(line.vat_rate),
    ]


document(
    "purchase_order",
    "Bon de commande",
    PurchaseOrder,
    lambda order: render_order(order_row(order)),
    reference=attrgetter("number"),
    drawn_after=("send", "correct_references"),
)
document(
    "service_order",
    "Ordre de service",
    CablingWork,
    lambda work: render_order(service_order_row(work)),
    reference=attrgetter("number"),
    drawn_after=("order", "correct_references"),
)
