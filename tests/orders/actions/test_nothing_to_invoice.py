"""Amounts at nought: an order that costs nothing ends without an invoice; nothing else passes for free."""

from decimal import Decimal

import pytest
from django.utils import timezone

from orders.actions.acceptance import accept_document
from orders.actions.invoice import record_invoice
from orders.forms.catalogue import LotForm
from orders.forms.documents import QuoteForm
from orders.models import CablingWork, Invoice, PurchaseOrder
from orders.queries.money import account_of, gross_sums
from portal.roles import Role
from portal.text.french import euros
from portal.workflow.gate import TransitionRefused, available_transitions, perform
from portal.workflow.readiness import effects_of
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, InvoiceFactory, OrderLineFactory, WorkLineFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def free_order(state="accepted", **fields):
    return OrderLineFactory(**{f"order__{state}": True}, quantity=10, delivered_quantity=10, unit_price_amount=Decimal(0), **fields).order


def test_an_order_that_costs_nothing_ends_without_an_invoice(client):
    order = free_order("delivered")
    finance = person(Role.FINANCE)
    accepted = accept_document(document=order, reserves=[], actor=person(Role.HEAD, at=order.establishment))
    client.force_login(finance)
    page = text_of(client.get(order.get_absolute_url()))
    offered = {option.name for option in available_transitions(accepted, finance) if option.ready}
    effects = effects_of(accepted, "invoice")

    ended = perform(accepted, "invoice", actor=finance)
    closed = perform(ended, "close", actor=finance)

    assert ("Terminer la facturation" in page, "Noter une facture" in page) == (True, False)
    assert offered == {"invoice"}
    assert "Cette commande ne coûte rien : elle se termine sans facture." in effects
    assert (closed.state, gross_sums(closed).invoiced, account_of(closed.decision).sums.engaged) == ("closed", 0, 0)
    assert not Invoice.objects.exists()


def test_a_free_order_closed_by_mistake_opens_again():
    closed = perform(perform(free_order(), "invoice", actor=person(Role.FINANCE)), "close", actor=person(Role.FINANCE))

    assert perform(closed, "resume_invoicing", actor=person(Role.ORDERS), reason="Erreur.").state == "accepted"


@pytest.mark.parametrize("amount", ["0.00", "0.04", "10.00"])
def test_no_invoice_is_noted_on_what_costs_nothing(client, amount):
    order, finance = free_order(), person(Role.FINANCE)
    client.force_login(finance)
    typed = {"number": "F-1", "received_on": str(timezone.localdate()), "amount": amount}

    with pytest.raises(TransitionRefused) as refusal:
        record_invoice(document=order, number="F-1", received_on=timezone.localdate(), amount=Decimal(amount), actor=finance)
    page = client.post(f"{order.get_absolute_url()}facture/", typed)

    assert str(refusal.value) == f"Rien n’est à facturer : le total est de {euros(0)}."
    assert page.status_code == 422
    assert not Invoice.objects.exists()


def test_a_free_article_beside_another_awaits_its_invoice_and_an_order_without_line_is_not_free():
    order = free_order()
    OrderLineFactory(order=order, quantity=1, delivered_quantity=1)

    for found in (PurchaseOrder.objects.get(pk=order.pk), OrderLineFactory(order__accepted=True, quantity=10).order):
        assert "invoice" not in {option.name for option in available_transitions(found, person(Role.FINANCE)) if option.ready}


def test_an_order_closed_early_whose_free_articles_alone_came_ends_without_an_invoice():
    order = OrderLineFactory(order__accepted=True, quantity=10, delivered_quantity=0, given_up_quantity=10).order
    OrderLineFactory(order=order, quantity=5, delivered_quantity=5, unit_price_amount=Decimal(0))

    assert perform(order, "invoice", actor=person(Role.FINANCE)).state == "invoiced"


def test_a_quote_and_a_lot_are_never_of_nought():
    quote = QuoteForm({"amount": "0", "vat_rate": "20.0", "reference": "D-1"})
    lot = LotForm({"maximum_amount": "0"})

    assert quote.errors["amount"] == [f"Le montant est d’au moins {euros(Decimal('0.01'))}."]
    assert lot.errors["maximum_amount"] == [f"Le montant est d’au moins {euros(Decimal('0.01'))}."]


# -- What rests on an acceptance ---------------------------------------------------------------------------------------------


def test_an_instalment_of_before_does_not_lock_the_acceptance_of_works(client):
    technician, other, finance = person(Role.TECHNICIAN), person(Role.ORDERS), person(Role.FINANCE)
    work = WorkLineFactory(work__pre_acceptance=True).work
    billed = record_invoice(document=work, number="F-1", received_on=timezone.localdate(), amount=Decimal("5000.00"), actor=finance)
    accepted = accept_document(document=billed, reserves=[], actor=technician)

    reopened = perform(accepted, "reopen_acceptance", actor=other, reason="Recette non faite.")
    sums = gross_sums(reopened)
    again = accept_document(document=reopened, reserves=[], actor=technician)

    assert (reopened.state, sums.invoiced, sums.accepted) == ("pre_acceptance", Decimal("5000.00"), 0)
    assert (again.state, gross_sums(again).accepted) == ("accepted", Decimal("22176.00"))


def test_an_invoice_noted_since_the_acceptance_does_until_it_is_credited_or_cancelled():
    other = person(Role.ORDERS)
    work = CablingWorkFactory(accepted=True)
    invoice = InvoiceFactory(of_work=True, work=work, amount=Decimal("1000.00"), net_amount=Decimal("833.33"))
    with pytest.raises(TransitionRefused) as refusal:
        perform(work, "reopen_acceptance", actor=other, reason="Erreur.")
    InvoiceFactory(of_work=True, work=work, kind="credit_note", corrects=invoice, amount=Decimal("1000.00"), net_amount=Decimal("833.33"))

    assert str(refusal.value) == "Une facture est notée depuis la réception : annulez-la, ou notez son avoir, d’abord."
    assert perform(CablingWork.objects.get(), "reopen_acceptance", actor=other, reason="Erreur.").state == "pre_acceptance"
