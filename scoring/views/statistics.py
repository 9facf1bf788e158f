"""The statistics of the marks, for whoever may read the ranking: they inform the jury, and change neither a mark nor a rank."""

from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from calls.models import Call
from portal.ui.paginate import paginate
from scoring import rules
from scoring.marks import agreement
from scoring.marks.severity import MARKS_NEEDED
from scoring.queries import statistics as statistics_queries
from scoring.queries.ranking import Panel, RankedFile
from scoring.queries.ranking_pages import page_of
from scoring.queries.statistics import MarkedFile, Statistics
from scoring.tables import ranking as columns
from scoring.views.ranking import ranked_call

HALF_WIDTH = 96  # of the drawing of a severity, on each side of zero
RANKS = "rangs"
CAPTIONS = {
    "": "Dossiers sur lesquels les jurés divergent, du plus grand écart au plus petit",
    RANKS: "Rang de chaque dossier avec et sans correction des sévérités",
}


@require_GET
def statistics(request: HttpRequest, reference: str) -> HttpResponse:
    """Agreement, severity, files to discuss, both ranks."""
    call = ranked_call(request, reference)
    panel = Panel(call)
    found = statistics_queries.statistics_of(call, panel, viewer=request.user)
    view = RANKS if found.severity.may_correct and request.GET.get("vue") == RANKS else ""
    page_obj = paginate(request, found.files if view else found.to_discuss)
    page_obj.object_list = _rows(call, panel, page_obj.object_list)
    context = {
        "call": call,
        "statistics": found,
        "page_obj": page_obj,
        "view": view,
        "columns": columns.statistics(call, view),
        "caption": CAPTIONS[view],
        "effect": statistics_queries.effect_of_correction(call, found),
        **_agreement(found, call.grid.spread_alert),
        **_severity(found, panel, call.grid.scale),
        "tab": "classement",
        "may_rank": True,
        "follows": rules.follows_jury(request.user),
        "manages": rules.manages_jury(call, request.user),
        "sits": request.user.pk in panel.people,
    }
    return render(request, "scoring/jury/statistics.html", context)


def _rows(call: Call, panel: Panel, files: Iterable[MarkedFile]) -> list[dict]:
    """The files of one page with their lycée, their jurors, and where the disagreement lies."""
    shown = {row.application.pk: row for row in page_of(call, panel, [file.place for file in files])}
    pairs = [(file, shown[file.place.key]) for file in files if file.place.key in shown]
    return [
        {"file": file, "row": row, "marks": [mark.score for mark in row.jurors], "split": _split(file, row), "move": _move(file)}
        for file, row in pairs
    ]


def _move(file: MarkedFile) -> str:
    """How many places the correction would change, in words."""
    if file.corrected_rank is None:
        return ""
    places = file.place.rank - file.corrected_rank
    return f"{abs(places)} de {'mieux' if places > 0 else 'moins'}" if places else "Même rang"


def _split(file: MarkedFile, row: RankedFile) -> str:
    """Where the marks part, in words."""
    if len(row.by_body) == 1:
        return f"À l’intérieur d’un collège ({row.by_body[0].body.short_name})"
    if len(row.by_body) == len(row.jurors):
        return "Entre collèges, un juré chacun"
    if file.between_percent is None:
        return ""
    if file.between_percent >= 60:
        return f"Surtout entre collèges ({file.between_percent} %)"
    return (
        f"Surtout à l’intérieur des collèges ({100 - file.between_percent} %)"
        if file.between_percent <= 40
        else "Autant entre collèges que dedans"
    )


def _agreement(found: Statistics, alert: int) -> dict:
    bands, cut = statistics_queries.spread_bands(found, alert)
    alpha = agreement.published(found.alpha)
    return {
        "alpha": alpha,
        "label": agreement.label(alpha),
        "level": "warn" if alpha is None or alpha < agreement.FAIR else "info" if alpha < agreement.GOOD else "ok",
        "use": agreement.use(alpha),
        "bands": bands,
        "cut": cut,
        "deviation_alert": alert / 2,
        "pair_alert": alert / 2**0.5,
    }


def _severity(found: Statistics, panel: Panel, scale: int) -> dict:
    """The lines of the table with their drawings, all on one axis, and who cannot be compared."""
    lines = statistics_queries.juror_lines(found, panel)
    widest = max((abs(line.points) for line in lines), default=0) or 1
    told = found.severity
    return {
        "jurors": [(line, _bar(line.points / widest), _word(line.points, scale)) for line in lines],
        "groups": [statistics_queries.people_of(panel, group) for group in told.groups] if len(told.groups) > 1 else [],
        "short": statistics_queries.people_of(panel, told.short),
        "marks_needed": MARKS_NEEDED,
        "p_percent": (told.p_value or 0) * 100,
    }


def _bar(share: Decimal) -> dict:
    """A bar from the axis of zero, in the middle: to the left for a severe juror."""
    width = abs(float(share)) * HALF_WIDTH
    return {"x": f"{HALF_WIDTH + 4 - (width if share < 0 else 0):.1f}", "width": f"{width:.1f}"}


def _word(points: Decimal, scale: int) -> str:
    """Said from one point of twenty: below, nobody would notice."""
    if abs(points) * 20 < scale:
        return "Proche des autres"
    return "Plus sévère" if points < 0 else "Plus généreux"
