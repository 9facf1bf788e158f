"""Delegations of signature, on the page of a team: given by the head, noted from a paper, ended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from portal.accounts import actions, rules
from portal.accounts.delegation_forms import DelegationForm, PaperDelegationForm
from portal.accounts.forms import OptionalReasonForm
from portal.accounts.models import Delegation
from portal.accounts.views.posted import posted
from portal.accounts.views.team import school_of_team
from portal.text.dates import day

TITLES = {False: "Déléguer ma signature", True: "Noter une délégation donnée sur papier"}
PRESS = {False: "Donner cette délégation", True: "Noter cette délégation"}


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, uai: str) -> HttpResponse:
    """The head gives it; whoever manages people writes down one that was given on paper."""
    establishment = school_of_team(request, uai)
    on_paper = not rules.may_delegate(request.user, establishment)
    if on_paper and not rules.may_note_delegation(request.user, establishment):
        raise PermissionDenied("delegate")
    kind = PaperDelegationForm if on_paper else DelegationForm
    form = kind(posted(request), request.FILES or None, establishment=establishment)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            if on_paper:
                done = actions.note_delegation(establishment=establishment, terms=form.terms, **form.signature, actor=request.user)
            else:
                done = actions.give_delegation(establishment=establishment, terms=form.terms, actor=request.user)
        except actions.ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            since = f" à partir du {day(done.starts_on)}" if done.is_to_come else ""
            until = f"jusqu’au {day(done.ends_on)}"
            messages.success(request, f"{done.delegate} signe {done.mention},{since} {until}. Un courriel l’en prévient.")
            return redirect("team:team", uai=uai)
    context = {"form": form, "establishment": establishment, "title": TITLES[on_paper], "press": PRESS[on_paper], "on_paper": on_paper}
    return render(request, "accounts/delegation_give.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, uai: str, pk: int) -> HttpResponse:
    """End one before its day, after a confirmation."""
    establishment = school_of_team(request, uai)
    around = ("establishment", "delegate", "head")
    delegation = get_object_or_404(Delegation.objects.select_related(*around), pk=pk, establishment=establishment)
    if not rules.may_end_delegation(request.user, delegation):
        raise PermissionDenied("end_delegation")
    form = OptionalReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if delegation.is_over:
            messages.info(request, "Cette délégation est déjà terminée.")
        else:
            actions.end_delegation(delegation=delegation, actor=request.user, reason=form.cleaned_data["reason"])
            messages.success(
                request, f"La délégation est terminée : {delegation.delegate} ne signe plus {delegation.mention} ces actes-là."
            )
        return redirect("team:team", uai=uai)
    context = {"form": form, "establishment": establishment, "delegation": delegation}
    return render(request, "accounts/delegation_end.html", context, status=422 if form.is_bound else 200)
