"""The models of the directory."""

from portal.directory.models.agencies import AgencyPlace
from portal.directory.models.establishment import Authority, Establishment, EstablishmentQuerySet, Territory, comparison_keys
from portal.directory.models.statements import (
    FactDeclaration,
    FactDeclarationQuerySet,
    SchoolClosure,
    SchoolClosureQuerySet,
)

__all__ = [
    "AgencyPlace",
    "Authority",
    "Establishment",
    "EstablishmentQuerySet",
    "FactDeclaration",
    "FactDeclarationQuerySet",
    "SchoolClosure",
    "SchoolClosureQuerySet",
    "Territory",
    "comparison_keys",
]
