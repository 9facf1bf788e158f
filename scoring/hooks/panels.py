"""What this part shows on other pages: criteria of a call, a released decision on its file, sittings of a call."""

from itertools import groupby

from django.http import HttpRequest
from django.template.loader import render_to_string

from calls.enums import ApplicationState, CallState
from calls.models import Application, Call
from portal.directory.models import Establishment
from portal.text.appeals import WAYS_OF_APPEAL
from portal.text.french import whole_percentages
from scoring import rules
from scoring.enums import DecisionState
from scoring.models import CallTrial, FundingDecision, Grid
from scoring.queries.amounts import public_amounts
from scoring.queries.applying import conditions_in_words
from scoring.queries.decision import counts_by_outcome
from scoring.queries.session import sessions_for
from scoring.trial.basis import basis_of, changed


def criteria_of_call(request: HttpRequest, call: Call) -> str:
    """The grid in words; "" until there is one, but for those who are to make it."""
    grid = Grid.objects.filter(call=call).prefetch_related("criteria").first()
    criteria = [c for c in grid.criteria.all() if c.weight] if grid else []
    follows = rules.follows_jury(request.user)
    if not criteria and not follows:
        return ""
    told = conditions_in_words(call, criteria)
    shares = [
        (criterion, share, told.get(criterion.pk, ""))
        for criterion, share in zip(criteria, whole_percentages([c.weight for c in criteria]), strict=True)
    ]
    groups = [(name, list(rows)) for name, rows in groupby(shares, key=lambda share: share[0].group)]
    errata = list(grid.errata.all()) if grid else []
    context = {"grid": grid, "groups": groups, "call": call, "follows": follows, "errata": errata}
    context["amounts"] = public_amounts(call)
    return render_to_string("scoring/jury/_criteria_of_call.html", context, request=request)


def of_application(request: HttpRequest, application: Application) -> str:
    """The decision, its reasons and the ways of appeal, for whoever reads the file; nothing before the release, without asking."""
    if application.state not in ApplicationState.ANSWERED:
        return ""
    decision = (
        FundingDecision.objects.filter(application=application, state__in=DecisionState.KNOWN)
        .select_related("application__call__vote")
        .prefetch_related("lines__request_line")
        .first()
    )
    return render_to_string("scoring/decision/_panel.html", {"decision": decision, "appeal": WAYS_OF_APPEAL}, request) if decision else ""


def of_establishment(request: HttpRequest, establishment: Establishment) -> str:
    """The decisions on the files of a lycée, for the staff who read decisions; those of files that a person must not read are left out."""
    if not rules.reads_decisions(request.user):
        return ""
    files = Application.objects.visible_to(request.user).filter(establishment=establishment)
    around = ("application__establishment__department", "application__call", "envelope")
    found = FundingDecision.objects.visible_to(request.user).filter(application__in=files).select_related(*around).order_by("-pk")
    return render_to_string("scoring/decision/_of_establishment.html", {"decisions": found}, request) if found else ""


def trial_of_call(request: HttpRequest, call: Call) -> str:
    """The last trial of a call by the directory, for who reads it: while it may still change, or once one was made."""
    if not rules.reads_trials(request.user):
        return ""
    trial = CallTrial.objects.filter(call=call).defer("report", "lists").first()
    if trial is None and not call.is_draft:
        return ""
    context = {"call": call, "trial": trial, "changed": changed(trial.basis, basis_of(call)) if trial else ""}
    return render_to_string("scoring/trial/_call_panel.html", context, request=request)


def of_call(request: HttpRequest, call: Call) -> str:
    """Sittings and decisions of a call, for the staff who read them."""
    if not rules.reads_decisions(request.user) or call.state not in CallState.DELIBERATED:
        return ""
    counts = counts_by_outcome(call)
    context = {"call": call, "sessions": sessions_for(request.user).filter(call=call), "counts": counts, "total": sum(counts.values())}
    return render_to_string("scoring/decision/_call_panel.html", context, request)
