"""The ranking of a call, for whoever deliberates on it or answers for it; never a file in conflict with the reader."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods

from calls.models import Application
from portal.directory.text import fold
from portal.ui.paginate import paginate
from scoring import queries, rules
from scoring.forms.filters import RankingFilters
from scoring.models import PanelMember
from scoring.queries_places import page_of, places
from scoring.queries_ranking import Panel, marks_by_criterion
from scoring.views.assessor import interest_form

BANDS = 10


@require_GET
def ranking(request, reference):
    """Rank, score, bodies, spread, distribution, page by page."""
    call = ranked_call(request, reference)
    filters = RankingFilters(request.GET)
    panel = Panel(call)
    everything = places(call, panel, viewer=request.user)
    shown = _narrow(call, everything, filters.values)
    page_obj = paginate(request, shown)
    page_obj.object_list = [(row, dots(row, call.grid.scale)) for row in page_of(call, panel, page_obj.object_list)]
    alert = call.grid.spread_alert if everything else 0
    scored = [s for s in everything if s.score is not None]
    context = {
        "call": call,
        "page_obj": page_obj,
        "filters": filters,
        "bands": _bands(scored, call.grid.scale) if scored else [],
        "scored": len(scored),
        "total": len(everything),
        "disputed": sum(s.spread is not None and s.spread >= alert for s in scored),
        "incomplete": sum(s.is_incomplete for s in scored),
        "is_provisional": call.is_scored,
        "tab": "classement",
        "may_rank": True,
        "follows": rules.follows_jury(request.user),
        "sits": request.user.pk in panel.people,
        "workbook_url": _workbook_url(call),
    }
    return render(request, "scoring/jury/ranking.html", context)


def dots(row, scale: int) -> list[str]:
    """Where each juror's mark stands on an axis of 96 units, as the drawing wants it."""
    return [f"{4 + 88 * float(mark.score) / scale:.1f}" for mark in row.jurors]


def ranked_call(request, reference):
    """The call, for whoever may read its ranking now; 404 for others, a juror before the deliberation included."""
    call = (
        queries.ranking_calls(request.user)
        .select_related("programme", "grid")
        .prefetch_related("grid__criteria")
        .filter(reference=reference)
        .first()
    )
    if call is None or not hasattr(call, "grid"):
        raise Http404(reference)
    return call


def _narrow(call, everything, values):
    """Filters choose among the standings; they never change a rank."""
    if values.get("ecart"):
        everything = [s for s in everything if s.spread is not None and s.spread >= call.grid.spread_alert]
    if values.get("q") or values.get("autorite"):
        files = Application.objects.filter(call=call)
        if values.get("q"):
            files = files.filter(search_text__contains=fold(values["q"]))
        if values.get("autorite"):
            files = files.filter(establishment__authority__code=values["autorite"])
        keys = set(files.order_by().values_list("pk", flat=True))
        everything = [s for s in everything if s.key in keys]
    return everything


def _bands(scored, scale: int) -> list[dict]:
    """Ten equal bands of the scale: how many files in each, the highest including the maximum."""
    counts = [0] * BANDS
    for standing in scored:
        counts[min(int(standing.score * BANDS / scale), BANDS - 1)] += 1
    return [{"label": f"{scale * n // BANDS}-{scale * (n + 1) // BANDS}", "value": count, "strong": True} for n, count in enumerate(counts)]


def _workbook_url(call) -> str:
    """The address of the workbook among the exports, "" in a portal without them."""
    try:
        return f"{reverse('exports:ask', args=['classement'])}?call={call.reference}"
    except NoReverseMatch:
        return ""


@require_GET
def ranking_file(request, reference, file_reference):
    """One file of the ranking: criterion by criterion, juror by juror."""
    call = ranked_call(request, reference)
    key = _file(call, request.user, file_reference).pk
    panel = Panel(call)
    row = page_of(call, panel, [place for place in places(call, panel, viewer=request.user) if place.key == key])[0]
    context = {
        "call": call,
        "row": row,
        "marks": marks_by_criterion(call, [key])[key],
        "sits": request.user.pk in panel.people,
        "follows": rules.follows_jury(request.user),
        "may_rank": True,
    }
    return render(request, "scoring/jury/ranking_file.html", context)


def _file(call, user, file_reference):
    files = queries.files_before_jury(call).exclude(pk__in=queries.hidden_applications(user))
    return get_object_or_404(files.select_related("establishment", "call"), reference=file_reference)


@require_http_methods(["GET", "POST"])
def ranking_interest(request, reference, file_reference):
    """During the deliberation too, a member of the jury may declare a link."""
    call = ranked_call(request, reference)
    if not PanelMember.objects.filter(call=call, user_id=request.user.pk).exists():
        raise Http404(file_reference)
    application = _file(call, request.user, file_reference)
    back = reverse("scoring:ranking_file", args=[call.reference, application.reference])
    return interest_form(request, application, back=back, then=reverse("scoring:ranking", args=[call.reference]))
