"""Between the opening of the deliberation and the release: the step at which a call is, from its sitting and its decisions."""

from calls.models import Call
from scoring.enums import SessionState
from scoring.models import FundingDecision, SelectionSession, Vote
from scoring.queries.decision import closed_session

SESSION, PROPOSE, VOTE, VOTING, RELEASE = "session", "propose", "vote", "voting", "release"


def step_of(call: Call) -> str:
    """One of the five steps; "" before the deliberation and after the release."""
    if call.is_voted:
        return RELEASE
    if not call.is_deliberated:
        return ""
    if not FundingDecision.objects.filter(application__call=call).exists():
        return PROPOSE if closed_session(call) else SESSION
    # A vote written and not yet carried to every decision is being carried by a job.
    return VOTING if Vote.objects.filter(call=call).exists() else VOTE


def live_sitting(call: Call) -> SelectionSession | None:
    """The sitting to come or being held; None when none is prepared."""
    return call.sessions.filter(state__in=SessionState.LIVE).order_by("held_at", "pk").first()
