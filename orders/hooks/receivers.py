"""What this app does when a state changes, its own or a lower app's. All of it runs in the transaction of the change."""

from django.dispatch import receiver

from calls.models import Application
from orders.actions.cancelling import cancel_after_decline, undo_document
from orders.actions.lots import take_on_lot
from orders.actions.opening import open_orders
from orders.models import CablingWork, PurchaseOrder
from portal.workflow.signals import transitioned
from scoring.enums import GRANTING_OUTCOMES
from scoring.models import FundingDecision


@receiver(transitioned, sender=FundingDecision, dispatch_uid="orders.open_on_release")
def open_orders_on_release(sender, instance, name, actor, **kwargs):
    if name == "release" and instance.outcome in GRANTING_OUTCOMES:
        open_orders(decision=instance, actor=actor)


@receiver(transitioned, sender=Application, dispatch_uid="orders.cancel_on_decline")
def cancel_orders_on_decline(sender, instance, name, **kwargs):
    if name == "decline_award" and hasattr(instance, "decision"):
        cancel_after_decline(decision=instance.decision)


@receiver(transitioned, sender=PurchaseOrder, dispatch_uid="orders.lot_of_order")
def hold_lot_of_order(sender, instance, name, actor, **kwargs):
    if name == "approve":
        take_on_lot(lot_id=instance.lot_id, amount=instance.committed_amount)
    elif name == "cancel":
        undo_document(document=instance, actor=actor)


@receiver(transitioned, sender=CablingWork, dispatch_uid="orders.lot_of_work")
def hold_lot_of_work(sender, instance, name, actor, **kwargs):
    if name == "order":
        take_on_lot(lot_id=instance.lot_id, amount=instance.committed_amount)
    elif name == "cancel":
        undo_document(document=instance, actor=actor)
