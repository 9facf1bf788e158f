"""The ranking of a call, for whoever deliberates on it or answers for it; never a file in conflict with the reader."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from calls.models import Application, Call
from portal.accounts.models import User
from portal.text.french import NBSP, mark
from portal.text.search import matching
from portal.ui.paginate import paginate
from scoring import rules
from scoring.forms.filters import RankingFilters
from scoring.marks.standings import RankColumns
from scoring.models import PanelMember
from scoring.queries import conflicts, jury
from scoring.queries.applying import reach_of
from scoring.queries.ranking import Panel, RankedFile, marks_by_criterion
from scoring.queries.ranking_pages import page_of, places
from scoring.tables import ranking as columns
from scoring.views.assessment import interest_form

BANDS = 10


@require_GET
def ranking(request: HttpRequest, reference: str) -> HttpResponse:
    """Rank, score, bodies, spread, distribution, page by page."""
    call = ranked_call(request, reference)
    filters = RankingFilters(request.GET)
    panel = Panel(call)
    everything = places(call, panel, viewer=request.user)
    disputed = everything.disputed(call.grid.spread_alert)
    page_obj = paginate(request, _narrow(call, everything, disputed, filters.values))
    rows = page_of(call, panel, [everything[position] for position in page_obj.object_list], stamp=everything.stamp)
    page_obj.object_list = [(row, shown(row)) for row in rows]
    context = {
        "call": call,
        "page_obj": page_obj,
        "columns": columns.ranking(call),
        "filters": filters,
        "bands": _bands(everything, call.grid.scale),
        "scored": everything.scored,
        "total": len(everything),
        "disputed": len(disputed),
        "incomplete": everything.incomplete,
        "is_conditional": call.grid.is_conditional,
        "reach": reach_of(call, call.grid.criteria.all(), request.user),
        "is_provisional": call.is_scored,
        "tab": "classement",
        "may_rank": True,
        "follows": rules.follows_jury(request.user),
        "sits": request.user.pk in panel.people,
    }
    return render(request, "scoring/jury/ranking.html", context)


class Shown(NamedTuple):
    """What a line of the ranking writes and draws beside its file."""

    marks: list[Decimal]  # of the jurors, from the lowest to the highest
    bodies: list[str]


def shown(row: RankedFile) -> Shown:
    return Shown(
        marks=[mark.score for mark in row.jurors],
        bodies=[f"{body.body.short_name} {mark(body.score)}" for body in row.by_body]
        + [f"{body.short_name}{NBSP}: manque" for body in row.missing],
    )


def ranked_call(request: HttpRequest, reference: str) -> Call:
    """The call, for whoever may read its ranking now; 404 for others, a juror before the deliberation included."""
    call = (
        jury.ranking_calls(request.user)
        .select_related("programme", "grid")
        .prefetch_related("grid__criteria")
        .filter(reference=reference)
        .first()
    )
    if call is None or not hasattr(call, "grid"):
        raise Http404(reference)
    return call


def _narrow(call: Call, everything: RankColumns, disputed: list[int], values: Mapping) -> Sequence[int]:
    """The positions that the filters keep; they never change a rank."""
    kept = disputed if values.get("ecart") else range(len(everything))
    if values.get("q") or values.get("autorite"):
        files = matching(Application.objects.filter(call=call), values.get("q"))
        if values.get("autorite"):
            files = files.filter(establishment__authority__code=values["autorite"])
        keys = set(files.order_by().values_list("pk", flat=True))
        kept = [position for position in kept if everything.keys[position] in keys]
    return kept


def _bands(everything: RankColumns, scale: int) -> list[dict]:
    """Ten equal bands of the scale: how many files in each; nothing to draw without a mark."""
    if not everything.scored:
        return []
    counts = everything.distribution(scale, BANDS)
    return [{"label": f"{scale * n // BANDS}-{scale * (n + 1) // BANDS}", "value": count, "strong": True} for n, count in enumerate(counts)]


@require_GET
def ranking_file(request: HttpRequest, reference: str, file_reference: str) -> HttpResponse:
    """One file of the ranking: criterion by criterion, juror by juror."""
    call = ranked_call(request, reference)
    key = _file(call, request.user, file_reference).pk
    panel = Panel(call)
    everything = places(call, panel, viewer=request.user)
    row = page_of(call, panel, [everything[everything.keys.index(key)]])[0]
    context = {
        "call": call,
        "row": row,
        "marks": marks_by_criterion(call, [key])[key],
        "sits": request.user.pk in panel.people,
        "follows": rules.follows_jury(request.user),
        "may_rank": True,
    }
    return render(request, "scoring/jury/ranking_file.html", context)


def _file(call: Call, user: User, file_reference: str) -> Application:
    files = jury.files_before_jury(call).exclude(pk__in=conflicts.hidden_applications(user))
    return get_object_or_404(files.select_related("establishment", "call"), reference=file_reference)


@require_http_methods(["GET", "POST"])
def ranking_interest(request: HttpRequest, reference: str, file_reference: str) -> HttpResponse:
    """During the deliberation too, a member of the jury may declare a link."""
    call = ranked_call(request, reference)
    if not PanelMember.objects.filter(call=call, user_id=request.user.pk).exists():
        raise Http404(file_reference)
    application = _file(call, request.user, file_reference)
    back = reverse("scoring:ranking_file", args=[call.reference, application.reference])
    return interest_form(request, application, back=back, then=reverse("scoring:ranking", args=[call.reference]))
