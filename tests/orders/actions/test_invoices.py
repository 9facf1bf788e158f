"""Invoices as rows: several of them, each number once, credit notes, cancellations, and who corrects what is closed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from orders.actions.invoice import cancel_invoice, record_credit_note, record_invoice
from orders.actions.returning import return_goods
from orders.models import CablingWork, Invoice, PurchaseOrder
from orders.queries.money import gross_sums, net_sums
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.orders import (
    CablingWorkFactory,
    DeliveryLineFactory,
    InvoiceFactory,
    OrderLineFactory,
    PurchaseOrderFactory,
    ReserveFactory,
)
from tests.outcomes import refusal_of

pytestmark = pytest.mark.django_db
TOTAL = Decimal("4944.00")  # ten laptops


def today():
    return timezone.localdate()


@pytest.fixture
def finance():
    return person(Role.FINANCE)


def accepted(**fields) -> PurchaseOrder:
    return OrderLineFactory(order__accepted=True, quantity=10, delivered_quantity=10, **fields).order


def bill(document, actor, amount=TOTAL, number="F-1", **more):
    return record_invoice(document=document, number=number, received_on=today(), amount=Decimal(amount), actor=actor, **more)


def credit(invoice, actor, amount, number="A-1", **more):
    return record_credit_note(invoice=invoice, number=number, received_on=today(), amount=Decimal(amount), actor=actor, **more)


# -- Several, and the last one ---------------------------------------------------------------------------------------------------


def test_an_order_has_several_invoices_and_is_invoiced_with_the_last(finance):
    order = accepted()

    first = bill(order, finance, "1000.00")
    over = refusal_of(bill, order, finance, "3944.02", "F-2")
    second = bill(order, finance, "3944.00", "F-2")

    assert (first.state, second.state, second.invoiced_amount) == ("accepted", "invoiced", TOTAL)
    assert over == ["Avec ce qui est déjà facturé (1 000,00 €), les factures dépassent de 0,02 € le total de la commande (4 944,00 €)."]
    assert net_sums(second).invoiced == Decimal("4120.00") and gross_sums(first).invoiced == TOTAL
    assert list(second.invoices.values_list("net_amount", flat=True)) == [Decimal("833.33"), Decimal("3286.67")]


def test_the_last_invoice_may_leave_something_and_another_may_still_come(finance):
    order = bill(accepted(), finance, "4000.00", is_last=True)
    late = refusal_of(bill, order, finance, "100.00", "F-2")

    opened = perform(order, "resume_invoicing", actor=finance, reason="Le titulaire facture la livraison à part.")
    billed = bill(opened, finance, "100.00", "F-2")
    ended = perform(billed, "invoice", actor=finance)

    assert late == ["« Noter une facture » n’est pas possible : état actuel « Facturée »."]
    assert (order.state, opened.state, billed.state, ended.state) == ("invoiced", "accepted", "accepted", "invoiced")
    assert ended.invoiced_amount == Decimal("4100.00")


def test_each_invoice_may_round_its_tax(finance):
    """Two lines at half a cent: a cent more for the first invoice, another for the second."""
    order = accepted()
    OrderLineFactory(order=order, quantity=1, unit_price_amount=Decimal("0.01"))
    ours = order.gross_amount

    bill(order, finance, "1000.00")
    over = refusal_of(bill, order, finance, ours - 1000 + Decimal("0.03"), "F-2")
    done = bill(order, finance, ours - 1000 + Decimal("0.02"), "F-2")

    assert over and "dépassent de 0,03 €" in over[0]
    assert (done.state, done.invoiced_amount - ours) == ("invoiced", Decimal("0.02"))
    assert net_sums(done).invoiced == order.net_amount


# -- A number once ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["F-2026-118", "f-2026-118", "F 2026", "F\u20112026\u2013118", "Ｆ-2026-\u200b118"])
def test_a_holder_uses_a_number_once_whatever_the_order(finance, typed):
    order = accepted()
    other = accepted(order__lot=order.lot)
    bill(order, finance, "100.00", "F-2026-118")

    known = typed != "F 2026"
    said = refusal_of(bill, other, finance, "100.00", typed) if known else bill(other, finance, "100.00", typed)

    if known:
        assert said == [
            f"La facture F-2026-118 de Ateliers du Cèdre est déjà notée ({order.number}, 100,00 €, reçue le {today():%d/%m/%Y}) : "
            "un numéro ne sert qu’une fois."
        ]
    assert other.invoices.count() == (0 if known else 1)


def test_another_holder_may_use_the_number_and_works_share_it(finance):
    order = accepted()
    elsewhere = accepted(order__lot__supplier__siret="12345678200010", order__lot__supplier__name="Autre")
    work = CablingWorkFactory(in_progress=True)
    bill(order, finance, "100.00")

    bill(elsewhere, finance, "100.00")
    said = refusal_of(bill, work, finance, "100.00", "f-1")

    assert "déjà notée" in said[0] and order.number in said[0]
    assert Invoice.objects.count() == 2


def test_the_database_refuses_a_number_twice_and_what_no_invoice_may_be():
    invoice = InvoiceFactory(number="F-1")

    for name, fields in {
        "compared": {"number": "f-1"},
        "credit_note_corrects_an_invoice": {"kind": "credit_note"},
        "invoice_about_one_thing": {"work": CablingWorkFactory(accepted=True)},
        "invoice_amounts_not_negative": {"amount": Decimal("-1.00")},
        "invoice_cancelled_says_why": {"cancelled": True, "cancel_reason": ""},
    }.items():
        with pytest.raises(IntegrityError, match=f"{name}|invoice_number_once"), transaction.atomic():
            InvoiceFactory(order=invoice.order, **fields)
    assert Invoice.objects.count() == 1


# -- Credit notes ----------------------------------------------------------------------------------------------------------------


def test_a_credit_note_takes_from_its_invoice_and_no_more(finance):
    order = bill(accepted(), finance)
    invoice = order.invoices.get()

    part = credit(invoice, finance, "944.00")
    over = refusal_of(credit, invoice, finance, "4000.01", "A-2")

    assert (part.state, part.invoiced_amount, net_sums(part).invoiced) == ("invoiced", Decimal("4000.00"), Decimal("3333.33"))
    assert over == ["L’avoir dépasse ce que la facture F-1 compte encore (4 000,00 €)."]
    assert JournalEntry.objects.get(action="record_credit_note").reason == "Avoir A-1, 944,00\u00a0€ TTC, sur la facture F-1"


def test_an_invoice_wholly_credited_opens_the_order_again(finance):
    order = bill(accepted(), finance)

    opened = credit(order.invoices.get(), finance, TOTAL)
    nothing = (opened.invoiced_amount, net_sums(opened).invoiced)
    redone = bill(opened, finance, TOTAL, "F-2")

    assert (opened.state, *nothing) == ("accepted", 0, 0)
    assert (redone.state, redone.invoiced_amount) == ("invoiced", TOTAL)


def test_a_credit_note_may_announce_another_invoice(finance):
    order = bill(accepted(), finance)

    opened = credit(order.invoices.get(), finance, "944.00", awaits_another=True)

    assert opened.state == "accepted"
    assert bill(opened, finance, "944.00", "F-2").state == "invoiced"


def test_a_credit_note_corrects_no_credit_note(finance):
    order = bill(accepted(), finance)
    credit(order.invoices.get(), finance, "44.00")

    assert refusal_of(credit, order.invoices.get(number="A-1"), finance, "1.00", "A-2") == [
        "Un avoir corrige une facture, non un autre avoir."
    ]


# -- Cancelled -------------------------------------------------------------------------------------------------------------------


def test_a_wrong_invoice_is_cancelled_and_its_number_is_free_again(finance):
    order, right = bill(accepted(), finance), accepted()
    buyer = person(Role.ORDERS)

    opened = cancel_invoice(invoice=order.invoices.get(), reason="Saisie sur la mauvaise commande.", actor=finance)
    moved = bill(right, finance)

    entry = JournalEntry.objects.get(action="cancel_invoice")
    assert (opened.state, opened.invoiced_amount, moved.state) == ("accepted", 0, "invoiced")
    assert entry.reason == "Facture F-1, 4\u00a0944,00\u00a0€ TTC : Saisie sur la mauvaise commande."
    told = Message.objects.filter(code="invoicing_reopened").values_list("recipient", flat=True)
    assert set(told) <= {buyer.pk, finance.pk} and buyer.pk in told


def test_an_invoice_is_cancelled_once_and_after_its_credit_notes(finance):
    order = bill(accepted(), finance)
    credit(order.invoices.get(), finance, "44.00")
    invoice, note = order.invoices.order_by("pk")

    first = refusal_of(cancel_invoice, invoice=invoice, reason="Erreur.", actor=finance)
    cancel_invoice(invoice=note, reason="Erreur.", actor=finance)
    cancel_invoice(invoice=invoice, reason="Erreur.", actor=finance)
    again = refusal_of(cancel_invoice, invoice=invoice, reason="Erreur.", actor=finance)

    assert first == ["L’avoir A-1 corrige cette facture : annulez-le d’abord."]
    assert again == ["Cette facture est déjà annulée."]


def test_a_credit_note_that_made_room_is_not_cancelled(finance):
    order = bill(accepted(), finance)
    opened = credit(order.invoices.get(), finance, "944.00", awaits_another=True)
    bill(opened, finance, "944.00", "F-2")

    said = refusal_of(cancel_invoice, invoice=order.invoices.get(number="A-1"), reason="Erreur.", actor=finance)

    assert said[0].startswith("Cet avoir ne peut plus être annulé. Avec ce qui est déjà facturé (4 944,00 €)")


# -- Once closed -----------------------------------------------------------------------------------------------------------------


def test_what_is_closed_is_corrected_by_a_third_person(finance):
    order = bill(accepted(), finance)
    closer, other = person(Role.ORDERS), person(Role.FINANCE)
    order = perform(order, "close", actor=closer)
    invoice = order.invoices.get()

    for who in (finance, closer):
        said = refusal_of(cancel_invoice, invoice=invoice, reason="Erreur.", actor=who)
        assert said == refusal_of(credit, invoice, who, "1.00")
        assert said == [
            "La commande est close : une autre personne que celles qui ont noté la facture et prononcé la clôture corrige ses factures."
        ]
    kept = credit(invoice, other, "44.00")
    opened = cancel_invoice(invoice=Invoice.objects.get(number="A-1"), reason="Doublon.", actor=person(Role.FINANCE))
    opened = cancel_invoice(invoice=invoice, reason="Erreur.", actor=other)

    assert (kept.state, opened.state) == ("closed", "accepted")


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR, Role.CALL_MANAGER, Role.ADMIN, Role.OFFICER])
def test_nobody_else_touches_an_invoice(finance, role):
    order = bill(accepted(), finance, "1000.00")
    stranger = person(role)

    for act in (
        lambda: bill(order, stranger, "1.00", "F-2"),
        lambda: credit(order.invoices.get(), stranger, "1.00"),
        lambda: cancel_invoice(invoice=order.invoices.get(), reason="Erreur.", actor=stranger),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert (Invoice.objects.live().count(), JournalEntry.objects.count()) == (1, 1)


# -- Works -----------------------------------------------------------------------------------------------------------------------


def test_works_are_invoiced_within_their_quote_and_closed_with_an_invoice(finance):
    work = CablingWorkFactory(in_progress=True)  # 18 480 € excl. VAT, 22 176 € incl.

    started = bill(work, finance, "10000.00")
    over = refusal_of(bill, work, finance, "12176.01", "F-2")
    CablingWork.objects.filter(pk=work.pk).update(**{"state": "accepted", "accepted_at": timezone.now()})
    received = bill(CablingWork.objects.get(), finance, "12176.00", "F-2")
    closed = perform(received, "close", actor=finance)

    assert over == ["Avec ce qui est déjà facturé (10 000,00 €), les factures dépassent de 0,01 € le devis (22 176,00 €)."]
    assert (started.state, received.state, closed.state) == ("in_progress", "accepted", "closed")
    assert (gross_sums(closed).invoiced, net_sums(closed).invoiced) == (Decimal("22176.00"), Decimal("18480.00"))


def test_works_without_an_invoice_are_not_closed(finance):
    work = CablingWorkFactory(accepted=True)

    assert refusal_of(perform, work, "close", actor=finance) == ["Aucune facture n’est notée."]


@pytest.mark.parametrize("state", ["ordered", "quoted", "closed"])
def test_works_take_no_invoice_before_they_begin_nor_once_closed(finance, state):
    work = CablingWorkFactory(accepted=True, state=state)

    (said,) = refusal_of(bill, work, finance, "1.00")

    assert said.startswith("« Noter une facture » n’est pas possible")


@pytest.mark.parametrize(("reserves", "reached"), [(False, "accepted"), (True, "reserves_lifted")])
def test_closed_works_are_open_again_where_they_were(finance, reserves, reached):
    state = "reserves_lifted" if reserves else "accepted"
    work = CablingWorkFactory(accepted=True, state=state, lot__ordered_amount=Decimal("18480.00"))
    if reserves:
        ReserveFactory(of_work=True, work=work, lifted=True)
    bill(work, finance, "100.00")
    closed = perform(CablingWork.objects.get(pk=work.pk), "close", actor=finance)

    opened = cancel_invoice(invoice=closed.invoices.get(), reason="Erreur.", actor=person(Role.FINANCE))

    assert opened.state == reached


# -- Dates -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "Cette date est dans le futur."), (-11, "Cette date précède l’envoi de la commande"), (-10, ""), (0, "")],
)
def test_the_day_received_is_between_the_order_and_today(finance, days, said):
    order = accepted()
    act = {"number": "F-1", "received_on": today() + timedelta(days=days), "amount": Decimal("1.00"), "actor": finance}

    if said:
        assert refusal_of(record_invoice, document=order, **act)[0].startswith(said)
    else:
        assert record_invoice(document=order, **act).invoices.count() == 1
    assert PurchaseOrder.objects.get(pk=order.pk).invoices.count() == (0 if said else 1)


def test_a_credit_note_does_not_come_before_its_invoice(finance):
    invoice = InvoiceFactory(received_on=today())

    (said,) = refusal_of(
        record_credit_note, invoice=invoice, number="A-1", received_on=today() - timedelta(days=1), amount=Decimal("1.00"), actor=finance
    )

    assert said.startswith("Cette date précède la facture corrigée")


def test_an_order_closed_early_is_invoiced_for_what_came(finance):
    order = PurchaseOrderFactory(accepted=True)
    OrderLineFactory(order=order, quantity=10, delivered_quantity=4, given_up_quantity=6)

    (said,) = refusal_of(bill, order, finance, "1977.61")
    done = bill(order, finance, "1977.60")

    assert "dépasse de 0,01 € le total de la commande (1 977,60 €)" in said
    assert (done.state, net_sums(done).invoiced) == ("invoiced", Decimal("1648.00"))


@pytest.mark.parametrize("gone", ["returned", "reopened", "cancelled"])
def test_a_credit_note_is_not_cancelled_once_what_it_credits_is_no_longer_accepted(finance, gone):
    """Its invoice would count again, on goods that went back or on an order that is cancelled."""
    order, officer = bill(accepted(), finance), person(Role.ORDERS)
    DeliveryLineFactory(delivery__order=order, order_line=order.lines.get(), quantity=10)
    credit(order.invoices.get(), finance, TOTAL)
    if gone == "reopened":
        perform(order, "reopen_acceptance", actor=officer, reason="Écrans rayés.")
    else:
        returned = {"returned_on": today(), "reference": "RT-1", "quantities": {order.lines.get().pk: 10}, "reason": "Écrans rayés."}
        return_goods(order=order, actor=officer, **returned)
    if gone == "cancelled":
        perform(order, "cancel", actor=officer, reason="Titulaire défaillant.")

    (said,) = refusal_of(cancel_invoice, invoice=Invoice.objects.get(number="A-1"), reason="Doublon.", actor=finance)

    assert said.startswith("Cet avoir ne peut plus être annulé : sa facture compterait de nouveau, et l’état actuel est «")
    assert gross_sums(PurchaseOrder.objects.get()).invoiced == 0
