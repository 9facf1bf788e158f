"""What becomes of the money of a decision after the release: the aid is declined, or engaged above the vote."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from scoring import rules
from scoring.actions.envelope import commit_amount
from scoring.enums import DecisionState
from scoring.models import FundingDecision


@transaction.atomic
def decline_decision(*, decision: FundingDecision, kept: Decimal, reason: str) -> FundingDecision:
    """The aid is declined, by the school or in its name, as `reason` says: its money goes back to the envelope, but for `kept`, which orders already sent engage.

    `kept` is in euros incl. VAT. Runs in the transaction of the refusal, once orders have been cancelled. Raises TransitionRefused.
    """
    locked = FundingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    held = locked.held_amount
    declined = perform(locked, "decline", actor=SYSTEM, reason=reason, kept=min(kept, held))
    _move(declined, declined.kept_amount - held)
    return declined


@transaction.atomic
def restore_decision(*, decision: FundingDecision, reason: str) -> FundingDecision:
    """The school had declined by mistake: its aid, and the excess that was authorised, take their money on the envelope again.

    Runs in the transaction of the restoration. Raises TransitionRefused when the envelope has it no more.
    """
    locked = FundingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    _move(locked, locked.given_back_amount)
    return perform(locked, "restore", actor=SYSTEM, reason=reason)


@transaction.atomic
def keep_less(*, decision: FundingDecision, kept: Decimal) -> None:
    """An order of an aid declined is cancelled or closed early: the envelope gets the difference. Nothing for an aid that stands."""
    locked = FundingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not locked.is_declined or kept >= locked.kept_amount:
        return
    delta = kept - locked.kept_amount
    locked.kept_amount = kept
    locked.save(update_fields=["kept_amount"])
    _move(locked, delta)


@transaction.atomic
def keep_more(*, decision: FundingDecision, kept: Decimal) -> None:
    """What an order of an aid declined engages grows again, its invoicing being reopened: the envelope is taken the difference.

    Nothing for an aid that stands, which holds it already. Raises TransitionRefused when the envelope has it no more.
    """
    locked = FundingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not locked.is_declined or kept <= locked.kept_amount:
        return
    delta = kept - locked.kept_amount
    locked.kept_amount = kept
    locked.save(update_fields=["kept_amount"])
    _move(locked, delta)


@transaction.atomic
def set_excess(*, decision: FundingDecision, amount: Decimal, engaged: Decimal, reason: str, actor: User) -> FundingDecision:
    """Authorise orders and works to engage `amount` euros incl. VAT above the vote, in all; the envelope is taken or given the difference.

    `engaged` is what they engage already: an authorisation is not taken back from under them. The same amount again writes nothing; who lowers
    an authorisation does not become the one who gave it. Raises PermissionDenied, and
    TransitionRefused when the envelope does not suffice, or when the aid is not released or is declined.
    """
    if not rules.decides_funding(decision, actor):
        raise PermissionDenied("authorise_excess")
    locked = FundingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if locked.state != DecisionState.RELEASED or not locked.is_granted:
        raise TransitionRefused(["Seule une aide notifiée, et non déclinée, peut être dépassée."], wrong_state=True)
    if amount and not locked.orderable_amount:
        raise TransitionRefused(["Cette aide est versée au lycée : il n’y a rien à commander, donc rien à dépasser."])
    if locked.orderable_amount + amount < engaged:
        raise TransitionRefused(["Les commandes engagent déjà davantage : annulez-en d’abord."])
    before = locked.excess_amount
    if amount == before:
        return locked
    _move(locked, amount - before)
    locked.excess_amount, locked.excess_by = amount, actor if amount > before else locked.excess_by if amount else None
    locked.save(update_fields=["excess_amount", "excess_by"])
    recorder.record(locked, "authorise_excess", actor=actor, reason=reason, data={"before": before, "after": amount})
    return locked


def _move(decision: FundingDecision, delta: Decimal) -> None:
    if delta and decision.envelope_id:
        commit_amount(envelope_id=decision.envelope_id, delta=delta)
