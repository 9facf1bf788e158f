"""The team of a school: who is in it, who asks, who leaves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.accounts import actions, queries, rules, tables
from portal.accounts.models import JoinRequest, RoleGrant
from portal.directory.models import Establishment
from portal.text.french import of
from portal.text.typed import as_typed
from portal.ui.paginate import paginate


@require_safe
def team(request: HttpRequest, uai: str) -> HttpResponse:
    establishment = _school(request, uai)
    manages = rules.may_manage_team(request.user, establishment)
    endable = {grant.pk for grant in queries.team_of(establishment) if rules.may_end(request.user, grant)} if manages else set()
    context = {
        "establishment": establishment,
        "manages": manages,
        "page_obj": paginate(request, queries.team_of(establishment)),
        "asked": queries.requests_to(establishment) if manages else [],
        "columns": tables.team(establishment, endable),
    }
    return render(request, "accounts/team.html", context)


@require_POST
def answer(request: HttpRequest, uai: str, pk: int) -> HttpResponse:
    """Accept or refuse a request, on the page of the team."""
    establishment = _managed(request, uai)
    asked = get_object_or_404(JoinRequest.objects.select_related("user"), pk=pk, establishment=establishment)
    approve = request.POST.get("answer") == "approve"
    try:
        actions.answer_join(join_request=asked, approve=approve, actor=request.user)
    except actions.ActionRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        said = f"{asked.user} fait maintenant partie de l’équipe." if approve else f"La demande {of(asked.user)} est refusée."
        messages.success(request, f"{said} Un courriel l’en prévient.")
    return redirect("team:team", uai=uai)


def end(request: HttpRequest, uai: str, pk: int) -> HttpResponse:
    """End a role in the school, after a confirmation."""
    establishment = _managed(request, uai)
    grant = get_object_or_404(RoleGrant.objects.in_force().select_related("user", "establishment"), pk=pk, establishment=establishment)
    if not rules.may_end(request.user, grant):
        raise PermissionDenied("end")
    if request.method == "POST":
        actions.end_grant(grant=grant, actor=request.user, reason=as_typed(request.POST.get("reason", ""), multiline=False).text[:500])
        messages.success(request, f"{grant.user} ne fait plus partie de l’équipe.")
        return redirect("team:team", uai=uai)
    return render(request, "accounts/team_end.html", {"grant": grant, "establishment": establishment})


def _school(request: HttpRequest, uai: str) -> Establishment:
    """The school, for its team and for those who manage people; to anybody else it has no team."""
    establishment = get_object_or_404(Establishment.objects.visible_to(request.user), uai=uai.upper())
    if not rules.may_see_team(request.user, establishment):
        raise Http404(uai)
    return establishment


def _managed(request: HttpRequest, uai: str) -> Establishment:
    establishment = _school(request, uai)
    if not rules.may_manage_team(request.user, establishment):
        raise PermissionDenied("team")
    return establishment
