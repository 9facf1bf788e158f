"""Groups of lycées that a rule of balance may name: data of the directory, never typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from portal.directory.enums import Category, Pathway, PriorityEducation
from portal.directory.models import Establishment
from scoring.enums import Density, GroupDimension, PriorityGroup


def groups_of(establishment: Establishment) -> list[tuple[str, str, str]]:
    """(dimension, value, label) of every group that a lycée belongs to."""
    found = [
        (GroupDimension.SECTOR.value, establishment.sector, establishment.get_sector_display()),
        (GroupDimension.CATEGORY.value, establishment.category, Category(establishment.category).label),
        (GroupDimension.AUTHORITY.value, establishment.authority.code, establishment.authority.name),
        (GroupDimension.DEPARTMENT.value, establishment.department.code, str(establishment.department)),
    ]
    if establishment.is_rural is not None:
        density = Density.RURAL if establishment.is_rural else Density.URBAN
        found.append((GroupDimension.DENSITY.value, density.value, density.label))
    if establishment.priority_education:
        group = PriorityGroup.OUTSIDE if establishment.priority_education == PriorityEducation.NONE else PriorityGroup.INSIDE
        found.append((GroupDimension.PRIORITY.value, group.value, group.label))
    return found + [(GroupDimension.PATHWAY.value, p.value, f"Voie {p.label.lower()}") for p in establishment.pathways]


# What the groups of a lycée depend on: lycées alike here are in the same groups.
PROFILE = attrgetter(
    "sector", "category", "authority_id", "department_id", "density_level", "priority_education", *(f"has_{p}" for p in Pathway.values)
)


def counted_by_group(schools: Iterable[tuple[Establishment, bool]]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(dimension, value, label) of each group → how many of these lycées are in it: those said true, then all."""
    alike: dict[tuple, list] = {}
    for school, chosen in schools:
        row = alike.setdefault(PROFILE(school), [school, 0, 0])
        row[1] += chosen
        row[2] += 1
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    for school, chosen, total in alike.values():
        for group in groups_of(school):
            before = found.get(group, (0, 0))
            found[group] = (before[0] + chosen, before[1] + total)
    return found


@dataclass(frozen=True)
class Group:
    """One value of one dimension, with the number of files of the ranking that belong to it."""

    dimension: str
    value: str
    label: str
    count: int

    @property
    def key(self) -> str:
        return f"{self.dimension}:{self.value}"
