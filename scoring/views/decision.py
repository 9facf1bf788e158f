"""Decisions of a call: their list under its envelopes, one proposal, the vote."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from calls.models import Call
from portal.accounts.models import User
from portal.text.french import count
from portal.ui.paginate import paginate
from portal.ui.sorting import sort_queryset
from portal.ui.tables import sorts
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt, attempt_form, form_page
from scoring import rules
from scoring.actions.decision import StaleDecision, propose_decisions, record_vote, resume_vote, revise_decision
from scoring.actions.vote import undoing_gaps
from scoring.forms.decision import DecisionFilters, DecisionForm, VoteForm
from scoring.models import FundingDecision, SelectionSession, Vote
from scoring.queries.announced import proposed_from, voted_on
from scoring.queries.decision import (
    closed_session,
    counts_by_outcome,
    decision_calls,
    decisions_listed,
    envelopes_of,
    known_decisions,
    money_of,
    vote_lines,
)
from scoring.queries.next_step import RELEASE, step_of
from scoring.queries.scenario import retained_scenario
from scoring.tables.decisions import DECISIONS, shown_total


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """The decisions of one call (`?appel=`; the latest without it), its envelopes, and what comes next."""
    if not rules.reads_decisions(request.user):
        raise PermissionDenied("decisions")
    calls = list(decision_calls(request.user))
    call = chosen_call(request, calls)
    if call is None:
        return render(request, "scoring/decision/none.html")
    filters = DecisionFilters(request.GET, call=call)
    narrowed = filters.narrow(decisions_listed(call, request.user))
    rows, sort = sort_queryset(request, narrowed, sorts(DECISIONS), "rang")
    total = filters.total(narrowed)
    context = {
        "calls": calls,
        "call": call,
        "filters": filters,
        "page_obj": paginate(request, rows),
        "sort": sort,
        "columns": DECISIONS,
        "shown_total": total,
        "foot": shown_total(total),
        "envelopes": list(envelopes_of(call)),
        "money": money_of(call),
        "counts": counts_by_outcome(call),
    }
    return render(request, "scoring/decision/list.html", context | next_step(request, call))


def chosen_call(request: HttpRequest, calls: Iterable[Call]) -> Call | None:
    """The call of `?appel=` (404 when it is none of these), otherwise the first; None when there is none."""
    asked = request.GET.get("appel")
    found = [call for call in calls if not asked or call.reference == asked]
    if asked and not found:
        raise Http404(asked)
    return found[0] if found else None


def next_step(request: HttpRequest, call: Call) -> dict:
    """What the person may do next for this call: propose, vote, release; or who does it."""
    sitting = closed_session(call)
    finance, manager = rules.decides_funding(call, request.user), rules.releases_results(call, request.user)
    step = step_of(call)
    may_undo = step == RELEASE and finance and not undoing_gaps(call)
    known = known_decisions(call) if step == RELEASE else 0
    may_correct = finance and not known
    return {
        "sitting": sitting, "step": step, "decides": finance, "releases": manager, "may_undo_vote": may_undo, "known": known,
        "may_correct_vote": may_correct,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, session: int) -> HttpResponse:
    """Ask, then draw one decision per file from the scenario that the sitting retained."""
    sitting = get_object_or_404(SelectionSession.objects.visible_to(request.user).select_related("call"), pk=session)
    if not rules.decides_funding(sitting, request.user):
        raise PermissionDenied("propose_decisions")
    back = f"{reverse('scoring:decisions')}?appel={sitting.call.reference}"
    if request.method == "POST":
        return attempt(
            request, sitting, "Proposer les décisions",
            lambda: propose_decisions(session=sitting, actor=request.user, seen=request.POST.get(SEEN)),
            success=lambda made: f"{count(len(made), 'décision proposée', 'décisions proposées')}. Rien n’est connu des lycées.", then=back,
        )  # fmt: skip
    context = {"session": sitting, "scenario": retained_scenario(sitting.call), "back": back, "money": money_of(sitting.call)}
    context["told"] = proposed_from(sitting.call)
    return render(request, "scoring/decision/propose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: read by the staff, changed by finance until the vote."""
    found = get_object_or_404(seen_decisions(request.user), pk=pk)
    if request.method == "POST" and not rules.decides_funding(found, request.user):
        raise PermissionDenied("revise_decision")
    form = DecisionForm(request.POST or None, decision=found)
    stale = None
    try:
        if answer := _revised(request, found, form):
            return answer
    except StaleDecision as conflict:
        stale = conflict.current
    may_write = found.is_open and rules.decides_funding(found, request.user) and not hasattr(found.application.call, "vote")
    context = {"decision": found, "form": form, "may_write": may_write, "stale": stale}
    return render(request, "scoring/decision/page.html", context, status=409 if stale else 422 if form.errors else 200)


def seen_decisions(user: User) -> QuerySet[FundingDecision]:
    """Decisions that this person reads, with all that their page shows."""
    related = ("application__establishment__authority", "application__establishment__department", "application__call__vote", "envelope")
    prefetched = ("lines__request_line", "cuts", "application__lines", "application__answers", "application__questionnaire")
    return FundingDecision.objects.visible_to(user).select_related(*related, "decided_by").prefetch_related(*prefetched)


def _revised(request: HttpRequest, found: FundingDecision, form: DecisionForm) -> HttpResponse | None:
    """The answer once the decision is changed; None when its page is to be shown. Raises StaleDecision."""

    def revise() -> None:
        cleaned = form.cleaned_data
        revise_decision(
            decision=found, version=cleaned["version"], outcome=cleaned["outcome"], envelope=cleaned["envelope"],
            quantities=form.quantities, amounts=form.amounts, motive=cleaned["motive"], wording=form.wording, cuts=form.cuts, actor=request.user,
        )  # fmt: skip

    said = f"La décision sur {found.application.reference} est enregistrée. Rien n’est connu du lycée."
    return attempt_form(request, found, "Enregistrer la décision", form, revise, success=said)


@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the vote of the Commission permanente: what is missing, the form, the decisions it carries."""
    call = get_object_or_404(decision_calls(request.user), reference=reference)
    if not rules.decides_funding(call, request.user):
        raise PermissionDenied("record_vote")
    back = f"{reverse('scoring:decisions')}?appel={call.reference}"
    if call.is_deliberated and Vote.objects.filter(call=call).exists():
        return _voting(request, call, back)
    form = VoteForm(request.POST or None)
    answer = attempt_form(
        request, call, "Enregistrer le vote", form,
        lambda: record_vote(call=call, actor=request.user, seen=request.POST.get(SEEN), **form.cleaned_data),
        success="Le vote est enregistré. Rien n’est connu des lycées avant la notification.", then=lambda job: job or back, back=back,
    )  # fmt: skip
    if answer:
        return answer
    lines = list(vote_lines(call))
    context = {
        "call": call,
        "missing": [line.sentence for line in lines if line.is_missing],
        "lines": lines,
        "counts": counts_by_outcome(call),
        "back": back,
        "money": money_of(call),
        "told": voted_on(call),
    }
    return form_page(request, "scoring/decision/vote.html", form, context)


def _voting(request: HttpRequest, call: Call, back: str) -> HttpResponse:
    """A vote written whose job has stopped before the end can be taken up again."""
    if request.method == "POST":
        return redirect(resume_vote(call=call, actor=request.user))
    return render(request, "scoring/decision/voting.html", {"call": call, "back": back})
