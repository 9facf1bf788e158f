"""What a cancelled order or a declined award leaves behind."""

from orders.actions.lots import give_back_to_lot
from orders.actions.opening import keep_pending, settle_need
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, PendingNeed, PurchaseOrder
from portal.accounts.models import User
from portal.workflow.actors import SYSTEM, SystemActor
from portal.workflow.gate import perform
from scoring.models import FundingDecision


def undo_document(*, document: PurchaseOrder | CablingWork, actor: User | SystemActor) -> None:
    """Give back to the lot what a cancelled order or works had taken, and keep its needs as pending needs.

    Runs in the transaction of the cancellation. When the school declined the award, there is nothing left to order.
    """
    if document.committed_amount:
        give_back_to_lot(lot_id=document.lot_id, amount=document.committed_amount)
        document.committed_amount = 0
        document.save(update_fields=["committed_amount"])
    declined = document.decision.application.is_declined
    cause = f"Commande {document.number} annulée." if isinstance(document, PurchaseOrder) else f"Travaux {document.number} annulés."
    for line in document.lines.filter(is_live=True).select_related("decision_line"):
        line.is_live = False
        line.save(update_fields=["is_live"])
        if line.decision_line and not declined:
            keep_pending(line=line.decision_line, quantity=line.quantity, cause=cause, actor=actor)


def cancel_after_decline(*, decision: FundingDecision) -> None:
    """The school declined: what the holder has not received yet is cancelled; the rest is the orders officer's to settle."""
    reason = "Le lycée a décliné l’aide."
    for order in decision.orders.filter(state__in=OrderState.EDITABLE):
        perform(order, "cancel", actor=SYSTEM, reason=reason)
    for work in decision.works.filter(state__in=WorkState.UNORDERED):
        perform(work, "cancel", actor=SYSTEM, reason=reason)
    for need in PendingNeed.objects.filter(decision_line__decision=decision, settled_at=None):
        settle_need(need, reason, SYSTEM)
