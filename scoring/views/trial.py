"""A call put to the trial of the directory: its report, the lycées that it counts, and asking for it."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from calls.models import Call
from portal.directory.models import Establishment
from portal.jobs.models import Job
from portal.ui.paginate import paginate
from portal.workflow.views import attempt
from scoring import rules
from scoring.actions.trial import KIND, ask_trial
from scoring.models import CallTrial
from scoring.screens.trial import TrialScreen, prepared, screen_of
from scoring.screens.trial_map import trial_map
from scoring.tables import trial as columns
from scoring.trial.report import TrialReport
from scoring.trial.who import ELIGIBLE, EXCLUDED, UNKNOWN
from scoring.views.jury import followed_call


@require_safe
def trial(request: HttpRequest, reference: str) -> HttpResponse:
    """The report, and what the publication asks besides."""
    call = followed_call(request, reference)
    may_try = rules.tries_calls(call, request.user)
    screen = screen_of(call, mends=may_try)
    context = {
        "call": call,
        "screen": screen,
        "prepared": prepared(call),
        "may_try": may_try,
        "at_work": _at_work(call, request),
        **(_tables(screen) if screen else {}),
    }
    return render(request, "scoring/trial/page.html", context)


def _at_work(call: Call, request: HttpRequest) -> Job | None:
    """The trial that this person has asked for and that is not over."""
    return Job.objects.visible_to(request.user).filter(kind=KIND, params__call=call.pk, state__in=Job.State.ALIVE).first()


@dataclass(frozen=True)
class ListedRow:
    """A row of the report, with the address of the lycées that it counts."""

    row: Any
    address: str


def _tables(screen: TrialScreen) -> dict[str, Any]:
    report = screen.report
    return {
        "report": report,
        "eligible_url": screen.listed(ELIGIBLE),
        "unknown_url": screen.listed(UNKNOWN),
        "excluded_url": screen.listed(EXCLUDED),
        "reasons": [ListedRow(row, screen.listed(row.key)) for row in report.reasons],
        "missing": [ListedRow(row, screen.listed(row.key)) for row in report.missing],
        "has_undecided": any(row.undecided for row in report.questions),
        "criteria": [(f"critere-{rank}", row) for rank, row in enumerate(report.criteria, start=1)],
        "reason_columns": columns.REASONS,
        "missing_columns": columns.MISSING,
        "place_columns": columns.PLACES,
        "question_columns": columns.QUESTIONS,
        "line_columns": columns.LINES,
        "map": trial_map(screen.trial),
        "rule_columns": columns.RULES,
        "figure_columns": columns.FIGURES,
    }


@require_POST
def trial_ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Have the worker run the directory through the call."""
    call = followed_call(request, reference)
    return attempt(
        request, call, "Éprouver l’appel sur l’annuaire",
        lambda: ask_trial(call=call, actor=request.user),
        then=lambda job: f"{job.get_absolute_url()}?suivre=1",
        back=CallTrial(call=call).get_absolute_url(),
    )  # fmt: skip


@require_safe
def trial_lycees(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """The lycées that one figure of the report counts, as the directory describes them now."""
    call = followed_call(request, reference)
    kept = get_object_or_404(CallTrial, call=call)
    if key not in kept.lists:
        raise Http404
    page_obj = paginate(request, kept.lists[key])
    found = Establishment.objects.select_related("department", "authority").in_bulk(list(page_obj.object_list))
    page_obj.object_list = [found[pk] for pk in page_obj.object_list if pk in found]
    context = {"call": call, "page_obj": page_obj, "columns": columns.LYCEES, "title": title_of(key, TrialReport.from_json(kept.report))}
    return render(request, "scoring/trial/lycees.html", context | {"total": len(kept.lists[key])})


def title_of(key: str, report: TrialReport) -> str:
    """What the lycées of a list have in common."""
    named = {ELIGIBLE: "Lycées éligibles", UNKNOWN: "Lycées dont un fait reste inconnu", EXCLUDED: "Lycées non éligibles"}
    named |= {row.key: row.label for row in report.reasons}
    named |= {row.key: f"Fait inconnu : {row.label[:1].lower()}{row.label[1:]}" for row in report.missing}
    return named.get(key) or next((finding.sentence for finding in report.findings if finding.listed == key), "Lycées comptés")
