"""Before acting on several orders at once: which will go, which will not, and why."""

import re
from decimal import Decimal

from orders.models import PurchaseOrder
from orders.models.commissioned import engaged_on
from portal.accounts.models import User
from portal.text.french import euros
from portal.workflow.gate import missing_for
from portal.workflow.machine import transition_named

_NUMBER = re.compile(r"[A-Z0-9-]{1,30}", re.ASCII)
SHOWN_AT_ONCE = 200  # orders that one press may carry


def chosen_orders(user: User, numbers: list[str]) -> list[PurchaseOrder]:
    """The orders of these numbers that `user` may see, in the order of their numbers, with what the conditions read."""
    wanted = [number for number in numbers[:SHOWN_AT_ONCE] if _NUMBER.fullmatch(number)]
    found = PurchaseOrder.objects.visible_to(user).filter(number__in=wanted)
    related = ("lot__agreement", "establishment__department", "decision__application")
    prefetched = found.prefetch_related("lines", "decision__orders__lines", "decision__orders__invoices", "decision__works__invoices")
    return list(prefetched.select_related(*related).order_by("number"))


def preflight(orders: list[PurchaseOrder], name: str) -> tuple[list[PurchaseOrder], list[tuple[PurchaseOrder, str]]]:
    """(those that will go, those that will not with a sentence). Orders on one lot, on one aid are added up: the last ones may not fit."""
    ready, held, taken, engaged = [], [], {}, {}
    for order in orders:
        transition = transition_named(order, name)
        reasons = missing_for(order, transition) if transition else [f"Elle est dans l’état « {order.get_state_display()} »."]
        if not reasons and name == "approve":
            reasons = _beyond_lot(order, taken) or _beyond_aid(order, engaged)
        if reasons:
            held.append((order, " ".join(reasons)))
        else:
            ready.append(order)
    return ready, held


def _beyond_lot(order: PurchaseOrder, taken: dict[int, Decimal]) -> list[str]:
    amount = order.amount_to_commit
    room = order.lot.remaining_amount - taken.get(order.lot_id, Decimal(0))
    if amount > room:
        return [f"Après les précédentes, il ne resterait que {euros(room)} HT sur le lot {order.lot.number}."]
    taken[order.lot_id] = taken.get(order.lot_id, Decimal(0)) + amount
    return []


def _beyond_aid(order: PurchaseOrder, engaged: dict[int, Decimal]) -> list[str]:
    before = engaged.get(order.decision_id, engaged_on(order.decision))
    room = order.decision.ceiling_amount - before
    if order.gross_to_commit > room:
        return [f"Après les précédentes, il ne resterait que {euros(room)} TTC sur l’aide votée."]
    engaged[order.decision_id] = before + order.gross_to_commit
    return []
