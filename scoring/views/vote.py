"""Mending what was voted or proposed wrongly, before anybody outside knows of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls import rules as call_rules
from calls.models import Call
from calls.workflows import passages
from portal.journal.queries import last_act
from portal.text.french import count
from portal.workflow.forms import ReasonForm
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt_form, form_page
from scoring import rules
from scoring.actions.proposals import drop_proposals
from scoring.actions.vote import correct_vote, correcting_gaps, undo_vote, undoing_gaps
from scoring.forms.decision import VoteCorrectionForm
from scoring.models import FundingDecision, Vote
from scoring.queries.decision import decision_calls


@dataclass(frozen=True)
class Opened:
    """A call whose decisions this person mends, and the page of its decisions, where each act leads back."""

    call: Call
    back: str


def _opened(request: HttpRequest, reference: str, act: str, allowed: Callable = rules.decides_funding) -> Opened:
    """404 for a call whose decisions are not this person's to read. Raises PermissionDenied when `act` is not."""
    call = get_object_or_404(decision_calls(request.user), reference=reference)
    if not allowed(call, request.user):
        raise PermissionDenied(act)
    return Opened(call, f"{reverse('scoring:decisions')}?appel={call.reference}")


def _page(request: HttpRequest, opened: Opened, name: str, form: forms.BaseForm, **more: object) -> HttpResponse:
    return form_page(request, f"scoring/decision/{name}.html", form, {"call": opened.call, "back": opened.back, **more})


@require_http_methods(["GET", "HEAD", "POST"])
def vote_correct(request: HttpRequest, reference: str) -> HttpResponse:
    """The number and the date as they are recorded, to be changed with a reason."""
    opened = _opened(request, reference, "correct_vote")
    vote = get_object_or_404(Vote, call=opened.call)
    form = VoteCorrectionForm(request.POST if request.method == "POST" else None, initial=_initial(vote))
    form.watch(lambda: VoteCorrectionForm(initial=_initial(Vote.objects.get(pk=vote.pk))), lambda: last_act(vote, "correct_vote"))
    answer = attempt_form(
        request, opened.call, "Corriger le vote", form,
        lambda: correct_vote(call=opened.call, actor=request.user, check=form.check, **form.cleaned_data),
        success="Le vote est corrigé. Le journal garde ce qui était enregistré.", then=opened.back, back=opened.back,
    )  # fmt: skip
    return answer or _page(request, opened, "vote_correct", form, vote=vote, gaps=correcting_gaps(opened.call))


def _initial(vote: Vote) -> dict:
    return {"number": vote.number, "held_on": vote.held_on}


@require_http_methods(["GET", "HEAD", "POST"])
def vote_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back a vote recorded by mistake: what it does, what prevents it, the reason."""
    opened = _opened(request, reference, "undo_vote", call_rules.undoes_votes)
    form = ReasonForm(request.POST if request.method == "POST" else None, required=True)
    answer = attempt_form(
        request, opened.call, "Annuler le vote enregistré", form,
        lambda: undo_vote(call=opened.call, actor=request.user, seen=request.POST.get(SEEN), **form.cleaned_data),
        success="Le vote est annulé : les décisions sont de nouveau des propositions.",
        then=lambda job: job or opened.back, back=opened.back,
    )  # fmt: skip
    vote, too_late = Vote.objects.filter(call=opened.call).first(), undoing_gaps(opened.call)
    lines = [] if too_late else passages.ready_to_undo_vote.lines(opened.call)
    return answer or _page(request, opened, "vote_undo", form, vote=vote, too_late=too_late, lines=lines)


@require_http_methods(["GET", "HEAD", "POST"])
def proposals_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back every proposal of a call, so that its sitting may be reopened and propose anew."""
    opened = _opened(request, reference, "drop_proposals")
    form = ReasonForm(request.POST if request.method == "POST" else None, required=True)
    answer = attempt_form(
        request, opened.call, "Reprendre les propositions", form,
        lambda: drop_proposals(call=opened.call, actor=request.user, seen=request.POST.get(SEEN), **form.cleaned_data),
        success=lambda done: f"{count(done, 'proposition reprise', 'propositions reprises')}. Les enveloppes ont retrouvé leur argent.",
        then=opened.back, back=opened.back,
    )  # fmt: skip
    decisions = list(FundingDecision.objects.filter(application__call=opened.call))
    return answer or _page(request, opened, "proposals_drop", form, proposed=len(decisions), decisions=decisions)
