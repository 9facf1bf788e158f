"""Invoices and credit notes of an order or of works: each act says what it does on a page of its own."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from orders import rules
from orders.actions.invoice import cancel_invoice, record_credit_note, record_invoice
from orders.forms.invoices import CancelInvoiceForm, CreditNoteForm, InvoiceForm
from orders.models import CablingWork, Invoice, PurchaseOrder
from orders.queries.invoices import cancel_gaps, left_of, second_person_gap
from orders.views.orders import visible_order
from orders.views.works import visible_work
from portal.text.identifiers import compared
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import DOUBLE_PRESS, attempt_form, form_page, refused

Document = PurchaseOrder | CablingWork
RECORD, CREDIT, CANCEL = "Noter une facture", "Noter un avoir", "Annuler la facture"


@require_http_methods(["GET", "HEAD", "POST"])
def order_invoice(request: HttpRequest, number: str) -> HttpResponse:
    return _invoice(request, visible_order(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
def work_invoice(request: HttpRequest, number: str) -> HttpResponse:
    return _invoice(request, visible_work(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
def order_credit_note(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    return _credit_note(request, visible_order(request, number), pk)


@require_http_methods(["GET", "HEAD", "POST"])
def work_credit_note(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    return _credit_note(request, visible_work(request, number), pk)


@require_http_methods(["GET", "HEAD", "POST"])
def order_invoice_cancel(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    return _cancel(request, visible_order(request, number), pk)


@require_http_methods(["GET", "HEAD", "POST"])
def work_invoice_cancel(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    return _cancel(request, visible_work(request, number), pk)


def _invoice(request: HttpRequest, document: Document) -> HttpResponse:
    if not rules.pays(document, request.user):
        raise PermissionDenied(RECORD)
    if answer := _pressed_twice(request, document, None):
        return answer
    if not document.takes_invoices:
        state = document.get_state_display()
        gone = TransitionRefused([f"« {RECORD} » n’est pas possible : état actuel « {state} »."], wrong_state=True)
        return refused(request, document, gone, label=RECORD)
    form = InvoiceForm(request.POST or None, document=document)

    def do() -> Document:
        return record_invoice(document=document, actor=request.user, **form.cleaned_data)

    return _page(request, document, form, do, title=RECORD, template="orders/invoice.html", success="La facture est notée.")


def _credit_note(request: HttpRequest, document: Document, pk: int) -> HttpResponse:
    invoice = _to_correct(request, document, pk)
    if answer := _pressed_twice(request, document, invoice) or _too_late(request, document, invoice, CREDIT):
        return answer
    form = CreditNoteForm(request.POST or None, invoice=invoice)

    def do() -> Document:
        return record_credit_note(invoice=invoice, actor=request.user, **form.cleaned_data)

    return _page(
        request, document, form, do, title=CREDIT, template="orders/credit_note.html", success="L’avoir est noté.",
        invoice=invoice, left=left_of(invoice, document.invoices.all()),
    )  # fmt: skip


def _cancel(request: HttpRequest, document: Document, pk: int) -> HttpResponse:
    invoice = _to_correct(request, document, pk)
    title = "Annuler l’avoir" if invoice.is_credit_note else CANCEL
    said = "L’avoir est annulé." if invoice.is_credit_note else "La facture est annulée."
    if request.method == "POST" and invoice.is_cancelled and _just_now(invoice.cancelled_at, invoice.cancelled_by_id, request):
        return _done_already(request, document)
    if answer := _too_late(request, document, invoice, title):
        return answer
    if missing := cancel_gaps(invoice):
        return refused(request, document, TransitionRefused(missing), label=title)
    form = CancelInvoiceForm(request.POST or None)

    def do() -> Document:
        return cancel_invoice(invoice=invoice, reason=form.cleaned_data["reason"], actor=request.user)

    return _page(
        request, document, form, do, title=title, template="orders/invoice_cancel.html", success=said, invoice=invoice,
    )  # fmt: skip


def _page(
    request: HttpRequest, document: Document, form: forms.Form, do: Callable, *, title: str, template: str, success: str, **context
) -> HttpResponse:
    answer = attempt_form(request, document, title, form, do, success=success)
    return answer or form_page(request, template, form, {"document": document, "title": title, **context})


def _to_correct(request: HttpRequest, document: Document, pk: int) -> Invoice:
    """An invoice of this order or of these works: 404 otherwise, and 403 for who does not pay."""
    invoice = get_object_or_404(document.invoices, pk=pk)
    if not rules.pays(document, request.user):
        raise PermissionDenied("correct_invoice")
    return invoice


def _too_late(request: HttpRequest, document: Document, invoice: Invoice, title: str) -> HttpResponse | None:
    if invoice.is_cancelled:
        said = "Cet avoir est déjà annulé." if invoice.is_credit_note else "Cette facture est déjà annulée."
    elif title == CREDIT and invoice.is_credit_note:
        said = "Un avoir corrige une facture, non un autre avoir."
    elif not rules.corrects_invoice(invoice, request.user):
        said = second_person_gap(document)
    else:
        return None
    return refused(request, document, TransitionRefused([said], wrong_state=True), label=title)


def _pressed_twice(request: HttpRequest, document: Document, corrects: Invoice | None) -> HttpResponse | None:
    """The same number sent again by the same person within a minute, for an invoice or on the same one: shown as done, written once."""
    if request.method != "POST":
        return None
    sent = (compared(request.POST.get("number", "")), corrects.pk if corrects else None)
    same = [invoice for invoice in document.live_invoices if (invoice.compared, invoice.corrects_id) == sent]
    return _done_already(request, document) if any(_just_now(i.recorded_at, i.recorded_by_id, request) for i in same) else None


def _just_now(at: datetime, by: int | None, request: HttpRequest) -> bool:
    return by == request.user.pk and timezone.now() - at < DOUBLE_PRESS


def _done_already(request: HttpRequest, document: Document) -> HttpResponse:
    messages.info(request, "C’est déjà fait : le premier envoi est enregistré. Si celui-ci disait autre chose, il ne l’est pas.")
    return redirect(document)
