"""The aid voted as a ceiling of what is ordered, and what finance authorises above it."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from orders import rules
from orders.models import CablingWork, PurchaseOrder
from orders.models.commissioned import engaged_on
from portal.accounts.models import User
from portal.notifications import outbox
from portal.text.french import euros
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed
from scoring.actions.decline import set_excess
from scoring.models import FundingDecision


def hold_on_aid(*, document: PurchaseOrder | CablingWork, actor: User | SystemActor) -> None:
    """Make sure that what has just been approved or ordered stays within the aid, two clerks acting at once included.

    The decision's row is locked until the transaction ends: the second waits, then reads what the first engaged. Whoever authorised
    an excess does not approve the order that uses it. Raises TransitionRefused.
    """
    decision = FundingDecision.objects.select_for_update(of=("self",)).get(pk=document.decision_id)
    engaged = engaged_on(decision)
    if engaged > decision.ceiling_amount:
        over = euros(engaged - decision.ceiling_amount)
        raise TransitionRefused(
            [f"L’aide votée serait dépassée de {over} TTC : réduisez, ou demandez aux finances d’autoriser ce dépassement."]
        )
    if engaged > decision.orderable_amount and decision.excess_by_id == actor.pk:
        raise TransitionRefused(["Vous avez autorisé ce dépassement : une autre personne engage la commande."])


@transaction.atomic
def authorise_excess(*, decision: FundingDecision, amount: Decimal, reason: str, actor: User, check: Check = believed) -> FundingDecision:
    """Let orders and works of a decision engage `amount` euros incl. VAT above the vote, in all; finance and orders are told of what changes.

    Raises PermissionDenied, and TransitionRefused when the envelope does not suffice, orders already use more, or
    `check` refuses what the page showed.
    """
    if not rules.authorises_excess(decision, actor):
        raise PermissionDenied("authorise_excess")
    locked = FundingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    check()
    before = locked.excess_amount
    changed = set_excess(decision=locked, amount=amount, engaged=engaged_on(locked), reason=reason, actor=actor)
    if changed.excess_amount != before:
        outbox.post("excess_authorised", about=changed, actor=actor)
    return changed
