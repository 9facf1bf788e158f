"""What this part shows on other pages: a released decision on its file, sittings and decisions on the call that is steered."""

from django.template.loader import render_to_string

from scoring import rules
from scoring.enums import DecisionState
from scoring.models import FundingDecision
from scoring.queries_decision import counts_by_outcome
from scoring.queries_session import sessions_for


def of_application(request, application) -> str:
    """The decision, its reasons and the ways of appeal, for whoever reads the file; nothing before the release."""
    decision = (
        FundingDecision.objects.filter(application=application, state=DecisionState.RELEASED)
        .select_related("application__call__vote")
        .prefetch_related("lines__request_line")
        .first()
    )
    return render_to_string("scoring/decision/_panel.html", {"decision": decision}, request) if decision else ""


def of_call(request, call) -> str:
    """Sittings and decisions of a call, for the staff who read its ranking."""
    if not rules.reads_rankings(request.user) or call.state not in ("deliberation", "voted", "released", "archived"):
        return ""
    counts = counts_by_outcome(call)
    context = {"call": call, "sessions": sessions_for(request.user).filter(call=call), "counts": counts, "total": sum(counts.values())}
    return render_to_string("scoring/decision/_call_panel.html", context, request)
