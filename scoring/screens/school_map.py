"""Where the files of a scenario are: a dot, a ring or a cross each, and the same by département."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.ui.maps import Land, region_map
from scoring.models import ScenarioLine

WIDTH, HEIGHT, MARGIN = 404, 350, 22
SELECTED, WAITING, REFUSED = "selected", "waiting", "refused"


@dataclass(frozen=True)
class MapPoint:
    """One lycée on the drawing."""

    x: float
    y: float
    label: str
    status: str


@dataclass
class DepartmentCount:
    """How many files of one département are selected, on the waiting list, refused."""

    name: str
    selected: int = 0
    waiting: int = 0
    refused: int = 0


@dataclass(frozen=True)
class SchoolMap:
    """The whole drawing and its table. Selected and waiting lycées have their name under the pointer."""

    selected_points: list[MapPoint]
    waiting_points: list[MapPoint]
    refused_path: str  # one cross a lycée, as one path: they are the many, and the table of the scenario names them
    departments: list[DepartmentCount]
    land: Land | None

    @property
    def is_drawn(self) -> bool:
        return bool(self.selected_points or self.waiting_points or self.refused_path)

    @property
    def selected(self) -> int:
        return sum(row.selected for row in self.departments)

    @property
    def waiting(self) -> int:
        return sum(row.waiting for row in self.departments)

    @property
    def refused(self) -> int:
        return sum(row.refused for row in self.departments)


def school_map(lines: Iterable[ScenarioLine]) -> SchoolMap:
    """Lines with their lycée and its département; a lycée whose place is unknown is in the table only."""
    lines = list(lines)
    rows: dict[int, DepartmentCount] = {}
    for line in lines:
        department, status = line.application.establishment.department, _status(line)
        row = rows.get(department.pk)
        if row is None:
            row = rows[department.pk] = DepartmentCount(str(department))
        setattr(row, status, getattr(row, status) + 1)
    points, land = _points(lines)
    return SchoolMap(
        [point for point in points if point.status == SELECTED],
        [point for point in points if point.status == WAITING],
        "".join(f"M{point.x - 4:.1f} {point.y - 4:.1f}l8 8m0-8l-8 8" for point in points if point.status == REFUSED),
        sorted(rows.values(), key=lambda row: row.name),
        land,
    )


def _status(line: ScenarioLine) -> str:
    return SELECTED if line.is_selected else WAITING if line.waiting_rank else REFUSED


def _points(lines: list[ScenarioLine]) -> tuple[list[MapPoint], Land | None]:
    """Each lycée whose place is known, on a drawing that holds them all."""
    placed = [line for line in lines if line.application.establishment.latitude is not None]
    schools = [line.application.establishment for line in placed]
    drawn = region_map([(school.longitude, school.latitude) for school in schools], WIDTH, HEIGHT, MARGIN)
    points = [
        MapPoint(x, y, f"{school.name}, {school.commune_name}", _status(line))
        for line, school, (x, y) in zip(placed, schools, drawn.points, strict=True)
    ]
    return points, drawn.land
