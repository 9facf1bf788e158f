"""Procès-verbal de réception, and of the lifting of reserves: what they say, where it comes from, how they are drawn."""

from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.utils import timezone

from exports.papers.parties import Issuer, Party, issuer, parties_of, signature_of, signer_of
from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import DataTable, body, facts, heading
from exports.registry import document
from orders.models import CablingWork, PurchaseOrder
from portal.text.dates import printed_day, printed_moment
from portal.text.french import measured


@dataclass(frozen=True)
class ReserveRow:
    text: str
    due_on: date | None
    lifted_on: date | None
    lifting_note: str


@dataclass(frozen=True)
class AcceptanceRow:
    """Procès-verbal de réception, or of the lifting of its reserves, of an order or of works."""

    issuer: Issuer
    heading: str  # "Procès-verbal de réception"
    number: str
    subject: str  # "Bon de commande BC-2026-0001"
    agreement: str
    lot: str
    supplier: Party
    supplier_siret: str
    site: Party
    uai: str
    signed_at: datetime
    signed_by: str
    verdict: str
    lines: tuple[tuple[str, str, str], ...]  # reference, label, quantity with its unit
    reserves: tuple[ReserveRow, ...] = ()
    notes: tuple[str, ...] = ()


ACCEPTED, LIFTED = ("accept", "accept_with_reserves"), ("lift_reserves",)


def acceptance_row(document: PurchaseOrder | CablingWork) -> AcceptanceRow:
    """The acceptance that has just been pronounced, with the reserves written then."""
    reserves = _reserves(document)
    said = f"La réception est prononcée avec {len(reserves)} réserve{'s' if len(reserves) > 1 else ''}." if reserves else ""
    guarantee = getattr(document, "guarantee_ends_on", None)
    notes = (f"Garantie de parfait achèvement jusqu’au {printed_day(guarantee)} (CCAG-Travaux 2021, article 44.1).",) if guarantee else ()
    return _row(document, "Procès-verbal de réception", ACCEPTED, said or "La réception est prononcée sans réserve.", reserves, notes)


def lifting_row(document: PurchaseOrder | CablingWork) -> AcceptanceRow:
    """The lifting of the last reserve."""
    return _row(document, "Procès-verbal de levée des réserves", LIFTED, "Toutes les réserves sont levées.", _reserves(document), ())


def _row(
    document: PurchaseOrder | CablingWork,
    title: str,
    acts: tuple[str, ...],
    verdict: str,
    reserves: tuple[ReserveRow, ...],
    notes: tuple[str, ...],
) -> AcceptanceRow:
    signature = signature_of(document, acts)
    return AcceptanceRow(
        issuer=issuer(""),
        heading=title,
        number=document.number,
        subject=f"{'Bon de commande' if isinstance(document, PurchaseOrder) else 'Travaux de câblage'} {document.number}",
        **parties_of(document),
        signed_at=signature.at,
        signed_by=signer_of(signature),
        verdict=verdict,
        lines=tuple(
            (line.item.reference, line.label, measured(line.kept_quantity, line.item.unit))
            for line in document.lines.select_related("item")
        ),
        reserves=reserves,
        notes=notes,
    )


def _reserves(document: PurchaseOrder | CablingWork) -> tuple[ReserveRow, ...]:
    return tuple(
        ReserveRow(r.text, r.due_on, timezone.localdate(r.lifted_at) if r.lifted_at else None, r.lifting_note)
        for r in document.reserves.filter(is_void=False).order_by("raised_at", "pk")
    )


def render_acceptance(row: AcceptanceRow) -> bytes:
    """What was received, what was found wrong, who signed and when (CCAG-FCS 2021, chapter 5; CCAG-Travaux 2021, articles 41 to 44)."""
    title = f"{row.heading} {row.number}"
    blocks = [
        heading(title),
        *facts(
            [
                ("Objet", row.subject),
                ("Acheteur", f"{row.issuer.region}, {row.issuer.service}"),
                ("Accord-cadre", row.agreement),
                ("Lot", row.lot),
                ("Titulaire", ", ".join((row.supplier.name, *row.supplier.lines)) + f", SIRET {row.supplier_siret}"),
                ("Site", ", ".join((row.site.name, *row.site.lines)) + f" (UAI {row.uai})"),
            ]
        ),
        heading("Ce qui est reçu", 2),
        DataTable(["Référence", "Désignation", "Quantité"], [list(line) for line in row.lines], [2, 6, 2], {2}),
        heading("Constat", 2),
        *body(row.verdict),
    ]
    if row.reserves:
        blocks.append(DataTable(["Réserve", "À lever avant le", "Levée"], [_reserve(reserve) for reserve in row.reserves], [6, 2.2, 4]))
    blocks += [
        *(block for note in row.notes for block in body(note)),
        heading("Signature", 2),
        *body(f"Établi sur le portail et signé par {row.signed_by} le {printed_moment(row.signed_at)}."),
    ]
    return build(title, blocks, Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, {row.issuer.service}"))


def _reserve(reserve: ReserveRow) -> list[str]:
    lifted = f"Le {printed_day(reserve.lifted_on)} : {reserve.lifting_note}" if reserve.lifted_on else "Non"
    return [reserve.text, printed_day(reserve.due_on) if reserve.due_on else "–", lifted]


for model, prefix in ((PurchaseOrder, "order"), (CablingWork, "work")):
    document(
        f"{prefix}_acceptance",
        "Procès-verbal de réception",
        model,
        lambda subject: render_acceptance(acceptance_row(subject)),
        reference=attrgetter("number"),
        drawn_after=ACCEPTED,
    )
    document(
        f"{prefix}_lifting",
        "Procès-verbal de levée des réserves",
        model,
        lambda subject: render_acceptance(lifting_row(subject)),
        reference=attrgetter("number"),
        drawn_after=LIFTED,
    )
