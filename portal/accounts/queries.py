"""Questions about people, teams and requests."""

from allauth.mfa.models import Authenticator
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, SmallIntegerField, When

from portal.accounts.models import JoinRequest, RoleGrant, User
from portal.directory.models import Establishment, Territory
from portal.roles import SCHOOL_ROLES, Role
from portal.text.search import matching, words

UNUSABLE = "!"  # first sign of a password that nobody has chosen yet


def holders_of(grants: QuerySet[RoleGrant]) -> QuerySet[User]:
    """The people behind these grants whose accounts are open, each once, the earliest account first."""
    return User.objects.filter(is_active=True, pk__in=grants.order_by().values("user")).order_by("pk")


def people(*, q: str | None = None, role: str | None = None, lieu: str | None = None, etat: str | None = None) -> QuerySet[User]:
    """Accounts that match every filter given, with their roles in force and whether a code generator is set up.

    `rank` puts those who use the portal before the invitations that wait, closed accounts last.
    """
    found = User.objects.all()
    found = matching(found, q)
    held = RoleGrant.objects.in_force()
    if role == "aucun":
        found = found.exclude(Exists(held.filter(user=OuterRef("pk"))))
    elif role or lieu:
        held = held.filter(role=role) if role else held
        found = found.filter(Exists((held.filter(_at(lieu)) if lieu else held).filter(user=OuterRef("pk"))))
    match etat:
        case "actif":
            found = found.filter(is_active=True).exclude(password__startswith=UNUSABLE)
        case "invite":
            found = found.filter(is_active=True, password__startswith=UNUSABLE)
        case "ferme":
            found = found.filter(is_active=False)
    rank = Case(When(is_active=False, then=2), When(password__startswith=UNUSABLE, then=1), default=0, output_field=SmallIntegerField())
    return found.annotate(has_second_factor=_has_factor(), rank=rank).prefetch_related(_grants())


def person(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk).annotate(has_second_factor=_has_factor())


def grants_of(user: User) -> QuerySet[RoleGrant]:
    """Every role ever held, those in force first."""
    return user.role_grants.select_related("establishment", "authority", "department", "granted_by").order_by(
        F("ended_at").desc(nulls_first=True), "-started_at", "-pk"
    )


def team_of(establishment: Establishment) -> QuerySet[RoleGrant]:
    """The roles in force in a school, heads first."""
    team = RoleGrant.objects.in_force().filter(establishment=establishment, role__in=SCHOOL_ROLES, user__is_active=True)
    return team.select_related("user", "establishment").order_by("role", "user__last_name", "user__first_name", "pk")


def technicians_around(agency: Territory) -> list[RoleGrant]:
    """The grants in force of technicians of the whole Région, or of a département where this agency follows lycées; with their people."""
    around = Establishment.objects.open().filter(agency=agency).values("department")
    held = RoleGrant.objects.in_force().of_roles(Role.TECHNICIAN).filter(user__is_active=True)
    held = held.filter(Q(department=None) | Q(department__in=around)).select_related("user", "department")
    return list(held.order_by("user__last_name", "user__first_name", "department__code", "pk"))


def requests_to(establishment: Establishment) -> QuerySet[JoinRequest]:
    """Requests that still await their answer, the oldest first."""
    return JoinRequest.objects.pending().filter(establishment=establishment).select_related("user", "establishment").order_by("pk")


def requests_of(user: User) -> QuerySet[JoinRequest]:
    """What a person has asked: all that awaits, then the last answers."""
    return (
        JoinRequest.objects.filter(user=user).select_related("establishment").order_by(F("answered_at").desc(nulls_first=True), "-pk")[:20]
    )


def request_pending(user: User, establishment: Establishment) -> JoinRequest | None:
    """The request of a person to a school that still awaits its answer."""
    return JoinRequest.objects.pending().filter(user=user, establishment=establishment).first()


def joinable_schools(text: str) -> QuerySet[Establishment]:
    """Open schools whose UAI, name or commune hold every word typed. The first ten."""
    if not words(text):
        return Establishment.objects.none()
    return matching(Establishment.objects.open().select_related("department"), text).order_by("commune_name", "name", "pk")[:10]


def _at(place: str) -> Q:
    schools = matching(Establishment.objects.order_by(), place).values("pk")
    return (
        Q(establishment__in=schools)
        | Q(authority__name__icontains=place)
        | Q(department__name__icontains=place)
        | Q(department__code=place.upper())
    )


def _grants() -> Prefetch:
    held = RoleGrant.objects.in_force().select_related("establishment", "authority", "department").order_by("pk")
    return Prefetch("role_grants", held, to_attr="roles_in_force")


def _has_factor() -> Exists:
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP))
