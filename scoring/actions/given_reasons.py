"""The reasons of the call that a decision gives: their sentences follow the motive, in the words of that day."""

from collections.abc import Collection

from calls.enums import ReasonUse
from calls.models import Call, GivenReason
from calls.reasons import Wording
from scoring.models import FundingDecision
from scoring.queries.given_reasons import use_of


def give_reasons(decision: FundingDecision, own: str, wording: Wording) -> str:
    """Keep the reasons given with a decision in the place of those before; returns the whole motive. To be called with the decision locked."""
    drop_given(decision.application.call, [decision.application_id])
    if not wording.chosen:
        return own
    given = GivenReason(
        application=decision.application, use=use_of(decision.outcome), chosen=wording.kept, precision=own,
    )  # fmt: skip
    given.save()
    return f"{own}\n{given.listed}"


def drop_given(call: Call, files: Collection[int]) -> None:
    """What was said with decisions on these files (ids) is kept, and counts no more."""
    given = GivenReason.objects.standing().filter(application__call=call, application__in=files, use__in=ReasonUse.OF_DECISIONS)
    given.update(is_standing=False)
