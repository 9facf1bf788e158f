"""What calls keep and until when: durations, what is over today, lists that one person proposes and another confirms, what is suspended."""

import csv
import io

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls import retention, rules
from calls.actions.retention import confirm, due_under, end_hold, fingerprint_of, gaps_today, place_hold, propose, set_period, stop
from calls.forms.retention import HoldForm, PeriodForm
from calls.models import Call, RetentionHold, RetentionProposal
from calls.queries.retention import due_calls, due_in_words, lines_of, months_of, summaries_of
from calls.tables.retention import CALLS, CSV, csv_row
from portal.jobs.models import Job
from portal.journal.queries import last_act
from portal.text.dates import day
from portal.ui.paginate import paginate
from portal.workflow.forms import ReasonForm
from portal.workflow.views import attempt, attempt_form, form_page

FOLDER = "calls/pilotage/retention"


def _read(request: HttpRequest, reference: str) -> Call:
    if not rules.reads_retention(request.user):
        raise PermissionDenied("retention")
    return get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), reference=reference)


def _managed(request: HttpRequest, reference: str) -> Call:
    call = _read(request, reference)
    if not rules.proposes_erasure(call, request.user):
        raise PermissionDenied("retention")
    return call


def _page_of(call: Call) -> str:
    return reverse("calls:call_retention", args=[call.reference])


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Every call that is over, with the first day on which something of it may go."""
    if not rules.reads_retention(request.user):
        raise PermissionDenied("retention")
    page = paginate(request, due_calls(timezone.now()))
    alive = {each.call_id: each for each in RetentionProposal.objects.alive().filter(call__in=[call.pk for call in page])}
    for call in page:
        call.alive_proposal = alive.get(call.pk)
    settings = [(rule, retention.in_words(retention.default_months(rule))) for rule in retention.RULES]
    return render(request, f"{FOLDER}/calls.html", {"columns": CALLS, "page_obj": page, "settings": settings, "never": retention.NEVER})


@require_safe
def call(request: HttpRequest, reference: str) -> HttpResponse:
    """One call, rule by rule: what is due, what would be left of it, what waits and what is held."""
    call = _read(request, reference)
    lines = lines_of([call], user=request.user)
    summaries = summaries_of(call, lines)
    proposals = call.retention_proposals.select_related("proposed_by", "confirmed_by", "stopped_by").order_by("-proposed_at", "-pk")
    context = {
        "call": call,
        "summaries": summaries,
        "due": [summary for summary in summaries if summary.due],
        "due_in_words": due_in_words([line for summary in summaries for line in summary.due]),
        "held_back": [line for summary in summaries for line in summary.held_back],
        "holds": call.retention_holds.select_related("application__establishment", "placed_by", "ended_by"),
        "proposals": list(proposals),
        "alive": next((each for each in proposals if each.is_alive), None),
        "manages": rules.proposes_erasure(call, request.user),
        "never": retention.NEVER,
    }
    return render(request, f"{FOLDER}/call.html", context)


@require_safe
def as_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """Every file that the call still keeps something of, rule by rule, for a spreadsheet in French."""
    call = _read(request, reference)
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow(CSV)
    table.writerows(csv_row(line) for line in lines_of([call], user=request.user))
    name = f"conservation-{call.reference.lower()}-{timezone.localdate():%Y-%m-%d}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(written.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=disposition)


@require_http_methods(["GET", "HEAD", "POST"])
def period(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Set how long this call keeps what a rule covers."""
    call = _managed(request, reference)
    try:
        rule = retention.rule_named(key)
    except KeyError as error:
        raise Http404(key) from error
    form = _period_form(call, rule, request.POST or None).watch(lambda: _period_form(call, rule), lambda: last_act(call, "set_retention"))
    answer = attempt_form(
        request, call, "Fixer une durée de conservation", form,
        lambda: set_period(call=call, rule=rule, actor=request.user, check=form.check, **form.cleaned_data),
        success="La durée est fixée.", then=_page_of(call), back=_page_of(call),
    )  # fmt: skip
    context = {"call": call, "rule": rule, "usual": retention.in_words(retention.default_months(rule))}
    return answer or form_page(request, f"{FOLDER}/period.html", form, context)


def _period_form(call: Call, rule: retention.RetentionRule, data: QueryDict | None = None) -> PeriodForm:
    return PeriodForm(data, rule=rule, initial={"months": months_of([call.pk])[call.pk, rule.key]})


@require_http_methods(["GET", "HEAD", "POST"])
def propose_page(request: HttpRequest, reference: str) -> HttpResponse:
    """GET: the list of what would go under the rules that were ticked, and what would be left. POST: propose that very list."""
    call = _managed(request, reference)
    sent = request.POST if request.method == "POST" else request.GET
    keys = [rule.key for rule in retention.RULES if rule.key in sent.getlist("regle")]
    if request.method == "POST":
        return attempt(
            request, call, "Proposer l’effacement", lambda: propose(call=call, keys=keys, seen=sent.get("liste", ""), actor=request.user),
            success="L’effacement est proposé. Une autre personne le confirme ; rien n’est effacé d’ici là.",
            then=lambda made: made.get_absolute_url(), back=_page_of(call),
        )  # fmt: skip
    lines = due_under(call, keys, request.user)
    groups = [(rule, [line for line in lines if line.rule is rule]) for rule in retention.RULES if rule.key in keys]
    context = {"call": call, "keys": keys, "groups": [group for group in groups if group[1]], "in_words": due_in_words(lines)}
    return render(request, f"{FOLDER}/propose.html", context | {"seen": fingerprint_of(lines), "delay": RetentionProposal.delay().days})


def _proposal(request: HttpRequest, reference: str, pk: int) -> RetentionProposal:
    call = _read(request, reference)
    rows = RetentionProposal.objects.select_related("call", "proposed_by", "confirmed_by", "stopped_by")
    return get_object_or_404(rows, pk=pk, call=call)


@require_safe
def proposal(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A frozen list: who proposed it, who confirmed it, what became of each file."""
    found = _proposal(request, reference, pk)
    seen = found.call.applications.all() if found.is_whole_for(request.user) else None
    items = list(found.items.select_related("application__establishment").order_by("application__reference", "rule"))
    gaps = gaps_today(found, items) if seen is not None and found.is_alive else {}
    for item in items:
        item.gap = gaps.get(item.pk, "")
    job = Job.objects.filter(dedupe_key=f"calls.erase_retained:{found.pk}", owner=request.user).order_by("-created_at").first()
    context = {
        "proposal": found,
        "call": found.call,
        "items": [] if seen is None else items,
        "is_whole": seen is not None,
        "rules": [rule for rule in retention.RULES if rule.key in found.rule_keys],
        "done": sum(1 for item in items if item.is_done),
        "held": len(gaps),
        "left": sum(1 for item in items if item.is_left),
        "may_confirm": found.awaits_second_person and rules.confirms_erasure(found, request.user),
        "may_stop": found.is_alive and rules.stops_erasure(found, request.user),
        "is_first": found.proposed_by_id == request.user.pk,
        "delay": found.delay().days,
        "job": job if job and not job.is_over else None,
    }
    return render(request, f"{FOLDER}/proposal.html", context)


@require_POST
def confirm_press(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The second person agrees."""
    found = _proposal(request, reference, pk)
    if not rules.confirms_erasure(found, request.user):
        raise PermissionDenied("confirm_erasure")
    return attempt(
        request, found.call, "Confirmer l’effacement", lambda: confirm(proposal=found, actor=request.user),
        success=lambda done: f"L’effacement est confirmé. Il commence le {day(done.runs_at)} ; d’ici là, chacun de vous deux peut l’arrêter.",
        then=found.get_absolute_url(), back=found.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def stop_page(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a proposal back, with a reason."""
    found = _proposal(request, reference, pk)
    if not rules.stops_erasure(found, request.user):
        raise PermissionDenied("stop_erasure")
    form = ReasonForm(request.POST or None, required=True)
    answer = attempt_form(
        request, found.call, "Arrêter l’effacement", form,
        lambda: stop(proposal=found, actor=request.user, reason=form.cleaned_data["reason"]),
        success="L’effacement est arrêté. Ce qui avait déjà été effacé ne revient pas ; rien d’autre ne le sera.",
        then=found.get_absolute_url(), back=found.get_absolute_url(),
    )  # fmt: skip
    return answer or form_page(request, f"{FOLDER}/stop.html", form, {"proposal": found, "call": found.call})


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Delete nothing of a file, or of the whole call, until somebody says so."""
    call = _managed(request, reference)
    form = HoldForm(request.POST or None, call=call)
    answer = attempt_form(
        request, call, "Suspendre l’effacement", form,
        lambda: place_hold(call=call, application=form.cleaned_data["reference"], reason=form.cleaned_data["reason"], actor=request.user),
        success="Plus rien n’en est effacé, jusqu’à ce que la suspension soit levée.", then=_page_of(call), back=_page_of(call),
    )  # fmt: skip
    return answer or form_page(request, f"{FOLDER}/hold.html", form, {"call": call})


@require_http_methods(["GET", "HEAD", "POST"])
def hold_end(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The duration counts again for what was held."""
    call = _managed(request, reference)
    found = get_object_or_404(RetentionHold.objects.select_related("application", "call"), pk=pk, call=call)
    form = ReasonForm(request.POST or None, required=True)
    answer = attempt_form(
        request, call, "Lever la suspension", form,
        lambda: end_hold(hold=found, reason=form.cleaned_data["reason"], actor=request.user),
        success="La suspension est levée : les durées comptent de nouveau.", then=_page_of(call), back=_page_of(call),
    )  # fmt: skip
    return answer or form_page(request, f"{FOLDER}/hold_end.html", form, {"call": call, "hold": found})
