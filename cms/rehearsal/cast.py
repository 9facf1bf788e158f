"""Whom one may be in a rehearsal, and how one becomes them: by a press, without a password."""

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from calls import rules
from calls.models import Call
from portal.accounts.demo import PEOPLE, DemoPerson
from portal.accounts.middleware import STARTED, start_session
from portal.accounts.models import User
from portal.rehearsal.places import Rehearsal
from portal.roles import Role

_META = ("REMOTE_ADDR", "HTTP_USER_AGENT", "SERVER_NAME", "SERVER_PORT")


@dataclass(frozen=True)
class PersonaGroup:
    """A group of personas on the staff's page: what one plays with them."""

    title: str
    told: str
    roles: frozenset[Role]
    schools: frozenset[int] = frozenset()

    @property
    def people(self) -> list[DemoPerson]:
        """Its personas, in the order of the table of accounts."""
        return [p for p in PEOPLE if p.role in self.roles and (p.school is None or p.school in self.schools)]


PARTS = (
    PersonaGroup(
        "Le lycée", "Écrire et déposer un dossier, donner le visa, accepter l’aide.", frozenset({Role.MEMBER, Role.HEAD}), frozenset({0, 1})
    ),
    PersonaGroup("L’instruction", "Vérifier les dossiers reçus, demander des compléments.", frozenset({Role.OFFICER})),
    PersonaGroup("Les avis", "Rendre l’avis de l’académie ou de la DRAAF, si l’appel le demande.", frozenset({Role.ADVISER})),
    PersonaGroup("Les lecteurs", "Noter les dossiers confiés par l’académie, la DRAAF ou la Région.", frozenset({Role.JUROR})),
    PersonaGroup("La séance", "Ouvrir la séance, écrire les règles, choisir une sélection, signer.", frozenset({Role.CHAIR})),
    PersonaGroup(
        "La décision",
        "Piloter l’appel, proposer et voter les aides, publier, commander.",
        frozenset({Role.CALL_MANAGER, Role.FINANCE, Role.ORDERS}),
    ),
)


def persona(wanted: str) -> DemoPerson | None:
    """The person of this login whom one may be."""
    return next((person for part in PARTS for person in part.people if person.login == wanted), None)


def sign_in(request: HttpRequest, person: DemoPerson) -> SessionBase | None:
    """Inside: a new session of this person; None when the rehearsal has no such account. The session of the real portal is not touched."""
    user = User.objects.filter(email=person.email).first()
    if user is None:
        return None
    inner = HttpRequest()
    inner.META = {name: request.META[name] for name in _META if name in request.META}
    inner.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(inner, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    start_session(inner.session)
    inner.session.save()
    return inner.session


def admits(user: User, session: SessionBase, place: Rehearsal) -> bool:
    """The door: who manages the call, as long as their own session lasts. Asked of the real portal, at each request."""
    call = Call.objects.filter(pk=place.key).first()
    return call is not None and STARTED in session and rules.manages_call(call, user)
