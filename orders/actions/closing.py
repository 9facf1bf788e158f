"""What a closing gives back, because its holder never invoiced it, and what reopening the invoicing engages again."""

from decimal import Decimal

from orders.actions.cancelling import give_back_to_envelope, lock_aid
from orders.actions.excess import hold_on_aid
from orders.actions.lots import give_back_to_lot, take_on_lot
from orders.models import CablingWork, PurchaseOrder
from orders.models.commissioned import engaged_on
from portal.accounts.models import User
from portal.workflow.actors import SystemActor
from scoring.actions.decline import keep_more


def give_back_uninvoiced(*, document: PurchaseOrder | CablingWork) -> None:
    """What is closed engages what was invoiced: the lot gets the rest back, and the envelope, where the school has declined the aid.

    Runs in the transaction of the closing, or of a credit note on what is closed.
    """
    lock_aid(document)
    held = min(document.committed_amount, document.net_held_amount)
    if held < document.committed_amount:
        give_back_to_lot(lot_id=document.lot_id, amount=document.committed_amount - held)
        _write(document, held)
    give_back_to_envelope(document.decision)


def engage_again(*, document: PurchaseOrder | CablingWork, actor: User | SystemActor) -> None:
    """An invoice is awaited again, or a credit note counts no more: what had been given back is taken again on the aid, the lot, the envelope.

    Runs in the transaction of the reopening, or of the cancellation of that credit note, in the order of a closing: decision, lot, envelope.
    Raises TransitionRefused when one of them holds it no more.
    """
    lock_aid(document)
    if not document.aid_is_declined:
        hold_on_aid(document=document, actor=actor)
    held = document.net_held_amount
    if held > document.committed_amount:
        take_on_lot(lot_id=document.lot_id, amount=held - document.committed_amount)
        _write(document, held)
    if document.decision.is_declined:
        fresh = type(document.decision).objects.get(pk=document.decision_id)
        keep_more(decision=fresh, kept=engaged_on(fresh))


def _write(document: PurchaseOrder | CablingWork, held: Decimal) -> None:
    document.committed_amount = held
    document.save(update_fields=["committed_amount"])
