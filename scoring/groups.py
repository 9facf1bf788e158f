"""Groups of lycées that a rule of balance may name: data of the directory, never typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from portal.directory.enums import Category, Pathway, PriorityEducation
from portal.directory.models import Establishment
from scoring.enums import Density, GroupDimension, PriorityGroup
from scoring.ips_bands import NOT_PUBLISHED as NO_INDEX
from scoring.ips_bands import IpsScale

NOT_PUBLISHED = "none"  # the band of the lycées whose index is not published, or does not compare
NOTHING_KNOWN = (f"{GroupDimension.PRIORITY}:{PriorityGroup.UNKNOWN}", f"{GroupDimension.IPS}:{NOT_PUBLISHED}")
# Groups that computations made before they existed do not know: an instance writes them where a rule names them.
WHERE_NAMED = (f"{GroupDimension.IPS}:", f"{GroupDimension.PRIORITY}:{PriorityGroup.UNKNOWN}")


def groups_of(establishment: Establishment, scale: IpsScale | None = None) -> list[tuple[str, str, str]]:
    """(dimension, value, label) of every group that a lycée belongs to; those of the index with the bands of a call, `scale`."""
    found = [
        (GroupDimension.SECTOR.value, establishment.sector, establishment.get_sector_display()),
        (GroupDimension.CATEGORY.value, establishment.category, Category(establishment.category).label),
        (GroupDimension.AUTHORITY.value, establishment.authority.code, establishment.authority.name),
        (GroupDimension.DEPARTMENT.value, establishment.department.code, str(establishment.department)),
    ]
    if establishment.is_rural is not None:
        density = Density.RURAL if establishment.is_rural else Density.URBAN
        found.append((GroupDimension.DENSITY.value, density.value, density.label))
    priority = priority_group(establishment.priority_education)
    found.append((GroupDimension.PRIORITY.value, priority.value, priority.label))
    if scale:
        band = scale.band_of(establishment.ips, establishment.ips_definition or "")
        known = (NOT_PUBLISHED, NO_INDEX) if band is None else (str(band + 1), scale.label(band))
        found.append((GroupDimension.IPS.value, *known))
    return found + [(GroupDimension.PATHWAY.value, p.value, f"Voie {p.label.lower()}") for p in establishment.pathways]


def priority_group(known: str) -> PriorityGroup:
    """The group of a value of the directory; empty: nothing is known."""
    if not known:
        return PriorityGroup.UNKNOWN
    return PriorityGroup.OUTSIDE if known == PriorityEducation.NONE else PriorityGroup.INSIDE


# What the groups of a lycée depend on: lycées alike here are in the same groups.
PROFILE = attrgetter(
    "sector", "category", "authority_id", "department_id", "density_level", "priority_education", *(f"has_{p}" for p in Pathway.values)
)


def counted_by_group(
    schools: Iterable[tuple[Establishment, bool]], scale: IpsScale | None = None
) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(dimension, value, label) of each group → how many of these lycées are in it: those said true, then all."""
    alike: dict[tuple, list] = {}
    for school, chosen in schools:
        band = scale.band_of(school.ips, school.ips_definition or "") if scale else None
        row = alike.setdefault((PROFILE(school), band), [school, 0, 0])
        row[1] += chosen
        row[2] += 1
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    for school, chosen, total in alike.values():
        for group in groups_of(school, scale):
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
