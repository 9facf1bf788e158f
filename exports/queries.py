"""From what the portal knows to the rows that documents say. Each function reads one subject with its relations."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils import timezone

from calls.models import Application
from exports.rows import (
    AttachedFile,
    GrantedLine,
    Issuer,
    LetterRow,
    OrderLineRow,
    OrderRow,
    Party,
    ReasonRow,
    ReceiptRow,
    VatRow,
)
from orders.models import CablingWork, PurchaseOrder
from portal.ui.formats import euros
from scoring.enums import Outcome
from scoring.models import FundingDecision


def receipt_row(application: Application) -> ReceiptRow:
    """The receipt of a filed application, from its frozen version."""
    version = application.versions.filter(reason="submission").order_by("number").first()
    return ReceiptRow(
        issuer=issuer(application.call.contact_email),
        reference=application.reference,
        call_title=application.call.title,
        establishment=school(application.establishment),
        uai=application.establishment.uai,
        project_title=application.title,
        received_at=application.submitted_at,
        closes_at=application.call.closes_at,
        requested_amount=application.requested_amount,
        version_number=version.number if version else 0,
        version_sha256=version.sha256 if version else "",
        files=tuple(_files_of(version)) if version else (),
        submitted_by=str(version.created_by) if version and version.created_by else "",
    )


def _files_of(version) -> Iterator[AttachedFile]:
    """The attachments that the frozen version names."""
    for section in version.content["sections"]:
        for entry in section["entries"]:
            for file in entry["files"]:
                yield AttachedFile(file["name"], file["size"], file["sha256"])


def letter_row(decision: FundingDecision) -> LetterRow:
    """The notification of one decision. The vote must be recorded."""
    application = decision.application
    grid = getattr(application.call, "grid", None)
    lines = decision.lines.select_related("request_line")
    return LetterRow(
        issuer=issuer(application.call.contact_email),
        reference=application.reference,
        call_title=application.call.title,
        establishment=school(application.establishment),
        project_title=application.title,
        outcome=decision.outcome,
        outcome_label=Outcome(decision.outcome).label,
        granted_amount=decision.granted_amount,
        requested_amount=application.requested_amount,
        score=decision.score,
        scale=grid.scale if grid else 100,
        rank=decision.rank,
        motive=decision.motive,
        vote_number=application.call.vote.number,
        voted_on=application.call.vote.held_on,
        issued_at=decision.released_at or timezone.now(),
        reasons=tuple(
            ReasonRow(r.get("criterion", ""), str(r.get("points", "–")).replace(".", ","), str(r.get("out_of", "")), r.get("sentence", ""))
            for r in decision.reasons
        ),
        lines=tuple(GrantedLine(line.request_line.label, line.quantity, line.granted_amount) for line in lines),
    )


def order_row(order: PurchaseOrder) -> OrderRow:
    """A purchase order as its holder receives it."""
    return _commissioned(
        order, heading="Bon de commande", issued_on=timezone.localdate(order.sent_at) if order.sent_at else timezone.localdate()
    )


def service_order_row(work: CablingWork) -> OrderRow:
    """A service order for works (CCAG-Travaux, article 3.8: written, dated, numbered, signed)."""
    issued_on = timezone.localdate(work.ordered_at) if work.ordered_at else timezone.localdate()
    notes = (f"Devis accepté : {euros(work.quote_amount)} HT.",) if work.quote_amount is not None else ()
    return _commissioned(work, heading="Ordre de service", issued_on=issued_on, notes=notes)


def parties_of(subject) -> dict:
    """What every document of an order or of works says of the agreement, the lot, the supplier and the lycée."""
    lot = subject.lot
    return {
        "agreement": f"{lot.agreement.reference}, {lot.agreement.title}",
        "lot": f"{lot.number}, {lot.title}",
        "supplier": Party(lot.supplier.name, tuple(lot.supplier.address.splitlines())),
        "supplier_siret": lot.supplier.siret,
        "site": school(subject.establishment),
        "uai": subject.establishment.uai,
    }


def _commissioned(subject, *, heading: str, issued_on, notes: tuple[str, ...] = ()) -> OrderRow:
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
        notes=notes,
    )


def _vat(lines) -> tuple[VatRow, ...]:
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


def issuer(contact: str) -> Issuer:
    """The Région and its service; `contact` is an address or nothing."""
    return Issuer(settings.REGION_NAME, settings.REGION_SERVICE, contact)


def school(establishment) -> Party:
    """A lycée and its address."""
    return Party(
        establishment.name,
        tuple(x for x in (establishment.address, f"{establishment.postal_code} {establishment.commune_name}") if x.strip()),
    )
