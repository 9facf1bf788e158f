"""Correcting a vote that was typed wrongly."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.workflow.views import attempt_form, form_page
from scoring import rules
from scoring.actions.vote import correct_vote
from scoring.forms.decision import VoteCorrectionForm
from scoring.models import Vote
from scoring.queries.decision import decision_calls


@require_http_methods(["GET", "HEAD", "POST"])
def vote_correct(request: HttpRequest, reference: str) -> HttpResponse:
    """The number and the date as they are recorded, to be changed with a reason."""
    call = get_object_or_404(decision_calls(request.user), reference=reference)
    if not rules.decides_funding(call, request.user):
        raise PermissionDenied("correct_vote")
    vote = get_object_or_404(Vote, call=call)
    back = f"{reverse('scoring:decisions')}?appel={call.reference}"
    form = VoteCorrectionForm(request.POST if request.method == "POST" else None, initial={"number": vote.number, "held_on": vote.held_on})
    answer = attempt_form(
        request, call, "Corriger le vote", form,
        lambda: correct_vote(call=call, actor=request.user, **form.cleaned_data),
        success="Le vote est corrigé. Le journal garde ce qui était enregistré.", then=back, back=back,
    )  # fmt: skip
    return answer or form_page(request, "scoring/decision/vote_correct.html", form, {"call": call, "vote": vote, "back": back})
