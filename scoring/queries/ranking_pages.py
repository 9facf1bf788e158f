"""The ranking page by page: the order of ten thousand files from the cache, the detail of fifty from the database."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.core.cache import cache
from django.db.models import Count, Max, Q

from calls.models import Application, Call
from portal.accounts.models import User
from scoring.enums import AssessmentState
from scoring.marks.combination import Scorer
from scoring.marks.ranking import Standing, score_file
from scoring.marks.standings import RankColumns, RankRow
from scoring.models import Assessment
from scoring.queries.conflicts import hidden_keys
from scoring.queries.jury import files_before_jury
from scoring.queries.ranking import Panel, RankedFile, file_marks, ranked_files, rules_of, standings

# The first word of a key changes whenever what is kept changes its shape or its module: a new version never reads what an old one kept.
KEPT_SECONDS = 24 * 3600


def places(call: Call, panel: Panel, *, viewer: User | None = None) -> RankColumns:
    """The order of `standings`, kept in the cache as long as no mark, file, computed point, weight, seat or conflict has changed.

    The files hidden from `viewer` are left out afterwards, and the others ranked without a gap.
    """
    stamp = f"{call.pk}:{state_of_marks(call, panel)}"
    columns = cache.get_or_set(f"places:{stamp}", lambda: RankColumns.of(standings(call)).columns, KEPT_SECONDS)
    return RankColumns(*columns, stamp=stamp).without(hidden_keys(viewer) if viewer is not None else set())


def page_of(call: Call, panel: Panel, wanted: Sequence[RankRow], *, stamp: str = "") -> list[RankedFile]:
    """The detail of these places, read for them alone: files, bodies, jurors, spread, missing bodies.

    With the `stamp` of the order, the arithmetic is kept as long as it, under the keys of its files: nobody gets it without being
    shown each of them.
    """
    keys = [place.key for place in wanted]
    files = _files(call, keys)

    def made() -> dict[int, Standing]:
        return _scored(call, panel, files)

    scored = cache.get_or_set(f"rows:{stamp}:{_digest(keys)}", made, KEPT_SECONDS) if stamp else made()
    found = [replace(scored[p.key], rank=p.rank, tied=p.is_tied) for p in wanted if p.key in scored]
    return ranked_files(call, found, files=files, panel=panel)


# What a line shows of a file and of its lycée; the rest is read if a page asks for it.
SHOWN = (
    *("state", "reference", "requested_amount", "submitted_at", "call", "establishment__name", "establishment__commune_name"),
    *("establishment__authority__short_name", "establishment__authority__name", "establishment__authority__code"),
    *("establishment__department__code", "establishment__department__name"),
)


def _files(call: Call, keys: Sequence[int]) -> dict[int, Application]:
    """These files (id) with what a line shows."""
    shown = files_before_jury(call).filter(pk__in=keys).order_by().only(*SHOWN)
    files = {file.pk: file for file in shown.select_related("establishment__authority", "establishment__department")}
    for file in files.values():
        file.call = call
    return files


def _scored(call: Call, panel: Panel, files: Mapping[int, Application]) -> dict[int, Standing]:
    """What `score_file` says of these files, by id."""
    rows = [(f.pk, f.reference, f.submitted_at, f.establishment.authority_id) for f in files.values()]
    criteria = list(call.grid.criteria.all())
    scorer = Scorer(rules_of(criteria), call.grid.scale)
    return {marks.key: score_file(marks, scorer) for marks in file_marks(call, rows, panel, criteria, list(files))}


def state_of_marks(call: Call, panel: Panel) -> str:
    """A digest that changes with whatever enters the ranking.

    A mark changes only by a reading handed in again, which is dated; a reading confided is a new row; a conflict is a declaration
    or a role, which are counted. Readings are counted whatever their call: found call by call they cost twice as much, and a
    ranking made anew for nothing only takes its time.
    """
    grid = call.grid
    readings = Assessment.objects.aggregate(
        all=Count("pk"), handed=Count("pk", filter=Q(state=AssessmentState.SUBMITTED)), last=Max("submitted_at"), newest=Max("pk")
    )
    files = files_before_jury(call).aggregate(all=Count("pk"), last=Max("checked_at"))
    seats = [(seat.user_id, seat.body_id, seat.n_links, seat.n_interests) for seat in panel.seats]
    weights = [(c.pk, c.weight, c.max_points) for c in grid.criteria.all()]
    return _digest((readings, files, seats, weights, grid.scale, grid.computed_at))


def _digest(of: object) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()
