"""Envelopes of a call, kept by finance."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from portal.text.french import number
from portal.workflow.gate import TransitionRefused
from scoring import rules
from scoring.actions.envelope import create_envelope, edit_envelope, remove_envelope
from scoring.forms.decision import EnvelopeForm
from scoring.models import Envelope
from scoring.queries.decision import decision_calls


@require_http_methods(["GET", "HEAD", "POST"])
def envelope_create(request, reference):
    """Open one more envelope for a call."""
    call = get_object_or_404(decision_calls(request.user), reference=reference)
    _finance_only(request, call)
    form = EnvelopeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            envelope = create_envelope(call=call, actor=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, " ".join(refusal.reasons))
        else:
            messages.success(request, f"L’enveloppe « {envelope.label} » est ouverte.")
            return redirect(back_to(call))
    context = {"call": call, "form": form, "back": back_to(call)}
    return render(request, "scoring/decision/envelope.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def envelope_edit(request, pk):
    """Change an envelope; the database refuses less than what decisions take."""
    envelope = get_object_or_404(Envelope.objects.visible_to(request.user).select_related("call"), pk=pk)
    _finance_only(request, envelope.call)
    initial = {"label": envelope.label, "budget_code": envelope.budget_code, "amount": number(envelope.amount, 2)}
    form = EnvelopeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            edit_envelope(envelope=envelope, actor=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, " ".join(refusal.reasons))
        else:
            messages.success(request, "L’enveloppe est enregistrée.")
            return redirect(back_to(envelope.call))
    context = {"call": envelope.call, "envelope": envelope, "form": form, "back": back_to(envelope.call)}
    return render(request, "scoring/decision/envelope.html", context, status=422 if form.errors else 200)


@require_POST
def envelope_remove(request, pk):
    """Remove an envelope from which nothing is taken."""
    envelope = get_object_or_404(Envelope.objects.visible_to(request.user).select_related("call"), pk=pk)
    _finance_only(request, envelope.call)
    try:
        remove_envelope(envelope=envelope, actor=request.user)
    except TransitionRefused as refusal:
        context = {"reasons": refusal.reasons, "back": back_to(envelope.call)}
        return render(request, "scoring/decision/refused.html", context, status=409)
    messages.success(request, f"L’enveloppe « {envelope.label} » est supprimée.")
    return redirect(back_to(envelope.call))


def back_to(call) -> str:
    """The decisions of the call."""
    return f"{reverse('scoring:decisions')}?appel={call.reference}"


def _finance_only(request, call) -> None:
    if not rules.decides_funding(call, request.user):
        raise PermissionDenied("envelope")
