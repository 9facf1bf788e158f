"""Where the files of a scenario are: a dot, a ring or a cross each, and the same by département."""

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.models import ScenarioLine

WIDTH, HEIGHT, MARGIN = 404, 350, 22
RATIO = 0.66  # cosine of 48.5°, the latitude of the Région's middle: at this scale a flat drawing is true enough
SELECTED, WAITING, REFUSED = "selected", "waiting", "refused"


@dataclass(frozen=True)
class Place:
    """One lycée on the drawing."""

    x: float
    y: float
    label: str
    fate: str


@dataclass
class DepartmentCount:
    """How many files of one département meet each fate."""

    name: str
    selected: int = 0
    waiting: int = 0
    refused: int = 0


@dataclass(frozen=True)
class SchoolMap:
    """The whole drawing and its table."""

    places: list[Place]
    departments: list[DepartmentCount]

    def count(self, fate: str) -> int:
        return sum(getattr(row, fate) for row in self.departments)

    @property
    def selected(self) -> int:
        return self.count(SELECTED)

    @property
    def waiting(self) -> int:
        return self.count(WAITING)

    @property
    def refused(self) -> int:
        return self.count(REFUSED)


def school_map(lines: Iterable[ScenarioLine]) -> SchoolMap:
    """Lines with their lycée and its département; a lycée whose place is unknown is in the table only."""
    lines = list(lines)
    rows: dict[int, DepartmentCount] = {}
    for line in lines:
        department = line.application.establishment.department
        row = rows.setdefault(department.pk, DepartmentCount(str(department)))
        setattr(row, _fate(line), getattr(row, _fate(line)) + 1)
    return SchoolMap(_places(lines), sorted(rows.values(), key=lambda row: row.name))


def _fate(line: ScenarioLine) -> str:
    return SELECTED if line.is_selected else WAITING if line.waiting_rank else REFUSED


def _places(lines: list[ScenarioLine]) -> list[Place]:
    """Refused ones first, so that the selected ones are drawn above them."""
    placed = [line for line in lines if line.application.establishment.latitude is not None]
    points = [(float(line.application.establishment.longitude), float(line.application.establishment.latitude)) for line in placed]
    if not points:
        return []
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    width, height = max((east - west) * RATIO, 0.2), max(north - south, 0.2)
    scale = min((WIDTH - 2 * MARGIN) / width, (HEIGHT - 2 * MARGIN) / height)
    left, top = (WIDTH - width * scale) / 2, (HEIGHT - height * scale) / 2
    order = {REFUSED: 0, WAITING: 1, SELECTED: 2}
    found = [
        Place(
            round(left + (x - west) * RATIO * scale, 1),
            round(top + (north - y) * scale, 1),
            f"{line.application.establishment.name}, {line.application.establishment.commune_name}",
            _fate(line),
        )
        for line, (x, y) in zip(placed, points, strict=True)
    ]
    return sorted(found, key=lambda place: order[place.fate])
