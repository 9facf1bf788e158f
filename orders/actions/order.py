"""Terms and quantities of an order before it is sent."""

from collections.abc import Mapping
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction

from orders import rules
from orders.actions.opening import keep_pending, take_from_pending
from orders.actions.seen import refuse_stale
from orders.enums import OrderState
from orders.models import CablingWork, OrderLine, PurchaseOrder
from orders.queries.pending import pending_quantities
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused

Document = TypeVar("Document", bound=PurchaseOrder | CablingWork)
TERMS = ("due_on", "delivery_contact", "budget_code", "commitment_number", "service_code")


def locked(document: Document) -> Document:
    """The fresh row, locked until the transaction ends."""
    return type(document).objects.select_for_update(of=("self",)).get(pk=document.pk)


@transaction.atomic
def edit_order(
    *, order: PurchaseOrder, terms: Mapping[str, object], quantities: Mapping[int, int], seen: int | None = None, actor: User
) -> PurchaseOrder:
    """Change the terms (until it is sent) and the quantities (in draft): {line id: quantity}.

    What is taken off a line becomes a need to settle; a line grows by what is pending of its need, and no further. Raises PermissionDenied,
    and TransitionRefused when the order is past that, or was changed since the page that showed the version `seen`.
    """
    order = locked(order)
    if not rules.places_orders(order, actor):
        raise PermissionDenied("edit_order")
    if not order.is_editable:
        raise TransitionRefused([f"La commande ne se modifie plus : état actuel « {order.get_state_display()} »."], wrong_state=True)
    changes = _change_terms(order, terms) | _change_quantities(order, quantities, actor)
    if changes:
        refuse_stale(order, seen)
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


def _settle_difference(order: PurchaseOrder, line: OrderLine, added: int, actor: User) -> None:
    """What leaves a draft is a need to settle; what comes back is taken from there."""
    if line.decision_line is None:
        return
    if added < 0:
        keep_pending(line=line.decision_line, quantity=-added, cause=f"Quantité réduite sur {order.number}.", actor=actor)
    else:
        take_from_pending(line=line.decision_line, quantity=added, settlement=f"Remis sur {order.number}.", actor=actor)


def _change_quantities(order: PurchaseOrder, quantities: Mapping[int, int], actor: User) -> dict:
    changes = {}
    waiting = pending_quantities(order)
    for line in order.lines.select_related("decision_line"):
        wanted = quantities.get(line.pk, line.quantity)
        if wanted == line.quantity:
            continue
        if order.state != OrderState.DRAFT:
            raise TransitionRefused(["Les quantités ne changent plus une fois la commande validée."], wrong_state=True)
        ceiling = line.quantity + waiting.get(line.decision_line_id, 0)
        if not 1 <= wanted <= ceiling:
            raise TransitionRefused([f"{line.label} : la quantité va de 1 à {ceiling}."])
        changes[line.label] = {"before": line.quantity, "after": wanted}
        OrderLine.objects.filter(pk=line.pk).update(quantity=wanted)
        _settle_difference(order, line, wanted - line.quantity, actor)
    return changes
