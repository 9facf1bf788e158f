"""Flat drawings of a Région, overseas ones too: where a place falls, where a name fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

from django.conf import settings

from portal.ui.outlines import outlines_of

LEAST_SPAN = 0.2  # degrees: a single town does not fill the drawing
LETTER, LINE = 7.4, 16  # what a letter and a line of 13 px semibold take, in units of the drawing
GAP = 10  # between a name and the dots that it names

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Projection:
    """Longitude and latitude on a flat drawing: at the scale of a Région, one cosine for all its latitudes is true enough."""

    west: float
    north: float
    ratio: float  # cosine of the latitude
    scale: float  # units of the drawing for one degree of latitude
    left: float
    top: float

    def __call__(self, longitude: float, latitude: float) -> Point:
        """Units of the drawing, to the tenth."""
        x = self.left + (float(longitude) - self.west) * self.ratio * self.scale
        return round(x, 1), round(self.top + (self.north - float(latitude)) * self.scale, 1)


def projection(points: Sequence[Point], width: float, height: float, margin: float, *, latitude: float | None = None) -> Projection:
    """The largest drawing of the (longitude, latitude) `points` inside the margins, centred.

    `latitude` is the one whose cosine is taken; without it, the mean latitude of the points.
    """
    longitudes, latitudes = [float(x) for x, _ in points], [float(y) for _, y in points]
    ratio = cos(radians(sum(latitudes) / len(latitudes) if latitude is None else latitude))
    across = max((max(longitudes) - min(longitudes)) * ratio, LEAST_SPAN)
    down = max(max(latitudes) - min(latitudes), LEAST_SPAN)
    scale = min((width - 2 * margin) / across, (height - 2 * margin) / down)
    return Projection(min(longitudes), max(latitudes), ratio, scale, (width - across * scale) / 2, (height - down * scale) / 2)


def project(points: Sequence[Point], width: float, height: float, margin: float) -> list[Point]:
    """Each (longitude, latitude) in units of the drawing; nothing for no point."""
    if not points:
        return []
    place = projection(points, width, height, margin)  # made once: it reads every point
    return [place(*point) for point in points]


@dataclass(frozen=True)
class Land:
    """Where the image of the outlines goes on the drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class RegionMap:
    """The places asked for, in their order, and the land behind them (None: dots alone)."""

    points: list[Point]
    land: Land | None


def region_map(points: Sequence[Point], width: float, height: float, margin: float) -> RegionMap:
    """The (longitude, latitude) `points` on the Région that runs the portal; without outlines, on a drawing of their own."""
    outlines = outlines_of(settings.REGION_CODE)
    if outlines is None or not points:
        return RegionMap(project(points, width, height, margin), None)
    corners = [(outlines.west, outlines.south), (outlines.east, outlines.north)]
    place = projection([*corners, *points], width, height, margin, latitude=outlines.latitude)
    (left, bottom), (right, top) = (place(*corner) for corner in corners)
    return RegionMap([place(*point) for point in points], Land(left, top, round(right - left, 1), round(bottom - top, 1)))


@dataclass(frozen=True)
class Label:
    """A name on the drawing: `x` of its middle, `y` of its base line."""

    x: float
    y: float
    text: str


def place_names(groups: Iterable[tuple[str, Sequence[Point]]], width: float, height: float) -> list[Label]:
    """A name beside each group of dots, those of many dots first: off every dot where it can be, never over another name.

    A name that finds no room is left out: a table beside the map says them all.
    """
    groups = sorted(groups, key=lambda group: (-len(group[1]), group[0]))
    dots = [dot for _, points in groups for dot in points]
    placed: list[tuple[Label, Box]] = []
    for text, points in groups:
        boxes = [(label, box) for label in _around(text, points) if _fits(box := _box(label), width, height)]
        free = [pair for pair in boxes if not any(_overlap(pair[1], other) for _, other in placed)]
        clear = [pair for pair in free if not any(_holds(pair[1], dot) for dot in dots)]
        if clear or free:
            placed.append((clear or free)[0])
    return [label for label, _ in placed]


def _around(text: str, points: Sequence[Point]) -> list[Label]:
    """Above, below, right and left of the group."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    middle, half = sum(xs) / len(xs), len(text) * LETTER / 2
    centre = sum(ys) / len(ys) + LINE / 4
    spots = [
        (middle, min(ys) - GAP - 2),
        (middle, max(ys) + GAP + LINE * 0.75),
        (max(xs) + GAP + half, centre),
        (min(xs) - GAP - half, centre),
    ]
    return [Label(round(x, 1), round(y, 1), text) for x, y in spots]


def _box(label: Label) -> Box:
    half = len(label.text) * LETTER / 2
    return label.x - half, label.y - LINE * 0.8, label.x + half, label.y + LINE * 0.25


def _fits(box: Box, width: float, height: float) -> bool:
    return box[0] >= 2 and box[1] >= 2 and box[2] <= width - 2 and box[3] <= height - 2


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _holds(box: Box, dot: Point) -> bool:
    """Whether the name touches a dot, which is 7 units wide on each side."""
    return box[0] - 7 < dot[0] < box[2] + 7 and box[1] - 7 < dot[1] < box[3] + 7
