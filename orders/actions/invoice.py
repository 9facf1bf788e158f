"""The invoice of an order."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from orders.actions.order import locked
from orders.models import PurchaseOrder
from portal.accounts.models import User
from portal.workflow.gate import TransitionRefused, perform


@transaction.atomic
def record_invoice(*, order: PurchaseOrder, number: str, received_on: date, amount: Decimal, actor: User) -> PurchaseOrder:
    """Note the holder's invoice (D2192-2) and move the order on. `amount` is incl. VAT, in euros; never above the order's.

    Raises TransitionRefused and PermissionDenied; nothing is written then.
    """
    order = locked(order)
    if amount > order.gross_amount:
        raise TransitionRefused(["La facture dépasse le total de la commande."])
    order.invoice_number, order.invoice_received_on, order.invoice_amount = number, received_on, amount
    order.save(update_fields=["invoice_number", "invoice_received_on", "invoice_amount"])
    return perform(order, "invoice", actor=actor, reason=f"Facture {number}")
