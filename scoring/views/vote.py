"""Mending what was voted or proposed wrongly, before anybody outside knows of it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls import rules as call_rules
from portal.text.french import count
from portal.workflow.forms import ReasonForm
from portal.workflow.views import attempt_form, form_page
from scoring import rules
from scoring.actions.proposals import drop_proposals
from scoring.actions.vote import correct_vote, undo_vote
from scoring.forms.decision import VoteCorrectionForm
from scoring.models import FundingDecision, Vote
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


@require_http_methods(["GET", "HEAD", "POST"])
def vote_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back a vote recorded by mistake: what it does, what prevents it, the reason."""
    call = get_object_or_404(decision_calls(request.user), reference=reference)
    if not call_rules.undoes_votes(call, request.user):
        raise PermissionDenied("undo_vote")
    back = f"{reverse('scoring:decisions')}?appel={call.reference}"
    form = ReasonForm(request.POST if request.method == "POST" else None, required=True)
    answer = attempt_form(
        request, call, "Annuler le vote enregistré", form,
        lambda: undo_vote(call=call, actor=request.user, **form.cleaned_data),
        success="Le vote est annulé : les décisions sont de nouveau des propositions.", then=lambda job: job or back, back=back,
    )  # fmt: skip
    context = {"call": call, "vote": Vote.objects.filter(call=call).first(), "back": back}
    return answer or form_page(
        request,
        "scoring/decision/vote_undo.html",
        form,
        context | {"lines": call_rules.ready_to_undo_vote.lines(call) if call.is_voted else []},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def proposals_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back every proposal of a call, so that its sitting may be reopened and propose anew."""
    call = get_object_or_404(decision_calls(request.user), reference=reference)
    if not rules.decides_funding(call, request.user):
        raise PermissionDenied("drop_proposals")
    back = f"{reverse('scoring:decisions')}?appel={call.reference}"
    form = ReasonForm(request.POST if request.method == "POST" else None, required=True)
    answer = attempt_form(
        request, call, "Reprendre les propositions", form,
        lambda: drop_proposals(call=call, actor=request.user, **form.cleaned_data),
        success=lambda done: f"{count(done, 'proposition reprise', 'propositions reprises')}. Les enveloppes ont retrouvé leur argent.",
        then=back, back=back,
    )  # fmt: skip
    proposed = FundingDecision.objects.filter(application__call=call).count()
    return answer or form_page(request, "scoring/decision/proposals_drop.html", form, {"call": call, "proposed": proposed, "back": back})
