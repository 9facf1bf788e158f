"""What a cancelled order, an order closed early, a declined award leave behind."""

from orders.actions.lots import give_back_to_lot
from orders.actions.opening import keep_pending, settle_need
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, OrderLine, PendingNeed, PurchaseOrder
from orders.models.commissioned import engaged_on
from portal.accounts.models import User
from portal.workflow.actors import SYSTEM, SystemActor
from portal.workflow.gate import perform
from scoring.actions.decline import decline_decision, keep_less, restore_decision
from scoring.enums import DecisionState
from scoring.models import DecisionLine, FundingDecision

AID_RESTORED = "L’aide, qui était déclinée, est rétablie."


def undo_document(*, document: PurchaseOrder | CablingWork, actor: User | SystemActor) -> None:
    """Give back to the lot what a cancelled order or works had taken, and keep its needs as pending needs.

    Runs in the transaction of the cancellation. When the school declined the award, there is nothing left to order, and the
    envelope gets back what this engaged.
    """
    lock_aid(document)
    if document.committed_amount:
        give_back_to_lot(lot_id=document.lot_id, amount=document.committed_amount)
        document.committed_amount = 0
        document.save(update_fields=["committed_amount"])
    declined = document.aid_is_declined
    cause = f"Commande {document.number} annulée." if isinstance(document, PurchaseOrder) else f"Travaux {document.number} annulés."
    for line in document.lines.filter(is_live=True).select_related("decision_line"):
        line.is_live = False
        line.save(update_fields=["is_live"])
        if line.decision_line and line.kept_quantity and not declined:  # what an early end gave up is pending since then
            keep_pending(line=line.decision_line, quantity=line.kept_quantity, cause=cause, actor=actor)
    give_back_to_envelope(document.decision)


def give_up_rest(*, order: PurchaseOrder, actor: User | SystemActor) -> None:
    """The order is closed early: what has not come goes back to the lot and, unless the school declined, to the needs to settle.

    Runs in the transaction of the early end. What remains of the order is what was delivered: accepted and invoiced as such.
    """
    lock_aid(order)
    declined = order.aid_is_declined
    for line in order.lines.select_related("decision_line"):
        rest = line.outstanding_quantity
        if rest:
            OrderLine.objects.filter(pk=line.pk).update(given_up_quantity=line.given_up_quantity + rest)
            if line.decision_line and not declined:
                keep_pending(line=line.decision_line, quantity=rest, cause=f"Commande {order.number} soldée.", actor=actor)
    kept = PurchaseOrder.objects.get(pk=order.pk).net_amount
    give_back_to_lot(lot_id=order.lot_id, amount=order.committed_amount - kept)
    order.committed_amount = kept
    order.save(update_fields=["committed_amount"])
    give_back_to_envelope(order.decision)


def lock_aid(document: PurchaseOrder | CablingWork) -> None:
    """The decision, then the lot: as an approval locks them, so that two acts on one aid and one lot never wait for each other."""
    FundingDecision.objects.select_for_update(of=("self",)).get(pk=document.decision_id)


def give_back_to_envelope(decision: FundingDecision) -> None:
    """What orders of an aid declined engage less than before goes back to its envelope; an aid that stands keeps it, to be ordered."""
    if decision.is_declined:
        fresh = FundingDecision.objects.get(pk=decision.pk)
        keep_less(decision=fresh, kept=engaged_on(fresh))


def cancel_after_decline(*, decision: FundingDecision, reason: str) -> None:
    """The aid is declined, by the school or in its name: what the holder has not received yet is cancelled; the rest is the orders officer's to settle.

    The envelope gets back, in the same transaction, all that nothing sent still engages. Orders are locked before their decision,
    in one order, as everywhere.
    """
    orders = list(decision.orders.select_for_update(of=("self",)).order_by("pk"))
    works = list(decision.works.select_for_update(of=("self",)).order_by("pk"))
    for order in orders:
        if order.state in OrderState.EDITABLE:
            perform(order, "cancel", actor=SYSTEM, reason=reason)
    for work in works:
        if work.state in WorkState.UNORDERED:
            perform(work, "cancel", actor=SYSTEM, reason=reason)
    for need in PendingNeed.objects.filter(decision_line__decision=decision, settled_at=None):
        settle_need(need, reason, SYSTEM)
    fresh = FundingDecision.objects.get(pk=decision.pk)
    if fresh.is_granted and fresh.state == DecisionState.RELEASED:
        decline_decision(decision=fresh, kept=engaged_on(fresh), reason=reason)


def restore_after_decline(*, decision: FundingDecision, actor: User | SystemActor) -> None:
    """The school had declined by mistake: the aid stands again, and each need that nothing orders any more is to be settled.

    Orders are locked before their decision, as everywhere. Raises TransitionRefused when the envelope has the money no more.
    """
    list(decision.orders.select_for_update(of=("self",)).order_by("pk"))
    list(decision.works.select_for_update(of=("self",)).order_by("pk"))
    fresh = FundingDecision.objects.get(pk=decision.pk)
    if not fresh.is_declined:
        return
    restore_decision(decision=fresh, reason=AID_RESTORED)
    lines = fresh.lines.needs().prefetch_related("order_lines", "work_lines", "pending_needs").order_by("pk")
    for line in lines:
        if (left := _unordered(line)) > 0:
            keep_pending(line=line, quantity=left, cause=AID_RESTORED, actor=actor)


def _unordered(line: DecisionLine) -> int:
    """How many of a need no order keeps, and nobody has said that it would not be ordered."""
    kept = sum(each.kept_quantity for each in (*line.order_lines.all(), *line.work_lines.all()) if each.is_live)
    given_up = sum(need.quantity for need in line.pending_needs.all() if need.settled_at and need.is_dropped)
    return line.quantity - kept - given_up
