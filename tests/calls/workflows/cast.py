"""One person of each kind, around one lycée: who may act is read against all of them."""

from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.directory import AuthorityFactory, EstablishmentFactory

SCHOOL = ("member", "head")
STRANGERS = ("nobody", "foreign_member", "foreign_head", "juror", "chair")
STAFF = ("officer", "own_officer", "foreign_officer", "call_manager", "admin", "finance", "orders", "technician", "auditor")
EVERYONE = SCHOOL + STRANGERS + STAFF


def cast_for(establishment, kind: str):
    """The person of this kind: a member of this lycée or of another, an officer of this perimeter or of another…"""
    if kind == "nobody":
        return person()
    if kind in SCHOOL:
        return person(kind, at=establishment)
    if kind.startswith("foreign_") and kind != "foreign_officer":
        return person(kind.removeprefix("foreign_"), at=EstablishmentFactory())
    if kind == "own_officer":
        return person(Role.OFFICER, authority=establishment.authority)
    if kind == "foreign_officer":
        return person(Role.OFFICER, authority=AuthorityFactory(reims=True))
    return person(kind)
