"""Terms and quantities of an order before it is sent."""

from collections.abc import Mapping
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction

from orders import rules
from orders.enums import OrderState
from orders.models import CablingWork, OrderLine, PurchaseOrder
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused

Document = TypeVar("Document", bound=PurchaseOrder | CablingWork)
TERMS = ("due_on", "delivery_contact", "budget_code", "commitment_number", "service_code")


def locked(document: Document) -> Document:
    """The fresh row, locked until the transaction ends."""
    return type(document).objects.select_for_update(of=("self",)).get(pk=document.pk)


@transaction.atomic
def edit_order(*, order: PurchaseOrder, terms: Mapping[str, object], quantities: Mapping[int, int], actor: User) -> PurchaseOrder:
    """Change the terms (until it is sent) and reduce the quantities (in draft): {line id: quantity}.

    Raises PermissionDenied, and TransitionRefused when the order is past that.
    """
    order = locked(order)
    if not rules.places_orders(order, actor):
        raise PermissionDenied("edit_order")
    if not order.is_editable:
        raise TransitionRefused([f"La commande ne se modifie plus : état actuel « {order.get_state_display()} »."], wrong_state=True)
    changes = _change_terms(order, terms) | _change_quantities(order, quantities)
    if changes:
        recorder.record(order, "edit_order", actor=actor, source=order.state, target=order.state, data=changes)
    return order


def _change_terms(order: PurchaseOrder, terms: Mapping) -> dict:
    changes = {}
    for name in TERMS:
        if name in terms and getattr(order, name) != terms[name]:
            changes[name] = {"before": getattr(order, name), "after": terms[name]}
            setattr(order, name, terms[name])
    if changes:
        order.save(update_fields=list(changes))
    return changes


def _change_quantities(order: PurchaseOrder, quantities: Mapping[int, int]) -> dict:
    changes = {}
    for line in order.lines.select_related("decision_line"):
        wanted = quantities.get(line.pk, line.quantity)
        if wanted == line.quantity:
            continue
        if order.state != OrderState.DRAFT:
            raise TransitionRefused(["Les quantités ne changent plus une fois la commande validée."], wrong_state=True)
        ceiling = line.retained_quantity or line.quantity
        if not 1 <= wanted <= ceiling:
            raise TransitionRefused([f"{line.label} : la quantité va de 1 à {ceiling}."])
        changes[line.label] = {"before": line.quantity, "after": wanted}
        OrderLine.objects.filter(pk=line.pk).update(quantity=wanted)
    return changes
