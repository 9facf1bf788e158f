"""The ranking page by page: the order of ten thousand files from the cache, the detail of fifty from the database."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Max, Q

from scoring.enums import AssessmentState
from scoring.models import Assessment
from scoring.queries import files_before_jury, hidden_applications
from scoring.queries_ranking import Panel, RankedFile, file_marks, ranked_files, rules_of, standings, with_school
from scoring.ranking import score_file, tied_scores
from scoring.selection.statistics.combination import Scorer

KEPT_SECONDS = 24 * 3600


class Place(NamedTuple):
    """The place of one file, without its detail. A tuple: ten thousand are made for each page."""

    key: int
    rank: int | None
    score: Decimal | None
    spread: Decimal | None
    is_tied: bool
    is_incomplete: bool


def places(call, panel: Panel, *, viewer=None) -> list[Place]:
    """The order of `standings`, kept in the cache as long as no mark, file, computed point, weight, seat or conflict has changed.

    The files hidden from `viewer` are left out afterwards, and the others ranked without a gap. Four queries.
    """
    key = f"ranking:{call.pk}:{_state_of_marks(call, panel)}"
    rows = cache.get(key)
    if rows is None:
        rows = [(s.key, s.score, s.spread, bool(s.missing)) for s in standings(call)]
        cache.set(key, rows, KEPT_SECONDS)
    hidden = set(hidden_applications(viewer).filter(call=call).values_list("pk", flat=True)) if viewer is not None else ()
    rows = [row for row in rows if row[0] not in hidden]
    shared = tied_scores([score for _, score, _, _ in rows if score is not None])
    return [
        Place(key, None if score is None else rank, score, spread, score in shared, is_incomplete)
        for rank, (key, score, spread, is_incomplete) in enumerate(rows, 1)
    ]


def _state_of_marks(call, panel: Panel) -> str:
    """A digest that changes with whatever enters the ranking. Two queries.

    A mark changes only by a reading handed in again, which is dated; a conflict is a declaration or a role, which are counted.
    """
    grid = call.grid
    marks = Assessment.objects.filter(application__call=call).aggregate(
        all=Count("pk"), handed=Count("pk", filter=Q(state=AssessmentState.SUBMITTED)), last=Max("submitted_at")
    )
    files = files_before_jury(call).aggregate(
        all=Count("pk", distinct=True), last=Max("checked_at"), interests=Count("interests", distinct=True)
    )
    seats = [(seat.user_id, seat.body_id, seat.n_links) for seat in panel.seats]
    weights = [(c.pk, c.weight, c.max_points) for c in grid.criteria.all()]
    return hashlib.sha256(repr((marks, files, seats, weights, grid.scale, grid.computed_at)).encode()).hexdigest()


def page_of(call, panel: Panel, wanted: Sequence[Place]) -> list[RankedFile]:
    """The detail of these places, read for them alone: files, bodies, jurors, spread, missing bodies. Four queries."""
    keys = [place.key for place in wanted]
    files = {f.pk: f for f in with_school(files_before_jury(call).filter(pk__in=keys)).order_by()}
    rows = [(f.pk, f.reference, f.submitted_at, f.establishment.authority_id) for f in files.values()]
    marks = {m.key: m for m in file_marks(call, rows, panel, keys)}
    scorer = Scorer(rules_of(call.grid), call.grid.scale)
    found = [replace(score_file(marks[p.key], scorer), rank=p.rank, tied=p.is_tied) for p in wanted if p.key in marks]
    return ranked_files(call, found, files=files, panel=panel)
