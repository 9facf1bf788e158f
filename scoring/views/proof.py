"""The proof of a scenario: where it stands while it goes on, and the programs that check it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from scoring.models import ProofChecker
from scoring.optimiser.checking import checker_text
from scoring.queries.conflicts import hidden_ids
from scoring.screens.proving import proof_state
from scoring.views.session import seen_session


@require_safe
def scenario_proof(request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
    """What is proved of a scenario by now, read again by its page. Not for readers with a conflict of interest."""
    sitting = seen_session(request, pk)
    if hidden_ids(sitting.call, request.user):
        raise Http404("proof")
    found = get_object_or_404(sitting.scenarios.select_related("session__call"), pk=scenario, run__isnull=False)
    return render(request, "scoring/session/_proof_state.html", {"state": proof_state(found), "scenario": found})


@require_safe
@login_not_required
def checker(request: HttpRequest) -> HttpResponse:
    """The program that checks a proof today: one file, which needs Python and nothing else."""
    return _program(checker_text())


@require_safe
@login_not_required
def kept_checker(request: HttpRequest, sha256: str) -> HttpResponse:
    """The very program that has accepted a proof, by its digest."""
    return _program(get_object_or_404(ProofChecker, sha256=sha256).text)


def _program(text: str) -> HttpResponse:
    response = HttpResponse(text.encode(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="check_selection.py"'
    return response
