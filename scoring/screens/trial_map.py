"""Where the lycées of a trial are: a dot for those that may apply, a ring for those to be told, a cross for the others."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.directory.models import Establishment
from portal.ui.maps import Land, Point, region_map
from scoring.models import CallTrial
from scoring.trial.who import ELIGIBLE, EXCLUDED, UNKNOWN

WIDTH, HEIGHT, MARGIN = 404, 350, 22
DOT = "a4 4 0 1 0 8 0a4 4 0 1 0-8 0"  # from its left


@dataclass(frozen=True)
class TrialMap:
    """Each kind as one path: lycées are many, and the lists of the report name them. `unplaced`: those whose place the directory does not say."""

    eligible: str
    unknown: str
    excluded: str
    unplaced: int
    land: Land | None

    @property
    def is_drawn(self) -> bool:
        return bool(self.eligible or self.unknown or self.excluded)


def trial_map(trial: CallTrial) -> TrialMap:
    """The lycées that a trial has decided, where the directory says that they are now. One query."""
    kinds = {pk: kind for kind in (EXCLUDED, UNKNOWN, ELIGIBLE) for pk in trial.lists.get(kind, ())}
    rows = Establishment.objects.open().order_by("pk").values_list("pk", "longitude", "latitude")
    here = [row for row in rows if row[0] in kinds]
    placed = [row for row in here if row[1] is not None and row[2] is not None]
    drawn = region_map([(longitude, latitude) for _pk, longitude, latitude in placed], WIDTH, HEIGHT, MARGIN)
    points: dict[str, list[Point]] = {ELIGIBLE: [], UNKNOWN: [], EXCLUDED: []}
    for (pk, *_place), point in zip(placed, drawn.points, strict=True):
        points[kinds[pk]].append(point)
    crosses = "".join(f"M{x - 3:.1f} {y - 3:.1f}l6 6m0-6l-6 6" for x, y in points[EXCLUDED])
    return TrialMap(_dots(points[ELIGIBLE]), _dots(points[UNKNOWN]), crosses, len(here) - len(placed), drawn.land)


def _dots(points: Iterable[Point]) -> str:
    return "".join(f"M{x - 4:.1f} {y:.1f}{DOT}" for x, y in points)
