"""What is invoiced of an order or of works, what is left, and why an invoice cannot be recorded, corrected or cancelled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch
from django.utils import timezone

from orders import rules
from orders.models import CablingWork, Invoice, PurchaseOrder
from portal.accounts.models import User
from portal.text.dates import figures
from portal.text.french import euros
from portal.text.identifiers import compared

ZERO = Decimal("0.00")
Gaps = list[tuple[str | None, str]]  # field of the form, or None; why not
SHOWN = Prefetch("invoices", Invoice.objects.select_related("recorded_by", "cancelled_by", "corrects"))


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice or a credit note as the page of its order shows it. `left`: what an invoice still counts, incl. VAT."""

    invoice: Invoice
    left: Decimal
    may_credit: bool
    may_cancel: bool


def rows_of(document: PurchaseOrder | CablingWork, user: User) -> list[InvoiceRow]:
    """Every invoice of an order or of works, the cancelled ones too, with what this person may do to each."""
    found = list(document.invoices.all())
    if not found:
        return []
    reopens = rules.reopens_invoicing(document, user)
    rows = []
    for invoice in found:
        may = reopens and not invoice.is_cancelled and rules.is_another_person(invoice, user)
        left = left_of(invoice, found)
        credited = not invoice.is_credit_note and left != invoice.amount
        rows.append(InvoiceRow(invoice, left, may and not invoice.is_credit_note and left > 0, may and not credited))
    return rows


def live_notes_of(invoice: Invoice, among: Iterable[Invoice]) -> list[Invoice]:
    """The credit notes that count on an invoice, among those of its order."""
    return [note for note in among if note.corrects_id == invoice.pk and not note.is_cancelled]


def left_of(invoice: Invoice, among: Iterable[Invoice]) -> Decimal:
    """What an invoice still counts, incl. VAT, in euros: its credit notes taken away, 0 once it is cancelled."""
    return ZERO if invoice.is_cancelled else invoice.amount - sum((note.amount for note in live_notes_of(invoice, among)), ZERO)


def invoice_gaps(document: PurchaseOrder | CablingWork, *, number: str, received_on: date, amount: Decimal) -> Gaps:
    """Why this invoice cannot be recorded; nothing when it can."""
    gaps = _number_gaps(document, number) + _day_gaps(received_on, *_issued(document))
    if document.is_free:
        return [*gaps, (None, f"Rien n’est à facturer : le total est de {euros(document.gross_to_commit)}.")]
    over = "Le montant est positif." if amount <= 0 else _over(document, amount, invoices=1)
    return [*gaps, ("amount", over)] if over else gaps


def credit_gaps(invoice: Invoice, *, number: str, received_on: date, amount: Decimal) -> Gaps:
    """Why this credit note cannot be recorded; nothing when it can."""
    gaps = _number_gaps(invoice.document, number) + _day_gaps(received_on, invoice.received_on, "la facture corrigée")
    left = left_of(invoice, invoice.document.invoices.all())
    if amount <= 0:
        return [*gaps, ("amount", "Le montant est positif.")]
    if amount > left:
        return [*gaps, ("amount", f"L’avoir dépasse ce que la facture {invoice.number} compte encore ({euros(left)}).")]
    return gaps


def cancel_gaps(invoice: Invoice) -> list[str]:
    """Why it cannot be cancelled; nothing when it can."""
    document = invoice.document
    if invoice.is_credit_note:
        if not document.has_billed_service:
            return [
                f"Cet avoir ne peut plus être annulé : sa facture compterait de nouveau, et l’état actuel est « {document.get_state_display()} »."
            ]
        over = _over(document, invoice.amount, invoices=0)
        return [f"Cet avoir ne peut plus être annulé. {over}"] if over else []
    notes = live_notes_of(invoice, document.invoices.all())
    return [f"L’avoir {notes[0].number} corrige cette facture : annulez-le d’abord."] if notes else []


def second_person_gap(document: PurchaseOrder | CablingWork) -> str:
    """Why somebody who pays may not correct this one."""
    what = "La commande est close" if isinstance(document, PurchaseOrder) else "Les travaux sont clos"
    return f"{what} : une autre personne que celles qui ont noté la facture et prononcé la clôture corrige ses factures."


def _over(document: PurchaseOrder | CablingWork, added: Decimal, *, invoices: int) -> str:
    """Why `added` euros incl. VAT, in so many more invoices, are more than what may be invoiced; "" when they are not.

    The tax is rounded line by line here and often on the total by the holder: half a cent a line, for each invoice, is no difference.
    """
    ceiling, before = document.gross_to_commit, document.invoiced_amount
    over = before + added - ceiling
    counted = invoices + sum(1 for invoice in document.live_invoices if not invoice.is_credit_note)
    if over <= document.invoice_tolerance * counted:
        return ""
    total = f"le {'total de la commande' if isinstance(document, PurchaseOrder) else 'devis'} ({euros(ceiling)})"
    if before:
        return f"Avec ce qui est déjà facturé ({euros(before)}), les factures dépassent de {euros(over)} {total}."
    return f"La facture dépasse de {euros(over)} {total}."


def _number_gaps(document: PurchaseOrder | CablingWork, number: str) -> Gaps:
    """A holder uses a number once, wherever it is recorded. Whoever pays reads every order."""
    key = compared(number)
    if not key or len(key) > Invoice._meta.get_field("compared").max_length:
        return [("number", "Ce numéro est illisible : recopiez celui de la facture.")]
    known = Invoice.objects.live().filter(supplier=document.holder_id, compared=key).select_related("order", "work").first()
    return [("number", _known(known, document.holder_name))] if known else []


def _known(invoice: Invoice, holder: str) -> str:
    nature, noted = ("L’avoir", "noté") if invoice.is_credit_note else ("La facture", "notée")
    where = (
        f"{invoice.document.number}, {euros(invoice.amount)}, reçu{'' if invoice.is_credit_note else 'e'} le {figures(invoice.received_on)}"
    )
    return f"{nature} {invoice.number} de {holder} est déjà {noted} ({where}) : un numéro ne sert qu’une fois."


def _day_gaps(day: date, earliest: date | None, what: str) -> Gaps:
    if day > timezone.localdate():
        return [("received_on", "Cette date est dans le futur.")]
    if earliest and day < earliest:
        return [("received_on", f"Cette date précède {what} ({figures(earliest)}).")]
    return []


def _issued(document: PurchaseOrder | CablingWork) -> tuple[date | None, str]:
    """The day on which the holder received what it invoices; what that was."""
    if isinstance(document, PurchaseOrder):
        return _day(document.sent_at), "l’envoi de la commande"
    return _day(document.ordered_at), "l’ordre de service"


def _day(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at else None
