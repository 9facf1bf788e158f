"""The people of the demonstration: one for each role, all fictitious, all with the same password. Never on a real portal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from portal.accounts.actions import grant_role
from portal.accounts.models import Delegation, User
from portal.directory.enums import AuthorityKind
from portal.directory.models import Authority, Establishment, Territory
from portal.roles import Role
from portal.signing import SignedAct
from portal.workflow.actors import SYSTEM

PASSWORD = "Demonstration-2026!"  # noqa: S105 -- the demonstration's, printed on its sign-in page
DOMAIN = "preau.example"


@dataclass(frozen=True)
class DemoPerson:
    """One line of the table: who, which role, where. `school` counts the schools given to `create_demo_accounts`."""

    login: str
    first_name: str
    last_name: str
    role: Role
    job_title: str
    secret: str = ""  # of the code generator, base 32
    school: int | None = None
    authority: str = ""
    department: str = ""  # INSEE code
    days: int | None = None  # how long the role lasts; None: without end

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


PEOPLE = (
    DemoPerson("proviseure", "Sylvie", "Aubert", Role.HEAD, "Proviseure", school=0),
    DemoPerson("equipe", "Karim", "Benali", Role.MEMBER, "Référent numérique", school=0),
    DemoPerson("documentaliste", "Claire", "Marchand", Role.MEMBER, "Professeure documentaliste", school=0),
    DemoPerson("gestionnaire", "Solène", "Maire", Role.READER, "Gestionnaire du matériel", school=0, days=60),
    DemoPerson("directeur", "Étienne", "Kieffer", Role.HEAD, "Directeur", school=1),
    DemoPerson("equipe2", "Nadège", "Thiriet", Role.MEMBER, "Professeure de sciences de l’ingénieur", school=1),
    DemoPerson("proviseur3", "Luc", "Daubenton", Role.HEAD, "Proviseur", school=2),
    DemoPerson("equipe3", "Inès", "Roussel", Role.MEMBER, "Gestionnaire", school=2),
    DemoPerson(
        "appels", "Hélène", "Vautrin", Role.CALL_MANAGER, "Cheffe du service numérique éducatif", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAAA2"
    ),
    DemoPerson("instruction", "Thomas", "Weber", Role.OFFICER, "Instructeur", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAAA3"),
    DemoPerson(
        "instruction-reims", "Nadia", "Ferhat", Role.OFFICER, "Instructrice", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAAA4", authority="academie-19"
    ),
    DemoPerson(
        "jury-region", "Anne", "Colin", Role.JUROR, "Conseillère régionale", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAAA5", authority="region-44"
    ),
    DemoPerson("jury-nancy-metz", "Paul", "Schmitt", Role.JUROR, "Inspecteur", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAAA6", authority="academie-12"),
    DemoPerson("jury-reims", "Odile", "Lambert", Role.JUROR, "Inspectrice", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAAA7", authority="academie-19"),
    DemoPerson(
        "jury-strasbourg",
        "Marc",
        "Hoffmann",
        Role.JUROR,
        "Délégué au numérique",
        "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABA",
        authority="academie-15",
    ),
    DemoPerson("jury-draaf", "Hugo", "Marchal", Role.JUROR, "Chargé de mission", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABB", authority="draaf-44"),
    DemoPerson(
        "presidence",
        "Martine",
        "Lacroix",
        Role.CHAIR,
        "Vice-présidente aux lycées",
        "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABC",
        authority="region-44",
    ),
    DemoPerson(
        "avis-reims",
        "Bénédicte",
        "Gillet",
        Role.ADVISER,
        "Conseillère numérique",
        "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABK",
        authority="academie-19",
    ),
    DemoPerson(
        "avis-draaf", "Fabrice", "Humbert", Role.ADVISER, "Délégué régional", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABL", authority="draaf-44"
    ),
    DemoPerson("finances", "Yves", "Masson", Role.FINANCE, "Gestionnaire budgétaire", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABD"),
    DemoPerson("commandes", "Laure", "Henry", Role.ORDERS, "Acheteuse", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABE"),
    DemoPerson("technicien", "Bruno", "Noël", Role.TECHNICIAN, "Technicien d’agence territoriale", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABF"),
    DemoPerson(
        "technicien-moselle",
        "Chloé",
        "Wagner",
        Role.TECHNICIAN,
        "Technicienne d’agence territoriale",
        "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABI",
        department="57",
    ),
    DemoPerson("communication", "Rachel", "Simonin", Role.COMMUNICATION, "Chargée de communication", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABJ"),
    DemoPerson("audit", "Irène", "Perrin", Role.AUDITOR, "Auditrice interne", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABG"),
    DemoPerson("admin", "Jean", "Mercier", Role.ADMIN, "Administrateur du portail", "JBSWY3DPEHPK3PXPAAAAAAAAAAAAAABH"),
)
_BODIES = {
    "region-44": (AuthorityKind.REGION, "Région Grand Est", "Région"),
    "academie-12": (AuthorityKind.ACADEMY, "Académie de Nancy-Metz", "Nancy-Metz"),
    "academie-15": (AuthorityKind.ACADEMY, "Académie de Strasbourg", "Strasbourg"),
    "academie-19": (AuthorityKind.ACADEMY, "Académie de Reims", "Reims"),
    "draaf-44": (AuthorityKind.DRAAF, "DRAAF Grand Est", "DRAAF"),
}

_DEPARTMENTS = {"57": "Moselle"}


@transaction.atomic
def create_demo_accounts(establishments: Sequence[Establishment]) -> list[User]:
    """Create what is missing of the table, in its order; people of a school that was not given are left out.

    `establishments`: two or three schools, in the order of the table. Running it again changes nothing, passwords included.
    """
    password = make_password(PASSWORD)
    known = [person for person in PEOPLE if person.school is None or person.school < len(establishments)]
    users = {person.login: _create(person, establishments, password) for person in known}
    if len(establishments) > 1:
        _delegate(establishments[1], users["directeur"], users["equipe2"])
    return list(users.values())


def _delegate(school: Establishment, head: User, delegate: User) -> None:
    """The head of the second school is away for three months: a teacher gives the visas and signs what is delivered."""
    today = timezone.localdate()
    dates = {"starts_on": today - timedelta(days=20), "ends_on": today + timedelta(days=70), "signed_on": today - timedelta(days=22)}
    Delegation.objects.get_or_create(
        establishment=school,
        delegate=delegate,
        head=head,
        defaults={
            **dates,
            "head_name": head.get_full_name(),
            "acts": [SignedAct.VISA.value, SignedAct.ACCEPTANCE.value],
            "deed": "Délibération n° 12 du conseil d’administration",
            "given_by": head,
        },
    )


def demo_person(email: str) -> DemoPerson | None:
    """The line of the table with this address."""
    return next((person for person in PEOPLE if person.email == email.lower()), None)


def _create(person: DemoPerson, establishments: Sequence[Establishment], password: str) -> User:
    names = {"first_name": person.first_name, "last_name": person.last_name, "job_title": person.job_title}
    user, _ = User.objects.get_or_create(email=person.email, defaults={**names, "password": password})
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    if person.secret:
        secret = {"secret": encrypt(person.secret)}
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": secret})
    grant_role(
        user=user,
        role=person.role,
        establishment=None if person.school is None else establishments[person.school],
        authority=_body(person.authority) if person.authority else None,
        department=_department(person.department) if person.department else None,
        until=timezone.localdate() + timedelta(days=person.days) if person.days else None,
        actor=SYSTEM,
    )
    return user


def _department(code: str) -> Territory:
    """A department of the Région, created as the directory would when it has none of its lycées."""
    return Territory.objects.get_or_create(kind=Territory.Kind.DEPARTMENT, code=code, defaults={"name": _DEPARTMENTS[code]})[0]


def _body(code: str) -> Authority:
    kind, name, short_name = _BODIES[code]
    return Authority.objects.get_or_create(code=code, defaults={"kind": kind, "name": name, "short_name": short_name})[0]
