"""Where the files of a scenario are: a dot, a ring or a cross each, and the same by département."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.ui.maps import Land, region_map
from scoring.models import ScenarioLine

WIDTH, HEIGHT, MARGIN = 404, 350, 22
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
    land: Land | None

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
    places, land = _places(lines)
    return SchoolMap(places, sorted(rows.values(), key=lambda row: row.name), land)


def _fate(line: ScenarioLine) -> str:
    return SELECTED if line.is_selected else WAITING if line.waiting_rank else REFUSED


def _places(lines: list[ScenarioLine]) -> tuple[list[Place], Land | None]:
    """Refused ones first, so that the selected ones are drawn above them."""
    order = {REFUSED: 0, WAITING: 1, SELECTED: 2}
    placed = [line for line in lines if line.application.establishment.latitude is not None]
    placed.sort(key=lambda line: order[_fate(line)])
    schools = [line.application.establishment for line in placed]
    drawn = region_map([(school.longitude, school.latitude) for school in schools], WIDTH, HEIGHT, MARGIN)
    places = [
        Place(x, y, f"{school.name}, {school.commune_name}", _fate(line))
        for line, school, (x, y) in zip(placed, schools, drawn.points, strict=True)
    ]
    return places, drawn.land
