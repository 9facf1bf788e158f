"""Proposals taken back all at once, so that the sitting may be reopened."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.french import count, money
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import refuse_unseen
from scoring import rules
from scoring.actions.envelope import move_commitment
from scoring.actions.given_reasons import drop_given
from scoring.models import FundingDecision, Vote
from scoring.queries.decision import closed_session


@transaction.atomic
def drop_proposals(*, call: Call, reason: str, actor: User, seen: str | None = None) -> int:
    """Remove every proposed decision of a call before its vote; their money returns to the envelopes. Returns how many there were.

    The journal keeps each outcome and amount. Raises PermissionDenied, and TransitionRefused once the vote is recorded, when there is none, or
    when a colleague has changed one since the page that had `seen` them.
    """
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not rules.decides_funding(locked, actor):
        raise PermissionDenied("drop_proposals")
    if Vote.objects.filter(call=locked).exists():
        raise TransitionRefused(["Le vote de cet appel est enregistré : annulez-le d’abord."], wrong_state=True)
    of_call = FundingDecision.objects.select_for_update(of=("self",)).filter(application__call=locked)
    decisions = list(of_call.select_related("application").order_by("pk"))
    if not decisions:
        raise TransitionRefused(["Aucune décision n’est proposée pour cet appel."], wrong_state=True)
    refuse_unseen(seen, decisions, now=_summary(decisions))
    given_back: dict[int, Decimal] = {}
    kept = {}
    for decision in decisions:
        kept[decision.application.reference] = {"outcome": decision.outcome, "amount": decision.granted_amount}
        if decision.envelope_id:
            given_back[decision.envelope_id] = given_back.get(decision.envelope_id, Decimal(0)) + decision.granted_amount
    move_commitment(taken={}, given_back=given_back)
    drop_given(locked, [decision.application_id for decision in decisions])
    FundingDecision.objects.filter(pk__in=[decision.pk for decision in decisions]).delete()
    recorder.record(closed_session(locked) or locked, "drop_proposals", actor=actor, reason=reason, data={"decisions": kept})
    return len(decisions)


def _summary(decisions: list[FundingDecision]) -> str:
    granted = sum((decision.granted_amount for decision in decisions), Decimal(0))
    return f"{count(len(decisions), 'décision proposée', 'décisions proposées')}, {money(granted)} en tout"
