"""Questions about people, teams and requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, SmallIntegerField, Subquery, When
from django.utils import timezone

from portal.accounts.models import Delegation, JoinRequest, RoleGrant, TeamSettings, User
from portal.accounts.models.people import ENDING_SOON, SECOND_FACTORS
from portal.directory.models import Establishment, Territory
from portal.files.models import StoredFile
from portal.notifications.models import UnreachableAddress
from portal.prepared import prepared
from portal.roles import SCHOOL_ROLES, STAFF_ROLES, WRITING_ROLES, Role
from portal.signing import SignedAct, SignedSubject
from portal.text.search import matching, words

NOTHING_AWAITED = 9  # rank of an account about which there is nothing to do
UNUSABLE = "!"  # first sign of a password that nobody has chosen yet


def holders_of(grants: QuerySet[RoleGrant]) -> QuerySet[User]:
    """The people behind these grants whose accounts are open, each once, the earliest account first."""
    return User.objects.filter(is_active=True, pk__in=grants.order_by().values("user")).order_by("pk")


def has_been_staff(person: str) -> Exists:
    """Condition on rows whose column `person` names somebody: of the staff of the Région, now or before."""
    return Exists(RoleGrant.objects.filter(user=OuterRef(person), role__in=STAFF_ROLES))


def people(*, q: str | None = None, role: str | None = None, lieu: str | None = None, etat: str | None = None) -> QuerySet[User]:
    """Accounts that match every filter given, with their roles in force and whether a code generator is set up.

    `rank` puts those who use the portal before the invitations that wait, closed accounts last. `awaits` puts first those about whom
    something is to be done: a request to join without answer, a role that ends soon, an invitation or an address not confirmed.
    """
    found = User.objects.all()
    found = matching(found, q)
    held = RoleGrant.objects.in_force()
    if role == "aucun":
        found = found.exclude(Exists(held.filter(user=OuterRef("pk"))))
    elif role or lieu:
        held = held.filter(role=role) if role else held
        found = found.filter(Exists((held.filter(_at(lieu)) if lieu else held).filter(user=OuterRef("pk"))))
    found = found.annotate(**_awaited(), has_identity=_has_identity())
    invited = Q(password__startswith=UNUSABLE, has_identity=False)
    match etat:
        case "suivre":
            found = found.filter(awaits__lt=NOTHING_AWAITED)
        case "actif":
            found = found.filter(is_active=True).exclude(invited)
        case "invite":
            found = found.filter(invited, is_active=True)
        case "ferme":
            found = found.filter(is_active=False)
    rank = Case(When(is_active=False, then=2), When(invited, then=1), default=0, output_field=SmallIntegerField())
    return found.annotate(has_second_factor=_has_factor(), rank=rank).prefetch_related(_grants(), _open_requests())


def person(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk).annotate(has_second_factor=_has_factor(), has_identity=_has_identity())


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


@dataclass(frozen=True)
class Signer:
    """Somebody who may sign for a school: its head, or by a delegation."""

    user: User
    delegation: Delegation | None = None

    @property
    def named(self) -> str:
        """« Sylvie Aubert, Proviseure » ; « Karim Benali, par délégation de Sylvie Aubert du 2 septembre 2026 »."""
        job = self.delegation.mention if self.delegation else self.user.job_title
        return ", ".join(filter(None, [self.user.get_full_name(), job]))


def heads(establishment: Establishment) -> list[User]:
    """The heads of a school who have an open account."""
    return list(holders_of(RoleGrant.objects.in_force().of_heads().filter(establishment=establishment)))


def signers(
    establishment: Establishment, act: SignedAct, about: SignedSubject | None = None, known_heads: list[User] | None = None
) -> list[Signer]:
    """Who may sign this act for a school today, its heads first; each person once. Two queries, one where the heads are known."""
    found = [Signer(user) for user in (heads(establishment) if known_heads is None else known_heads)]
    known = {signer.user.pk for signer in found}
    for held in _in_force(establishment.pk, timezone.localdate(), timezone.now()):
        if held.covers(act, about) and held.delegate_id not in known:
            known.add(held.delegate_id)
            found.append(Signer(held.delegate, held))
    return found


def delegations_in_force(establishment: Establishment) -> QuerySet[Delegation]:
    """By which somebody of this school may sign today."""
    return _in_force.build(establishment.pk, timezone.localdate(), timezone.now())


@prepared
def _in_force(school: int, today: date, now: datetime) -> QuerySet[Delegation]:
    """The same, as the pages of a file ask it."""
    return Delegation.objects.in_force(today, now).filter(establishment=school).select_related("delegate").order_by("pk")


def delegations_of(establishment: Establishment) -> QuerySet[Delegation]:
    """Every delegation of a school, those that count first."""
    return Delegation.objects.filter(establishment=establishment).select_related("delegate", "head", "establishment", "ended_by")


def with_deeds(delegations: Iterable[Delegation]) -> list[Delegation]:
    """The same with `paper`, the file kept with each, or None. Two queries whatever their number."""
    found = list(delegations)
    kind = ContentType.objects.get_for_model(Delegation)
    files = StoredFile.objects.filter(subject_type=kind, subject_id__in=[str(held.pk) for held in found], deleted_at=None)
    papers = {file.subject_id: file for file in files}
    for held in found:
        held.paper = papers.get(str(held.pk))
    return found


def is_open_team(establishment: Establishment) -> bool:
    """Whether the head lets the members of the team take colleagues in."""
    return TeamSettings.objects.filter(establishment=establishment, members_accept=True).exists()


def who_answers(establishment: Establishment) -> list[User]:
    """Who hears of a request to join a school: who signs for it, and its members where the head lets the team answer."""
    found = [signer.user for signer in signers(establishment, SignedAct.TEAM)]
    if is_open_team(establishment):
        found += holders_of(RoleGrant.objects.in_force().of_roles(*WRITING_ROLES).filter(establishment=establishment))
    return list(dict.fromkeys(found))


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


def just_refused(user: User, establishment: Establishment) -> JoinRequest | None:
    """The request of a person that this school refused less than a day ago, unless another one waits: it is not asked again meanwhile."""
    return JoinRequest.objects.just_refused().filter(user=user, establishment=establishment).first()


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


def _awaited() -> dict[str, Exists | Case]:
    """What awaits about each account, and its rank."""
    grants = RoleGrant.objects.in_force().filter(user=OuterRef("pk"), ended_at__lte=timezone.now() + ENDING_SOON)
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    unconfirmed = ~Exists(confirmed) & Q(is_superuser=False)
    unreachable = UnreachableAddress.objects.filter(email=OuterRef("email"))
    return {
        "unreachable_since": Subquery(unreachable.values("since")),
        "is_unconfirmed": Case(When(unconfirmed, then=True), default=False, output_field=BooleanField()),
        "awaits": Case(
            When(is_active=False, then=NOTHING_AWAITED),
            When(Exists(JoinRequest.objects.pending().filter(user=OuterRef("pk"))), then=0),
            When(Exists(unreachable), then=0),
            When(Exists(grants), then=1),
            When(unconfirmed, then=2),
            default=NOTHING_AWAITED,
            output_field=SmallIntegerField(),
        ),
    }


def _open_requests() -> Prefetch:
    return Prefetch("join_requests", JoinRequest.objects.pending().select_related("establishment").order_by("pk"), to_attr="requests_open")


def _has_identity() -> Exists:
    return Exists(SocialAccount.objects.filter(user=OuterRef("pk")))


def _has_factor() -> Exists:
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS))
