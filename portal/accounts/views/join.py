"""Joining a school, and leaving it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts import actions, links, queries, rules
from portal.accounts.forms import JoinForm
from portal.accounts.identity.schools import named_schools
from portal.accounts.models import JoinRequest, RoleGrant
from portal.accounts.views.posted import posted
from portal.directory import lookups
from portal.directory.models import Establishment
from portal.roles import Role
from portal.text.french import of_school, the_school
from portal.text.search import LONGEST, tidy
from portal.ui.back import next_page
from portal.workflow.actors import SYSTEM

LEFT_ALONE = rules.GIVEN_BY_HEAD  # the roles that their holder gives up alone


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Find one's school, ask to join it, follow one's requests. `next` is the page to which the person returns."""
    if not rules.may_ask_to_join(request.user):
        raise PermissionDenied("join")
    text, may_look_up = tidy(request.GET.get("q"))[:LONGEST], lookups.may_look_up(request)
    context = {
        "q": text,
        "found": queries.joinable_schools(text) if may_look_up else [],
        "refused": "" if may_look_up else lookups.TOO_MANY,
        "requests": queries.requests_of(request.user),
        "named": named_schools(request.user),
        "next": next_page(request),
    }
    return render(request, "accounts/join.html", context, status=200 if may_look_up else 429)


def ask(request: HttpRequest, uai: str) -> HttpResponse:
    """One school: a word for those who answer, then the request leaves."""
    if not rules.may_ask_to_join(request.user):
        raise PermissionDenied("ask")
    establishment = get_object_or_404(Establishment.objects.visible_to(request.user), uai=uai.upper())
    form = JoinForm(posted(request))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_to_join(user=request.user, establishment=establishment, note=form.cleaned_data["note"])
        except actions.ActionRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"Votre demande pour {the_school(establishment)} est partie. La réponse vous arrivera par courriel.")
            return redirect(next_page(request) or "accounts:join")
    has_head = queries.team_of(establishment).filter(role=Role.HEAD).exists()
    sent = queries.request_pending(request.user, establishment) if not form.is_bound else None
    context = {
        "form": form,
        "establishment": establishment,
        "has_head": has_head,
        "is_open": queries.is_open_team(establishment),
        "is_in": establishment.pk in request.user.writing_ids,
        "next": next_page(request),
        "refused": queries.just_refused(request.user, establishment) if not form.is_bound else None,
        "sent": sent if sent and not actions.may_resend(sent) else None,
    }
    return render(request, "accounts/ask.html", context, status=status)


@never_cache
@login_not_required
def answer_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link sent to the school's mailbox. Reading it changes nothing; it answers once, for the person who asked and no other."""
    asked = links.join_request_of(token)
    if asked is None or not asked.is_open:
        return render(request, "accounts/link_dead.html", {"kind": "join", "asked": asked}, status=404)
    user = request.user
    if user.is_authenticated and user.pk != asked.user_id and not rules.may_answer(user, asked):
        return render(request, "accounts/link_other.html", {"asked": asked}, status=403)
    if request.method == "POST":
        return _answer_by_link(request, asked)
    return render(request, "accounts/join_link.html", {"asked": asked})


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a team by oneself."""
    grant = get_object_or_404(RoleGrant.objects.in_force().select_related("establishment"), pk=pk, user=request.user, role__in=LEFT_ALONE)
    if request.method == "POST":
        actions.end_grant(grant=grant, actor=request.user, reason="Départ de la personne")
        messages.success(
            request, f"Vous ne faites plus partie de l’équipe {of_school(grant.establishment)}. Les dossiers restent à l’établissement."
        )
        return redirect("accounts:home")
    return render(request, "accounts/leave.html", {"grant": grant})


def _answer_by_link(request: HttpRequest, asked: JoinRequest) -> HttpResponse:
    actor = request.user if request.user.is_authenticated else SYSTEM
    approve = request.POST.get("answer") == "approve"
    try:
        actions.answer_join(join_request=asked, approve=approve, actor=actor, by_mailbox=True)
    except actions.ActionRefused:  # answered between the reading and the press
        asked.refresh_from_db()
        return render(request, "accounts/link_dead.html", {"kind": "join", "asked": asked}, status=404)
    return render(request, "accounts/join_answered.html", {"asked": asked, "approve": approve})
