"""Who sits in the jury of a call, body by body."""

from itertools import groupby

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.workflow.gate import TransitionRefused
from scoring.actions.panel import seat_member, unseat_member
from scoring.forms.grid import SeatForm
from scoring.models import PanelMember
from scoring.queries import panel as panel_queries
from scoring.views.jury import followed_call, page, refuse


@require_http_methods(["GET", "POST"])
def panel(request, reference):
    """The panel by body, and the form that adds a person."""
    call = followed_call(request, reference)
    form = SeatForm(request.POST or None, people=panel_queries.candidates(call))
    if request.method == "POST" and form.is_valid():
        try:
            member = seat_member(call=call, actor=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error("user", " ".join(refusal.reasons))
        else:
            messages.success(request, f"{member.user} siège pour {member.body}.")
            return redirect("scoring:panel", reference=call.reference)
    members = panel_queries.panel_with_loads(call, request.user)
    bodies = [(body, list(rows)) for body, rows in groupby(members, key=lambda member: member.body)]
    context = page(request, call, "membres") | {"form": form, "bodies": bodies}
    return render(request, "scoring/jury/panel.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def panel_remove(request, reference, pk):
    """Ask, then take the person out of the jury with the readings not begun."""
    call = followed_call(request, reference)
    member = get_object_or_404(PanelMember.objects.select_related("user", "body", "call"), pk=pk, call=call)
    back = reverse("scoring:panel", args=[call.reference])
    try:
        if request.method == "POST":
            unseat_member(member=member, actor=request.user)
            messages.success(request, f"{member.user} ne siège plus dans ce jury.")
            return redirect(back)
    except TransitionRefused as refusal:
        return refuse(request, call, refusal, back=back)
    context = page(request, call, "membres") | {"member": member, "has_scored": panel_queries.has_scored(member)}
    return render(request, "scoring/jury/panel_remove.html", context)
