"""Questions asked to the directory."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from portal.directory.enums import DECLARABLE, RURAL_LEVELS, DeclarationState, EstablishmentState, Fact, Pathway
from portal.directory.models import (
    AgencyPlace,
    Authority,
    Establishment,
    FactDeclaration,
    FactDeclarationQuerySet,
    SchoolClosure,
    Territory,
)
from portal.roles import Person
from portal.text.search import matching

UNKNOWN = "inconnue"
SILENT = {f"has_{pathway.value}": False for pathway in DECLARABLE}  # what a lycée of which no pathway is known has
RURAL, URBAN = "rural", "urbain"
OPEN, CLOSED = "ouvert", "ferme"


def establishments(user: Person, wanted: dict) -> QuerySet[Establishment]:
    """The establishments that `user` may see and that answer to every filter given.

    Keys of `wanted`, each optional: q (words, any order, accents and case ignored), authority, department and agency (codes),
    category, pathway (inconnue: those of which none is known), priority (inconnue: likewise), territory (rural or urbain), state (ouvert, the default, or ferme).
    """
    found = Establishment.objects.visible_to(user).select_related("authority", "department")
    # Absent is not zero, but a list must put it somewhere: before the lowest, on both databases.
    found = found.annotate(known_ips=Coalesce("ips", Value(Decimal(-1))), known_pupils=Coalesce("pupils", Value(-1)))
    found = matching(found, wanted.get("q"))
    if wanted.get("authority"):
        found = found.filter(authority__code=wanted["authority"])
    if wanted.get("department"):
        found = found.filter(department__code=wanted["department"])
    if wanted.get("agency"):
        found = found.filter(agency__code=wanted["agency"])
    if wanted.get("category"):
        found = found.filter(category=wanted["category"])
    if wanted.get("pathway") in Pathway.values:
        found = found.filter(**{f"has_{wanted['pathway']}": True})
    elif wanted.get("pathway") == UNKNOWN:
        found = found.filter(**SILENT)
    if wanted.get("priority"):
        found = found.filter(priority_education="" if wanted["priority"] == UNKNOWN else wanted["priority"])
    if wanted.get("territory"):
        found = found.filter(density_level__isnull=False)
        rural = wanted["territory"] == RURAL
        found = found.filter(density_level__in=RURAL_LEVELS) if rural else found.exclude(density_level__in=RURAL_LEVELS)
    return found.filter(state=EstablishmentState.CLOSED) if wanted.get("state") == CLOSED else found.open()


def supervising_authorities() -> list[tuple[str, str]]:
    """(code, name) of the authorities that run at least one establishment."""
    return list(Authority.objects.filter(establishments__isnull=False).distinct().order_by("kind", "name").values_list("code", "name"))


def departments_in_use(among: Iterable[int] | None = None) -> list[tuple[str, str]]:
    """(code, "54 Meurthe-et-Moselle") of the départements that hold at least one establishment; `among`: keys, when only these count."""
    held = Territory.objects.filter(kind=Territory.Kind.DEPARTMENT, establishments__isnull=False).distinct().order_by("code")
    held = held if among is None else held.filter(pk__in=among)
    return [(code, f"{code} {name}") for code, name in held.values_list("code", "name")]


def agencies() -> QuerySet[Territory]:
    """The territorial agencies with `school_count`, the open lycées that each follows."""
    followed = Q(followed__state__in=(EstablishmentState.OPEN, EstablishmentState.CLOSING))
    return Territory.objects.filter(kind=Territory.Kind.AGENCY).annotate(school_count=Count("followed", filter=followed)).order_by("name")


def agencies_at_work() -> QuerySet[Territory]:
    """Those that the table of today names, or that still follow a lycée: one that an earlier table named stays for its lots, and is not listed."""
    named = Exists(AgencyPlace.objects.filter(agency=OuterRef("pk"))) | Exists(Territory.objects.filter(parent=OuterRef("pk")))
    return agencies().filter(named | Exists(Establishment.objects.filter(agency=OuterRef("pk"))))


def agencies_in_use() -> list[tuple[str, str]]:
    """(code, name) of the agencies that follow at least one lycée."""
    followed = Establishment.objects.filter(agency=OuterRef("pk"))
    held = Territory.objects.filter(Exists(followed), kind=Territory.Kind.AGENCY).order_by("name")
    return list(held.values_list("code", "name"))


def followed_by(agency: Territory) -> QuerySet[Establishment]:
    """The open lycées that an agency follows, as the list of lycées shows them."""
    return Establishment.objects.open().filter(agency=agency).select_related("authority", "department")


def without_agency() -> int:
    """How many open lycées of the Région no agency follows."""
    return Establishment.objects.open().filter(agency=None, region_code=settings.REGION_CODE).count()


def sections_of(establishment: Establishment) -> QuerySet[Establishment]:
    """Establishments attached to this one that are candidates of their own (annexes with a UAI)."""
    return Establishment.objects.filter(parent_uai=establishment.uai).order_by("name")


def declarations(user: Person) -> FactDeclarationQuerySet:
    """The declarations that `user` may read, those to answer first, then the latest."""
    waits = Case(When(state=DeclarationState.DECLARED, then=Value(0)), default=Value(1))
    return FactDeclaration.objects.visible_to(user).select_related("establishment__department").order_by(waits, "-declared_at", "-pk")


def closure_of(establishment: Establishment) -> SchoolClosure | None:
    """What the administration said when it closed this lycée, if it did; None when the directory alone did, and for one that is open."""
    if not establishment.is_closed:
        return None
    return (
        SchoolClosure.objects.holding().filter(establishment=establishment).select_related("successor").order_by("-noted_at", "-pk").first()
    )


def without_pathway(ids: Iterable[int]) -> QuerySet[Establishment]:
    """Of these lycées, the open ones of which no pathway is known, nor declared, nor refused."""
    left = (DeclarationState.WITHDRAWN, DeclarationState.SUPERSEDED)
    answered = FactDeclaration.objects.filter(fact=Fact.PATHWAYS).exclude(state__in=left).values("establishment")
    return Establishment.objects.open().filter(pk__in=ids, **SILENT).exclude(pk__in=answered)
