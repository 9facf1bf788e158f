"""The reasons of the call that were given with a decision."""

from calls.enums import Outcome, ReasonUse
from calls.models import GivenReason
from scoring.models import FundingDecision

BY_OUTCOME = {Outcome.REJECTED.value: ReasonUse.REFUSAL, Outcome.RESERVE.value: ReasonUse.RESERVE}


def use_of(outcome: str) -> ReasonUse:
    """The act that an outcome is: a refusal, a place on the waiting list, or an aid that may be reduced."""
    return BY_OUTCOME.get(outcome, ReasonUse.CUT)


def given_with(decision: FundingDecision) -> GivenReason | None:
    """The reasons that stand with a decision, where it was given some. One query."""
    return decision.application.given_reasons.standing().filter(use__in=ReasonUse.OF_DECISIONS).first()


def own_motive(decision: FundingDecision, given: GivenReason | None) -> str:
    """The motive of a decision without the sentences of the reasons given with it, which follow it."""
    return decision.motive.removesuffix(given.listed).rstrip() if given else decision.motive
