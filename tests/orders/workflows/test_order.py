from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls.enums import ApplicationState
from orders.enums import OrderState
from orders.models import OrderLine, PurchaseOrder
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.cast import assert_matrix, cast_around, states_of
from tests.factories.orders import (
    DeliveryFactory,
    GoodsReturnFactory,
    InvoiceFactory,
    OrderLineFactory,
    PurchaseOrderFactory,
    ReserveFactory,
)
from tests.factories.workflow import arrows
from tests.outcomes import refusal_of

pytestmark = pytest.mark.django_db


PLACES, PAYS = {"orders"}, {"orders", "finance"}
RECEIVES = {"orders", "member", "head"}
ARROWS = {
    ("draft", "approve", "approved"): PAYS,
    ("approved", "send", "sent"): PLACES,
    ("sent", "acknowledge", "acknowledged"): PLACES,
    ("sent", "deliver_part", "partly_delivered"): RECEIVES,
    ("acknowledged", "deliver_part", "partly_delivered"): RECEIVES,
    ("partly_delivered", "deliver_part", "partly_delivered"): RECEIVES,
    ("sent", "deliver_all", "delivered"): RECEIVES,
    ("acknowledged", "deliver_all", "delivered"): RECEIVES,
    ("partly_delivered", "deliver_all", "delivered"): RECEIVES,
    ("partly_delivered", "close_out", "delivered"): PLACES,
    ("partly_delivered", "cancel_delivery", "partly_delivered"): RECEIVES,
    ("delivered", "cancel_delivery", "partly_delivered"): RECEIVES,
    ("partly_delivered", "cancel_only_delivery", "sent"): RECEIVES,
    ("delivered", "cancel_only_delivery", "sent"): RECEIVES,
    ("partly_delivered", "return_goods", "partly_delivered"): RECEIVES,
    ("delivered", "return_goods", "partly_delivered"): RECEIVES,
    ("accepted", "return_goods", "partly_delivered"): PLACES,
    ("accepted_with_reserves", "return_goods", "partly_delivered"): PLACES,
    ("partly_delivered", "return_all_goods", "sent"): RECEIVES,
    ("delivered", "return_all_goods", "sent"): RECEIVES,
    ("accepted", "return_all_goods", "sent"): PLACES,
    ("accepted_with_reserves", "return_all_goods", "sent"): PLACES,
    ("sent", "cancel_return", "partly_delivered"): RECEIVES,
    ("acknowledged", "cancel_return", "partly_delivered"): RECEIVES,
    ("partly_delivered", "cancel_return", "partly_delivered"): RECEIVES,
    ("sent", "cancel_return_complete", "delivered"): RECEIVES,
    ("acknowledged", "cancel_return_complete", "delivered"): RECEIVES,
    ("partly_delivered", "cancel_return_complete", "delivered"): RECEIVES,
    ("accepted", "reopen_acceptance", "delivered"): PLACES,
    ("accepted_with_reserves", "reopen_acceptance", "delivered"): PLACES,
    ("accepted", "reopen_reserves", "accepted_with_reserves"): {"orders", "technician", "own_technician", "head"},
    ("delivered", "accept", "accepted"): {"head"},
    ("delivered", "accept_with_reserves", "accepted_with_reserves"): {"head"},
    ("accepted_with_reserves", "lift_reserves", "accepted"): {"orders", "technician", "own_technician", "head"},
    ("accepted", "invoice", "invoiced"): PAYS,
    ("invoiced", "close", "closed"): PAYS,
    ("accepted", "close_without_invoice", "closed"): PAYS,
    ("invoiced", "close_without_invoice", "closed"): PAYS,
    ("invoiced", "resume_invoicing", "accepted"): PAYS,
    ("closed", "resume_invoicing", "accepted"): PAYS,
    **{(str(state), "correct_references", str(state)): PAYS for state in OrderState.REFERRED_TO},
    ("draft", "cancel", "cancelled"): PLACES,
    ("approved", "cancel", "cancelled"): PLACES,
    ("sent", "cancel", "cancelled"): PLACES,
    ("acknowledged", "cancel", "cancelled"): PLACES,
}
# What an order has gone through before its state.
BEHIND = {
    OrderState.APPROVED: "approved",
    OrderState.SENT: "sent",
    OrderState.ACKNOWLEDGED: "sent",
    OrderState.PARTLY_DELIVERED: "sent",
    OrderState.DELIVERED: "delivered",
    OrderState.ACCEPTED: "accepted",
    OrderState.ACCEPTED_WITH_RESERVES: "accepted",
    OrderState.INVOICED: "invoiced",
    OrderState.CLOSED: "invoiced",
}
DELIVERED = {
    "deliver_part": 4, "deliver_all": 10, "close_out": 4, "cancel_delivery": 4, "cancel_only_delivery": 0, "return_goods": 4, "return_all_goods": 0,
    "cancel_return": 4, "cancel_return_complete": 10,
}  # fmt: skip


def order_ready(state: str, name: str) -> PurchaseOrder:
    """An order of ten pieces in a state, with what this transition needs."""
    traits = {BEHIND[state]: True} if state in BEHIND else {}
    taken = Decimal("4120.00") if name == "close_out" else 0
    order = PurchaseOrderFactory(**traits, state=state, committed_amount=taken, lot__ordered_amount=taken)
    OrderLineFactory(order=order, quantity=10, delivered_quantity=DELIVERED.get(name, 0))
    if name in ("invoice", "close"):
        InvoiceFactory(order=order)
    if name in DELIVERED:
        DeliveryFactory(order=order, **({"cancelled": True} if name in ("cancel_delivery", "cancel_only_delivery") else {}))
        GoodsReturnFactory(order=order, **({"cancelled": True} if name.startswith("cancel_return") else {}))
    if name in ("accept_with_reserves", "reopen_reserves"):
        ReserveFactory(order=order)
    return order


def around(order: PurchaseOrder) -> dict:
    return cast_around(order.decision.application.call, order.establishment)


def test_order_workflow_is_exactly_this():
    assert arrows(PurchaseOrder) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(PurchaseOrder))
def test_each_transition_is_open_to_these_people_alone(state):
    assert_matrix(state, ARROWS, make=order_ready, cast=around)


def test_a_refused_transition_leaves_no_trace():
    order = OrderLineFactory(order__sent=True).order
    officer = person(Role.ORDERS)

    with pytest.raises(TransitionRefused) as refusal:
        perform(order, "approve", actor=officer)
    with pytest.raises(PermissionDenied):
        perform(order, "cancel", actor=person(Role.FINANCE), reason="Doublon")

    order.refresh_from_db()
    assert refusal.value.wrong_state
    assert order.state == OrderState.SENT
    assert JournalEntry.objects.count() == 0


def test_approving_says_all_that_is_missing():
    order = PurchaseOrderFactory(due_on=None)

    assert refusal_of(perform, order, "approve", actor=person(Role.ORDERS)) == [
        "La commande n’a aucune ligne.",
        "La date de livraison attendue n’est pas fixée.",
    ]


def test_approving_is_refused_outside_the_dates_of_the_agreement():
    order = OrderLineFactory(order__lot__agreement__over=True).order

    assert refusal_of(perform, order, "approve", actor=person(Role.ORDERS)) == [
        "L’accord-cadre AC-2021-EQ ne court pas aujourd’hui (du 01/01/2021 au 31/12/2024)."
    ]


def test_sending_is_refused_once_the_agreement_has_ended():
    order = OrderLineFactory(order__approved=True, order__lot__agreement__over=True).order

    assert refusal_of(perform, order, "send", actor=person(Role.ORDERS)) == [
        "L’accord-cadre AC-2021-EQ ne court pas aujourd’hui (du 01/01/2021 au 31/12/2024)."
    ]


def test_sending_is_refused_with_a_due_date_in_the_past():
    yesterday = timezone.localdate() - timedelta(days=1)
    order = OrderLineFactory(order__approved=True, order__due_on=yesterday).order

    assert refusal_of(perform, order, "send", actor=person(Role.ORDERS)) == [
        f"La date de livraison attendue est passée ({yesterday:%d/%m/%Y})."
    ]


def test_approving_is_refused_beyond_the_maximum_of_the_lot():
    order = OrderLineFactory(order__lot__maximum_amount="41199.99").order

    assert refusal_of(perform, order, "approve", actor=person(Role.ORDERS)) == [
        f"Le maximum du lot {order.lot.number} serait dépassé de 0,01 € HT."
    ]


def test_approving_is_refused_when_the_school_declined():
    order = OrderLineFactory().order
    type(order.decision.application).objects.filter(pk=order.decision.application_id).update(
        **{"state": ApplicationState.DECLINED_BY_SCHOOL}
    )

    assert refusal_of(perform, order, "approve", actor=person(Role.ORDERS)) == ["L’aide est déclinée."]


def test_accepting_is_refused_while_a_reserve_is_open():
    order = PurchaseOrderFactory(delivered=True)
    ReserveFactory(order=order)

    assert refusal_of(perform, order, "accept", actor=person(Role.HEAD, at=order.establishment)) == ["1 réserve reste à lever."]


def test_accepting_with_reserves_needs_one():
    order = PurchaseOrderFactory(delivered=True)

    assert refusal_of(perform, order, "accept_with_reserves", actor=person(Role.HEAD, at=order.establishment)) == [
        "Aucune réserve n’est écrite."
    ]


def test_delivered_needs_every_line():
    order = PurchaseOrderFactory(sent=True)
    OrderLineFactory(order=order, quantity=10, delivered_quantity=10)
    OrderLineFactory(order=order, quantity=5, delivered_quantity=3, label="Serveur")

    assert refusal_of(perform, order, "deliver_all", actor=person(Role.ORDERS)) == ["Il manque 2 × Serveur."]


def test_invoicing_needs_the_invoice():
    order = PurchaseOrderFactory(accepted=True)

    assert refusal_of(perform, order, "invoice", actor=person(Role.FINANCE)) == ["Aucune facture n’est notée."]


@pytest.mark.parametrize("state", ["accepted", "invoiced"])
def test_an_order_whose_invoices_are_cancelled_or_credited_is_not_invoiced_nor_closed(state):
    order = PurchaseOrderFactory(accepted=True, state=state)
    InvoiceFactory(order=order, cancelled=True)
    InvoiceFactory(credit_note=True, corrects=InvoiceFactory(order=order))

    name = "invoice" if state == "accepted" else "close"
    assert refusal_of(perform, order, name, actor=person(Role.FINANCE)) == ["Aucune facture n’est notée."]


def test_who_closed_does_not_open_again():
    order = PurchaseOrderFactory(invoiced=True)
    InvoiceFactory(order=order)
    closer, other = person(Role.FINANCE), person(Role.FINANCE)
    closed = perform(order, "close", actor=closer)

    with pytest.raises(PermissionDenied):
        perform(closed, "resume_invoicing", actor=closer, reason="Trop tôt.")
    opened = perform(closed, "resume_invoicing", actor=other, reason="Trop tôt.")

    assert opened.state == OrderState.ACCEPTED


def refused_by(name):
    return pytest.raises(IntegrityError, match=name)


def test_the_database_refuses_what_no_order_may_be():
    line = OrderLineFactory(quantity=3)
    PurchaseOrderFactory(lot=line.order.lot, decision=line.order.decision, sent=True)

    with refused_by("order_line_not_over_delivered"), transaction.atomic():
        OrderLine.objects.filter(pk=line.pk).update(delivered_quantity=4)
    with refused_by("order_line_quantity_positive"), transaction.atomic():
        OrderLine.objects.filter(pk=line.pk).update(quantity=0)
    with refused_by("order_sent_has_date"), transaction.atomic():
        PurchaseOrderFactory(state=OrderState.SENT)


def test_one_draft_per_lot_and_decision():
    draft = PurchaseOrderFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        PurchaseOrderFactory(lot=draft.lot, decision=draft.decision)

    assert PurchaseOrder.objects.count() == 1
