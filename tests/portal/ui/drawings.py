"""A small package of drawings, made in the frame of the real one: each département is a box around its chef-lieu."""

import json
from math import degrees, log, pi, radians, tan
from pathlib import Path

from portal.ui.outlines import DEPARTMENTS, LEFT, PACKAGE, SCALE, TOP

CHEFS_LIEUX = {
    "08": (4.72, 49.77), "10": (4.08, 48.30), "51": (4.36, 48.96), "52": (5.14, 48.11), "54": (6.18, 48.69),
    "55": (5.16, 48.77), "57": (6.18, 49.12), "67": (7.75, 48.58), "68": (7.36, 48.08), "88": (6.45, 48.17),
}  # fmt: skip


def frame(longitude: float, latitude: float) -> tuple[float, float]:
    """Where the frame of the package puts a place."""
    return SCALE * longitude + LEFT, TOP - SCALE * degrees(log(tan(pi / 4 + radians(latitude) / 2)))


def france(folder: Path, without: str = "") -> Path:
    """A folder whose `node_modules` hold the ten départements of Grand Est, but `without`."""
    locations = []
    for code in DEPARTMENTS["44"].split():
        if code != without:
            (west, north), (east, south) = (frame(CHEFS_LIEUX[code][0] + d, CHEFS_LIEUX[code][1] - d) for d in (-0.5, 0.5))
            path = f"m {west},{north} {east - west},0 0,{south - north} {west - east},0 z m 1,1 2,0 0,2 z"
            locations.append({"name": code, "id": code.lower(), "path": path})
    package = folder / "node_modules" / PACKAGE
    package.mkdir(parents=True)
    (package / "index.js").write_text("export default " + json.dumps({"viewBox": "0 0 613 585", "locations": locations}))
    return folder
