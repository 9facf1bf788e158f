"""The team of a school: who is in it, who asks, who leaves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import actions, queries, rules, tables
from portal.accounts.forms import ColleagueForm
from portal.accounts.models import JoinRequest, RoleGrant
from portal.accounts.views.posted import posted
from portal.directory.models import Establishment
from portal.roles import Role
from portal.text.dates import day
from portal.text.french import of
from portal.text.typed import as_typed
from portal.ui.paginate import paginate

SHOWN = 50  # delegations on the page of a team


@require_safe
def team(request: HttpRequest, uai: str) -> HttpResponse:
    establishment = school_of_team(request, uai)
    manages = rules.may_manage_team(request.user, establishment)
    answers = manages or establishment.pk in request.user.answered_ids
    endable = {
        grant.pk for grant in queries.team_of(establishment) if rules.may_end(request.user, grant) and grant.user_id != request.user.pk
    }
    context = {
        "establishment": establishment,
        "manages": manages,
        "page_obj": paginate(request, queries.team_of(establishment)),
        "may_end_some": bool(endable),
        "asked": [asked for asked in queries.requests_to(establishment) if rules.may_answer(request.user, asked)] if answers else [],
        "columns": tables.team(establishment, endable),
        "delegations": [
            (held, not held.is_over and rules.may_end_delegation(request.user, held))
            for held in queries.with_deeds(queries.delegations_of(establishment)[:SHOWN])
        ],
        "may_invite": rules.may_invite(request.user, establishment) and not establishment.is_closed,
        "may_open": rules.may_open_team(request.user, establishment),
        "is_open": queries.is_open_team(establishment),
        "signing": {held.pk for held in queries.delegations_in_force(establishment)},
        "delegates": rules.may_delegate(request.user, establishment),
        "notes": rules.may_note_delegation(request.user, establishment),
    }
    return render(request, "accounts/team.html", context)


@require_POST
def answer(request: HttpRequest, uai: str, pk: int) -> HttpResponse:
    """Accept or refuse a request, on the page of the team."""
    establishment = school_of_team(request, uai)
    asked = get_object_or_404(JoinRequest.objects.select_related("user", "establishment"), pk=pk, establishment=establishment)
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
    establishment = school_of_team(request, uai)
    grant = get_object_or_404(RoleGrant.objects.in_force().select_related("user", "establishment"), pk=pk, establishment=establishment)
    if not rules.may_end(request.user, grant):
        raise PermissionDenied("end")
    if request.method == "POST":
        actions.end_grant(grant=grant, actor=request.user, reason=as_typed(request.POST.get("reason", ""), multiline=False).text[:500])
        messages.success(request, f"{grant.user} ne fait plus partie de l’équipe.")
        return redirect("team:team", uai=uai)
    return render(request, "accounts/team_end.html", {"grant": grant, "establishment": establishment})


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, uai: str) -> HttpResponse:
    """Invite a colleague, who reads or writes in this school until a day."""
    establishment = school_of_team(request, uai)
    if not rules.may_invite(request.user, establishment):
        raise PermissionDenied("invite")
    form = ColleagueForm(posted(request), initial={"role": Role.READER.value})
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            grant = actions.invite_colleague(establishment=establishment, actor=request.user, **form.cleaned_data)
        except actions.ActionRefused as refusal:
            form.add_error("email", str(refusal))
            status = 409
        else:
            messages.success(request, f"{grant.user.email} est invité jusqu’au {day(grant.last_day)}. Un courriel part à cette adresse.")
            return redirect("team:team", uai=uai)
    return render(request, "accounts/team_invite.html", {"form": form, "establishment": establishment}, status=status)


@require_POST
def open_team(request: HttpRequest, uai: str) -> HttpResponse:
    """The head lets the members take colleagues in, or keeps it."""
    establishment = school_of_team(request, uai)
    wanted = request.POST.get("members_accept") == "1"
    actions.set_team_open(establishment=establishment, members_accept=wanted, actor=request.user)
    messages.success(
        request, "Toute l’équipe peut accueillir un collègue." if wanted else "Le chef d’établissement seul accueille un collègue."
    )
    return redirect("team:team", uai=uai)


def school_of_team(request: HttpRequest, uai: str) -> Establishment:
    """The school, for its team and for those who manage people; to anybody else it has no team."""
    establishment = get_object_or_404(Establishment.objects.visible_to(request.user), uai=uai.upper())
    if not rules.may_see_team(request.user, establishment):
        raise Http404(uai)
    return establishment
