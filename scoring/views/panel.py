"""Who sits in the jury of a call, body by body."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.journal.removed import found_in
from portal.text.french import of
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt, attempt_form, form_page
from scoring.actions.panel import seat_member, unseat_member
from scoring.forms.grid import SeatForm
from scoring.models import PanelMember
from scoring.queries import panel as panel_queries
from scoring.tables.jury import seats
from scoring.views.jury import followed_call, page


@require_http_methods(["GET", "POST"])
def panel(request: HttpRequest, reference: str) -> HttpResponse:
    """The panel by body, and the form that adds a person."""
    call = followed_call(request, reference)
    form = SeatForm(request.POST or None, people=panel_queries.candidates(call))
    back = reverse("scoring:panel", args=[call.reference])
    answer = attempt_form(
        request, call, "Donner un siège", form,
        lambda: seat_member(call=call, actor=request.user, **form.cleaned_data),
        field="user", success=lambda member: f"{member.user} siège pour {member.body}.", then=back, back=back,
    )  # fmt: skip
    if answer:
        return answer
    members = panel_queries.panel_with_loads(call, request.user)
    bodies = [(body, list(rows)) for body, rows in groupby(members, key=lambda member: member.body)]
    context = page(request, call, "membres") | {"bodies": bodies, "columns": seats(call)}
    return form_page(request, "scoring/jury/panel.html", form, context)


@require_http_methods(["GET", "POST"])
def panel_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask, then take the person out of the jury with the readings not begun."""
    call = followed_call(request, reference)
    back = reverse("scoring:panel", args=[call.reference])
    member = found_in(
        PanelMember.objects.filter(call=call).select_related("user", "body", "call"), pk, above=call, act="unseat_member",
        what=lambda entry: f"Le siège {of(entry.data['person']['label'])} a déjà été retiré", back=back,
    )  # fmt: skip
    if request.method == "POST":
        return attempt(
            request, call, "Retirer un siège",
            lambda: unseat_member(member=member, actor=request.user, seen=request.POST.get(SEEN)),
            success=f"{member.user} ne siège plus dans ce jury.", then=back, back=back,
        )  # fmt: skip
    context = page(request, call, "membres") | {"member": member, "has_scored": panel_queries.has_scored(member)}
    context["goes"] = panel_queries.seat_with_readings(member)
    return render(request, "scoring/jury/panel_remove.html", context)
