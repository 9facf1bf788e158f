"""Groups of lycées that a rule of balance may name: data of the directory, never typed."""

from dataclasses import dataclass

from portal.directory.enums import Category, Pathway
from scoring.enums import Density, QuotaDimension

EVERY_FILE = "all"  # the dimension of a quota that counts every file: a number of places


def belongs(establishment, dimension: str, value: str) -> bool:
    """Whether a lycée is in the group that a quota counts. Data of the directory, never typed."""
    match dimension:
        case _ if dimension == EVERY_FILE:
            return True
        case QuotaDimension.SECTOR:
            return establishment.sector == value
        case QuotaDimension.CATEGORY:
            return establishment.category == value
        case QuotaDimension.AUTHORITY:
            return establishment.authority.code == value
        case QuotaDimension.DEPARTMENT:
            return establishment.department.code == value
        case QuotaDimension.DENSITY:
            return establishment.is_rural is (value == Density.RURAL)
        case QuotaDimension.PATHWAY:
            return value in Pathway.values and getattr(establishment, f"has_{value}")
    return False


def groups_of(establishment) -> list[tuple[str, str, str]]:
    """(dimension, value, label) of every group that a lycée belongs to."""
    found = [
        (QuotaDimension.SECTOR.value, establishment.sector, establishment.get_sector_display()),
        (QuotaDimension.CATEGORY.value, establishment.category, Category(establishment.category).label),
        (QuotaDimension.AUTHORITY.value, establishment.authority.code, establishment.authority.name),
        (QuotaDimension.DEPARTMENT.value, establishment.department.code, str(establishment.department)),
    ]
    if establishment.is_rural is not None:
        density = Density.RURAL if establishment.is_rural else Density.URBAN
        found.append((QuotaDimension.DENSITY.value, density.value, density.label))
    return found + [(QuotaDimension.PATHWAY.value, p.value, f"Voie {p.label.lower()}") for p in establishment.pathways]


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
