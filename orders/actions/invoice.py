"""Invoices and credit notes of an order or of works: recorded, corrected, cancelled, never rewritten."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from orders import rules
from orders.actions.closing import engage_again, give_back_uninvoiced
from orders.actions.order import locked
from orders.enums import InvoiceKind
from orders.models import CablingWork, Invoice, PurchaseOrder
from orders.models.pricing import CENT
from orders.queries.invoices import Gaps, cancel_gaps, credit_gaps, invoice_gaps, left_of, live_notes_of, second_person_gap
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.french import euros
from portal.text.identifiers import compared
from portal.workflow.gate import TransitionRefused, missing_for, perform
from portal.workflow.machine import transition_named
from portal.workflow.requirements import Occasion

ZERO = Decimal("0.00")
Invoiced = PurchaseOrder | CablingWork


@transaction.atomic
def record_invoice(*, document: Invoiced, number: str, received_on: date, amount: Decimal, is_last: bool = False, actor: User) -> Invoiced:
    """Note one invoice of the holder (D2192-2). `amount` is incl. VAT, in euros. Returns the fresh order or works.

    An order is invoiced with its last invoice: the one said to be, or the one with which nothing is left but roundings. Works wait for their
    closing.
    Raises PermissionDenied, and TransitionRefused: not from this state, a number that this holder has used, a date out of order, an amount
    above what is left by more than the tolerance. Nothing is written then.
    """
    document = locked(document)
    if not rules.pays(document, actor):
        raise PermissionDenied("record_invoice")
    if not document.takes_invoices:
        state = document.get_state_display()
        raise TransitionRefused([f"« Noter une facture » n’est pas possible : état actuel « {state} »."], wrong_state=True)
    _refuse(invoice_gaps(document, number=number, received_on=received_on, amount=amount))
    net = _net_share(document, amount)
    invoice = _write(document, InvoiceKind.INVOICE, actor, number=number, received_on=received_on, amount=amount, net_amount=net)
    fresh = _fresh(document)
    difference = fresh.invoiced_amount - fresh.gross_to_commit
    ends = isinstance(fresh, PurchaseOrder) and (is_last or -difference <= fresh.invoice_tolerance)
    _journal(fresh, "record_invoice", invoice, actor, _difference(difference) if ends or difference > 0 else "")
    return perform(fresh, "invoice", actor=actor) if ends else fresh


@transaction.atomic
def record_credit_note(
    *, invoice: Invoice, number: str, received_on: date, amount: Decimal, awaits_another: bool = False, actor: User
) -> Invoiced:
    """Note a credit note (avoir) on one invoice: `amount` incl. VAT, in euros, is no longer invoiced. Returns the fresh order or works.

    What was invoiced or closed is open again when another invoice is awaited, or when nothing is invoiced any more; what stays closed engages
    that much less. Raises PermissionDenied, and TransitionRefused: an invoice cancelled, more than it still counts, a number used, a date out
    of order, not this person once closed, another invoice awaited where the money that the closing had given back is no longer there.
    """
    document, invoice = _to_correct(invoice, actor)
    if invoice.is_credit_note:
        raise TransitionRefused(["Un avoir corrige une facture, non un autre avoir."])
    _refuse(credit_gaps(invoice, number=number, received_on=received_on, amount=amount))
    net = _net_taken(invoice, list(document.invoices.all()), amount)
    given = {"number": number, "received_on": received_on, "amount": amount, "net_amount": net, "corrects": invoice}
    note = _write(document, InvoiceKind.CREDIT_NOTE, actor, **given)
    fresh = _fresh(document)
    _journal(fresh, "record_credit_note", note, actor, f", sur la facture {invoice.number}")
    if awaits_another or (fresh.invoiced_amount <= 0 and not _stays_closed(fresh)):
        return _reopened(fresh, actor, f"Avoir {number} sur la facture {invoice.number}.")
    if fresh.is_closed:
        give_back_uninvoiced(document=fresh)
    return fresh


@transaction.atomic
def cancel_invoice(*, invoice: Invoice, reason: str, actor: User) -> Invoiced:
    """Cancel an invoice, or a credit note, recorded wrongly: it no longer counts, its number may be used again. Returns the fresh object.

    An order invoiced, works or an order closed, are open again once an invoice is cancelled, where the money that the closing had given back
    is still there; otherwise they stay closed and engage that much less. Raises PermissionDenied, and TransitionRefused: cancelled already, a
    credit note stands on it, a sum above what may be invoiced, not this person once closed, a credit note whose money is no longer there.
    """
    document, invoice = _to_correct(invoice, actor)
    if missing := cancel_gaps(invoice):
        raise TransitionRefused(missing)
    invoice.cancelled_at, invoice.cancelled_by, invoice.cancel_reason = timezone.now(), actor if actor.pk else None, reason
    invoice.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    fresh = _fresh(document)
    _journal(fresh, "cancel_invoice", invoice, actor, f" : {reason}")
    if invoice.is_credit_note:
        if fresh.is_closed:
            engage_again(document=fresh, actor=actor)
    elif _stays_closed(fresh):
        give_back_uninvoiced(document=fresh)
    else:
        return _reopened(fresh, actor, f"Facture {invoice.number} annulée : {reason}")
    return fresh


def _to_correct(invoice: Invoice, actor: User) -> tuple[Invoiced, Invoice]:
    """The order or the works, then the invoice, locked; once sure that `actor` may correct it."""
    document = locked(invoice.document)
    if not rules.pays(document, actor):
        raise PermissionDenied("correct_invoice")
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
    if invoice.is_cancelled:
        said = "Cet avoir est déjà annulé." if invoice.is_credit_note else "Cette facture est déjà annulée."
        raise TransitionRefused([said], wrong_state=True)
    if not rules.corrects_invoice(invoice, actor):
        raise TransitionRefused([second_person_gap(document)], wrong_state=True)
    return document, invoice


def _refuse(gaps: Gaps) -> None:
    if gaps:
        refusal = TransitionRefused([sentence for _, sentence in gaps])
        refusal.gaps = gaps
        raise refusal


def _write(document: Invoiced, kind: InvoiceKind, actor: User, *, number: str, **given: object) -> Invoice:
    """The row. Raises TransitionRefused when another order has just taken the number."""
    owner = "order" if isinstance(document, PurchaseOrder) else "work"
    given |= {owner: document, "supplier_id": document.holder_id, "number": number.strip(), "compared": compared(number)}
    try:
        with transaction.atomic():
            return Invoice.objects.create(kind=kind, recorded_by=actor if actor.pk else None, **given)
    except IntegrityError as clash:
        raise TransitionRefused([f"Le numéro {number} de ce titulaire vient d’être noté ailleurs : relisez la facture."]) from clash


def _fresh(document: Invoiced) -> Invoiced:
    return type(document).objects.get(pk=document.pk)


def _stays_closed(document: Invoiced) -> bool:
    """What a closing gave back has gone elsewhere: a paper of the holder is recorded all the same, and nothing more can be invoiced."""
    return bool(rules.money_is_still_there.missing(document))


def _reopened(document: Invoiced, actor: User, reason: str) -> Invoiced:
    """The order or the works, open to invoices again where they were not."""
    for name in ("resume_invoicing", "resume_invoicing_lifted"):
        transition = transition_named(document, name)
        if transition and not missing_for(document, transition, Occasion):
            return perform(document, name, actor=actor, reason=reason)
    return document


def _journal(document: Invoiced, action: str, invoice: Invoice, actor: User, said: str) -> None:
    data = {"number": invoice.number, "amount": invoice.amount, "received_on": invoice.received_on}
    recorder.record(document, action, actor=actor, reason=f"{invoice}, {euros(invoice.amount)} TTC{said}", data=data)


def _difference(amount: Decimal) -> str:
    """What all invoices together are above or below ours, where they are."""
    return f", {euros(abs(amount))} de {'plus' if amount > 0 else 'moins'} que le total commandé" if amount else ""


def _net_share(document: Invoiced, amount: Decimal) -> Decimal:
    """The share excl. VAT of an invoice: what is left once nothing remains to be invoiced, in proportion before."""
    total, before = document.gross_to_commit, document.invoiced_amount
    left = max(document.amount_to_commit - document.invoiced_net_amount, ZERO)
    if not total or abs(total - before - amount) <= document.invoice_tolerance:
        return left
    return min(_part(document.amount_to_commit, amount, total), left)


def _net_taken(invoice: Invoice, among: list[Invoice], amount: Decimal) -> Decimal:
    """The share excl. VAT that a credit note takes away: all that is left with the whole, in proportion before."""
    left = invoice.net_amount - sum((note.net_amount for note in live_notes_of(invoice, among)), ZERO)
    return left if amount == left_of(invoice, among) else min(_part(invoice.net_amount, amount, invoice.amount), left)


def _part(whole: Decimal, amount: Decimal, of: Decimal) -> Decimal:
    return (whole * amount / of).quantize(CENT, ROUND_HALF_UP)
