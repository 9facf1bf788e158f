"""Lycées on a map of the Région: where each falls, which names fit, what lies behind."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calls.conditioned.retained import retained
from calls.enums import CallState
from calls.models import Application, Call
from cms.queries.calls import public_pages
from portal.directory.models import Establishment
from portal.ui.maps import Label, Land, place_names, region_map

WIDTH, HEIGHT, MARGIN = 640, 420, 28


@dataclass(frozen=True)
class Dot:
    """One lycée on the map; `x` and `y` in the units of the drawing, `address` of its row in the table (empty: none)."""

    x: float
    y: float
    label: str
    address: str = ""
    is_faint: bool = False  # out of what is looked for


@dataclass(frozen=True)
class Drawing:
    """A map: its dots (those whose place is known), the names of the départements, the land behind, how many have no place."""

    dots: list[Dot]
    names: list[Label]
    land: Land | None
    unplaced: int


def draw(schools: Sequence[Establishment], addresses: Mapping[int, str] | None = None) -> Drawing:
    """Each lycée whose place is known, the names of the départements beside their lycées, and the land behind.

    `addresses`, by key of lycée: where the row of each is; a lycée that has none there is drawn faint.
    """
    placed = [school for school in schools if school.latitude is not None and school.longitude is not None]
    drawn = region_map([(school.longitude, school.latitude) for school in placed], WIDTH, HEIGHT, MARGIN)
    groups, dots = defaultdict(list), []
    for school, (x, y) in zip(placed, drawn.points, strict=True):
        groups[school.department.name].append((x, y))
        address = (addresses or {}).get(school.pk, "")
        dots.append(Dot(x, y, f"{school.name}, {school.commune_name}", address, addresses is not None and not address))
    dots.sort(key=lambda dot: not dot.is_faint)  # what is looked for is drawn last, above the rest
    return Drawing(dots, place_names(groups.items(), WIDTH, HEIGHT), drawn.land, len(schools) - len(placed))


def retained_schools(programme: str = "") -> list[Establishment]:
    """The lycées retained by the calls of a programme (its code), or of all, whose results anybody may read. One query."""
    calls = Call.objects.filter(state__in=CallState.WITH_RESULTS, results_page__page_ptr__in=public_pages().values("pk"))
    if programme:
        calls = calls.filter(programme__code=programme)
    files = Application.objects.filter(retained(), call__in=calls)
    found = Establishment.objects.filter(pk__in=files.values("establishment")).select_related("department")
    return list(found.order_by("department__code", "commune_name", "name", "pk"))
