"""Whatever its state and its money, what is ordered can be ended by honest acts alone, without an invoice that may never come."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from orders.enums import OrderState, WorkState
from orders.models import CablingWork, PurchaseOrder
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.machine import transitions_of
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.orders import (
    CablingWorkFactory,
    DeliveryFactory,
    InvoiceFactory,
    OrderLineFactory,
    PurchaseOrderFactory,
    WorkLineFactory,
)

pytestmark = pytest.mark.django_db
GROSS = Decimal("4944.00")  # ten articles at 412 €, incl. VAT
BILLS = ["none", "part", "whole", "credited", "cancelled"]
# What would say again that something had been done wrongly: no way to end what went well.
GOING_BACK = ("cancel_", "return_", "reopen_", "resume_", "undo_")
ALL = (Role.ORDERS, Role.FINANCE, Role.TECHNICIAN)


def everybody(document):
    """One person who may do everything: what is searched is whether an end exists."""
    found = person(Role.HEAD, at=document.establishment)
    for role in ALL:
        RoleGrantFactory(user=found, role=role)
    return type(found).objects.get(pk=found.pk)


def order_in(state, price):
    traits = {"accepted_with_reserves": "with_reserves", "acknowledged": "sent", "closed": "invoiced"}
    trait = traits.get(state, state)
    order = PurchaseOrderFactory(**({trait: True} if state not in ("draft", "cancelled") else {}), state=state)
    arrived = 10 if state in OrderState.ARRIVED else 4 if state == OrderState.PARTLY_DELIVERED else 0
    OrderLineFactory(order=order, quantity=10, delivered_quantity=arrived, unit_price_amount=price)
    if arrived:
        DeliveryFactory(order=order)
    return order


def work_in(state):
    trait = {"accepted_with_reserves": "with_reserves", "reserves_lifted": "accepted", "closed": "accepted"}.get(state, state)
    quote = {} if state in ("requested", "surveyed", "cancelled") else {"quote_amount": Decimal("4120.00")}
    work = CablingWorkFactory(
        **({trait: True} if state not in ("requested", "cancelled") else {}), state=state, **quote, committed_amount=0
    )
    WorkLineFactory(work=work)
    return work


def give_bills(document, bills):
    about = {"order": document} if isinstance(document, PurchaseOrder) else {"order": None, "work": document}
    if bills == "none":
        return
    amount = GROSS / 2 if bills == "part" else GROSS
    invoice = InvoiceFactory(**about, amount=amount, net_amount=amount / Decimal("1.2"), cancelled=bills == "cancelled")
    if bills == "credited":
        InvoiceFactory(credit_note=True, corrects=invoice, **about, amount=amount, net_amount=amount / Decimal("1.2"))


def way_to_an_end(document, actor, met=frozenset()):
    """The names of acts that lead from here to a last state; None when no sequence does. Leaves everything as it was."""
    if document.state in type(document).State.OVER:
        return []
    if document.state in met:
        return None
    for arrow in transitions_of(document):
        if arrow.source != document.state or arrow.target == arrow.source or arrow.name.startswith(GOING_BACK):
            continue
        with transaction.atomic():
            try:
                rest = way_to_an_end(perform(document, arrow.name, actor=actor, reason="Fin."), actor, met | {document.state})
            except (TransitionRefused, PermissionDenied):
                rest = None
            transaction.set_rollback(True)
        if rest is not None:
            return [arrow.name, *rest]
    return None


def possible(states, billed):
    """Each state with each money that it may hold."""
    return [(state, bills) for state in states if state not in states.OVER for bills in (BILLS if state in billed else ["none"])]


@pytest.mark.parametrize(("state", "bills"), possible(OrderState, OrderState.BILLED))
@pytest.mark.parametrize("price", [Decimal("412.00"), Decimal("0.00")])
def test_an_order_ends_whatever_its_state_and_its_money(state, bills, price):
    order = order_in(state, price)
    if price:
        give_bills(order, bills)

    assert way_to_an_end(PurchaseOrder.objects.get(pk=order.pk), everybody(order))


@pytest.mark.parametrize(("state", "bills"), possible(WorkState, WorkState.BILLED))
def test_works_end_whatever_their_state_and_their_money(state, bills):
    work = work_in(state)
    give_bills(work, bills)

    assert way_to_an_end(CablingWork.objects.get(pk=work.pk), everybody(work))
