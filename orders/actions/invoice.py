"""The invoice of an order."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from orders.actions.order import locked
from orders.models import PurchaseOrder
from portal.accounts.models import User
from portal.text.french import euros
from portal.workflow.gate import TransitionRefused, perform


@transaction.atomic
def record_invoice(*, order: PurchaseOrder, number: str, received_on: date, amount: Decimal, actor: User) -> PurchaseOrder:
    """Note the holder's invoice (D2192-2) and move the order on. `amount` is incl. VAT, in euros; above the order's, by the tolerance at most.

    Raises TransitionRefused and PermissionDenied; nothing is written then.
    """
    order = locked(order)
    if over := invoice_gap(order, amount):
        raise TransitionRefused([over])
    order.invoice_number, order.invoice_received_on, order.invoice_amount = number, received_on, amount
    order.save(update_fields=["invoice_number", "invoice_received_on", "invoice_amount"])
    difference = amount - order.gross_amount
    said = f"Facture {number}" + (
        f", {euros(abs(difference))} de {'plus' if difference > 0 else 'moins'} que la commande" if difference else ""
    )
    return perform(order, "invoice", actor=actor, reason=said)


def invoice_gap(order: PurchaseOrder, amount: Decimal) -> str:
    """Why an invoice of `amount` euros incl. VAT is too high for the order; "" when it is not.

    The tax is rounded line by line here and often on the total by the holder: half a cent a line between the two is no difference.
    """
    over = amount - order.gross_amount
    if over <= order.invoice_tolerance:
        return ""
    return f"La facture dépasse de {euros(over)} le total de la commande ({euros(order.gross_amount)})."
