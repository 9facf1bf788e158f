"""The generic view behind every button that a workflow draws."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from portal.workflow.gate import TransitionRefused, missing_for, perform
from portal.workflow.machine import transitions_of


def run_transition(request, obj, name: str, *, success: str | None = None, data: dict | None = None):
    """GET asks for confirmation (and a reason where the workflow wants one); POST carries the transition out.

    `obj` has already passed its `visible_to` queryset. Hidden transitions have a form of their own: 404 here.
    """
    same = [t for t in transitions_of(obj) if t.name == name and not t.custom.get("hidden")]
    if not same:
        raise Http404(name)
    transition = next((t for t in same if t.source in (obj.state, "*")), same[0])
    if not transition.has_perm(obj, request.user):
        raise PermissionDenied(name)
    reason = request.POST.get("reason", "").strip()
    error = ""
    if request.method == "POST":
        if transition.custom.get("needs_reason") and not reason:
            error = "Indiquez le motif : il est gardé au journal et communiqué aux personnes concernées."
        else:
            return _carry_out(request, obj, name, reason=reason, success=success, data=data or {}, label=transition.custom["label"])
    context = {
        "object": obj,
        "transition": transition.custom,
        "name": name,
        "missing": missing_for(obj, transition),
        "possible": transition.source in (obj.state, "*"),
        "reason": reason,
        "reason_error": error,
    }
    return render(request, "workflow/confirm.html", context, status=422 if error else 200)


def _carry_out(request, obj, name, *, reason, success, data, label):
    try:
        fresh = perform(obj, name, actor=request.user, reason=reason, **data)
    except TransitionRefused as refusal:
        return refused(request, obj, refusal, label=label)
    messages.success(request, success or f"{label} : c’est fait.")
    return redirect(fresh.get_absolute_url())


def refused(request, obj, refusal: TransitionRefused, *, label: str):
    """The page that says why a transition did not happen; nothing was changed. 409 when somebody acted before."""
    context = {"object": obj, "label": label, "reasons": refusal.reasons, "wrong_state": refusal.wrong_state}
    return render(request, "workflow/refused.html", context, status=409)
