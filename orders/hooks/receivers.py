"""What this app does when a state changes, its own or a lower app's. All of it runs in the transaction of the change."""

from calls.models import Application
from orders.actions.cancelling import cancel_after_decline, give_up_rest, restore_after_decline, undo_document
from orders.actions.closing import engage_again, give_back_uninvoiced
from orders.actions.excess import hold_on_aid
from orders.actions.lots import take_on_lot
from orders.actions.opening import open_orders
from orders.actions.returning import void_reserves
from orders.models import CablingWork, PurchaseOrder
from portal.workflow.reactions import Move, after
from scoring.models import FundingDecision


@after(FundingDecision, "release")
def open_orders_on_release(decision: FundingDecision, move: Move) -> None:
    """A decision that grants something opens its draft orders and works."""
    if decision.is_granted:
        open_orders(decision=decision, actor=move.actor)


@after(Application, "decline_award", "give_up_award")
def cancel_orders_on_decline(application: Application, move: Move) -> None:
    """A school that declines its award, or for which it is given up, has nothing delivered."""
    if hasattr(application, "decision"):
        reason = "Le lycée a décliné l’aide." if move.name == "decline_award" else "Le lycée est fermé : l’aide est déclinée en son nom."
        cancel_after_decline(decision=application.decision, reason=reason)


@after(Application, "restore_award")
def restore_needs_with_the_award(application: Application, move: Move) -> None:
    """The school had declined by mistake: its money is engaged again, and what was not ordered is to be ordered."""
    if hasattr(application, "decision"):
        restore_after_decline(decision=application.decision, actor=move.actor)


@after(PurchaseOrder, "approve")
@after(CablingWork, "order")
def hold_money_of_lot(document: PurchaseOrder | CablingWork, move: Move) -> None:
    """What is ordered is taken on the aid voted, then on the money of its lot: each refuses beyond its own maximum."""
    hold_on_aid(document=document, actor=move.actor)
    take_on_lot(lot_id=document.lot_id, amount=document.committed_amount)


@after(PurchaseOrder, "close_out")
def give_back_on_early_end(order: PurchaseOrder, move: Move) -> None:
    """What will never come gives its money back to the lot, its needs to those that remain to be ordered."""
    give_up_rest(order=order, actor=move.actor)


@after(PurchaseOrder, "close", "close_without_invoice")
@after(CablingWork, "close", "close_without_invoice")
def give_back_on_closing(document: PurchaseOrder | CablingWork, move: Move) -> None:
    """What was never invoiced is no longer engaged: the aid and the lot have it again."""
    give_back_uninvoiced(document=document)


@after(PurchaseOrder, "resume_invoicing")
@after(CablingWork, "resume_invoicing", "resume_invoicing_lifted")
def engage_on_reopening(document: PurchaseOrder | CablingWork, move: Move) -> None:
    """What the closing had given back may be invoiced again: it is engaged, or the reopening is refused."""
    if move.source == type(document).State.CLOSED:
        engage_again(document=document, actor=move.actor)


@after(PurchaseOrder, "reopen_acceptance", "return_goods", "return_all_goods")
@after(CablingWork, "reopen_acceptance")
def void_reserves_of_acceptance(document: PurchaseOrder | CablingWork, move: Move) -> None:
    """An acceptance that is to be signed anew takes its reserves with it."""
    void_reserves(document=document, actor=move.actor)


@after(PurchaseOrder, "cancel")
@after(CablingWork, "cancel")
def give_back_on_cancel(document: PurchaseOrder | CablingWork, move: Move) -> None:
    """What is cancelled gives its money back to the lot, its needs to the decision."""
    undo_document(document=document, actor=move.actor)
