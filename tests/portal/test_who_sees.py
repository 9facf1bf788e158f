"""The menu and the things to do of every role, over the whole portal: who sees what, as one table each."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from calls.enums import ApplicationState, CallState
from calls.models import Call, CompletionRequest, Opinion
from orders.enums import OrderState
from portal.directory.models import Establishment
from portal.journal.models import ChainCheck
from portal.roles import JURY_ROLES, SCHOOL_ROLES, Role
from portal.ui import navigation, todo
from tests.factories.accounts import UserFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.deliberation import close, deliberation, propose, sit, vote
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import jury_call
from tests.factories.orders import CablingWorkFactory, PendingNeedFactory, PurchaseOrderFactory
from tests.factories.scoring import PanelMemberFactory, SelectionSessionFactory
from tests.kept_rows import once

MANAGER, OFFICER, FINANCE, ORDERS = Role.CALL_MANAGER, Role.OFFICER, Role.FINANCE, Role.ORDERS
SCHOOL, JURY = {Role.MEMBER, Role.HEAD}, {Role.JUROR, Role.CHAIR}
SCHOOL_READERS = SCHOOL | {Role.READER}
STEERING = {MANAGER, OFFICER, FINANCE, ORDERS, Role.AUDITOR, Role.ADMIN}
RANKING = {MANAGER, FINANCE, Role.AUDITOR, Role.ADMIN}
FOLLOWING = {MANAGER, FINANCE, ORDERS, Role.TECHNICIAN, Role.AUDITOR, Role.ADMIN}
ANYBODY = set(Role)
# In the order of the page: the entry, its address, the roles that read it.
MENU = [
    ("Ce qui m’attend", "/espace/", ANYBODY),
    ("Dossiers", "/dossiers/", STEERING),
    ("Nos dossiers", "/dossiers/", SCHOOL_READERS),
    ("Avis", "/avis/", {Role.ADVISER}),
    ("Échanges", "/echanges/", STEERING | FOLLOWING | SCHOOL_READERS),
    ("Pilotage", "/pilotage/", STEERING),
    ("À noter", "/jury/mes-dossiers/", JURY),
    ("Jury", "/jury/", RANKING),
    ("Séances", "/seances/", RANKING | JURY),
    ("Décisions", "/decisions/", RANKING),
    ("Enveloppes", "/decisions/enveloppes/", RANKING),
    ("Commandes", "/commandes/", FOLLOWING),
    ("Travaux", "/travaux/", FOLLOWING),
    ("Déploiements", "/deploiements/", FOLLOWING | SCHOOL_READERS),
    ("Lycées", "/etablissements/", ANYBODY),
    ("Personnes", "/compte/personnes/", {MANAGER, Role.ADMIN}),
    ("Journal", "/journal/", {MANAGER, Role.AUDITOR, Role.ADMIN}),
    ("Courriels", "/courriels/", {MANAGER, Role.AUDITOR, Role.ADMIN}),
    ("Édition du site", "/gestion/", {Role.COMMUNICATION}),
    ("Appels", "/appels/", ANYBODY),
    ("Exports", "/exports/", STEERING | {Role.TECHNICIAN}),
    ("Résultats", "/resultats/", ANYBODY),
    ("Actualités", "/actualites/", ANYBODY),
    ("Données ouvertes", "/donnees-ouvertes/", ANYBODY),
    ("Aide", "/aide/", ANYBODY),
    ("Rechercher", "/recherche/", ANYBODY),
]
PUBLIC = ["Appels", "Résultats", "Actualités", "Données ouvertes", "Aide", "Rechercher"]


def holder(role: Role | None, school):
    return person(role, at=school if role in SCHOOL_ROLES else None, authority=school.authority if role == Role.ADVISER else None)


def menu(user) -> list[tuple[str, str]]:
    return [(link.label, link.url) for link in navigation.links_for(user, "/")]


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_menu_of_each_role(role):
    user = holder(role, EstablishmentFactory())

    assert menu(user) == [(label, url) for label, url, roles in MENU if role in roles]


@pytest.mark.django_db
def test_menu_of_those_who_hold_no_role():
    """A superuser, who may have no role, reads the menu of the administration."""
    everybody = [(label, url) for label, url, roles in MENU if roles == ANYBODY]

    assert menu(person()) == everybody
    assert menu(UserFactory(is_superuser=True)) == menu(person(Role.ADMIN))
    assert [label for label, _ in menu(AnonymousUser())] == PUBLIC


@pytest.mark.django_db
def test_menu_reads_the_roles_once(django_assert_num_queries):
    user = type(person(Role.AUDITOR)).objects.get()

    with django_assert_num_queries(1):
        menu(user)


# What somebody may have to do, by the words of its button, and the roles to whom it is told.
TODO = {
    "Continuer": SCHOOL,
    "Lire et viser": {Role.HEAD},
    "Lire et rendre l’avis": {Role.ADVISER},
    "Compléter": SCHOOL,
    "Commencer un dossier": SCHOOL,
    "Réceptionner": {Role.HEAD},
    "Voir la commande": SCHOOL,
    "Voir le journal": {MANAGER, Role.AUDITOR, Role.ADMIN},
    "Ouvrir": {OFFICER},
    "Ouvrir l’instruction": {MANAGER},
    "Composer": {MANAGER},
    "Préparer": {MANAGER} | JURY,
    "Entrer": {MANAGER} | JURY,
    "Relire et signer": {Role.CHAIR},
    "Proposer": {FINANCE},
    "Enregistrer": {FINANCE, ORDERS, Role.TECHNICIAN},
    "Traiter": {ORDERS},
    "Valider": {ORDERS},
    "Envoyer": {ORDERS},
    "Émettre": {ORDERS},
    "Relancer": {ORDERS},
    "Visiter": {ORDERS, Role.TECHNICIAN},
    "Prononcer": {ORDERS, Role.TECHNICIAN},
    "Noter les factures": {FINANCE},
    "Rejoindre mon établissement": set(),
}


@pytest.fixture
def world():
    """Something of every kind to do; the lycée of whoever works in one, the calls that the jury examines."""
    school, calls = once(something_of_every_kind)
    return Establishment.objects.get(pk=school), list(Call.objects.filter(pk__in=calls).order_by("pk"))


def something_of_every_kind() -> tuple[int, list[int]]:
    """Built once: the keys of the lycée and of the calls."""
    school = EstablishmentFactory()
    ApplicationFactory(establishment=school)
    ApplicationFactory(establishment=school, state=ApplicationState.AWAITING_APPROVAL)
    asked = ApplicationFactory(establishment=school, submitted=True)
    due_on = timezone.localdate() - timedelta(days=2)
    CompletionRequest.objects.create(application=asked, fields=["titre"], message="Précisez.", due_on=due_on)
    Opinion.objects.create(application=asked, authority=school.authority, due_on=timezone.localdate() + timedelta(days=9))
    CallFactory()
    ApplicationFactory(call=CallFactory(closed=True), submitted=True)
    ChainCheck.objects.create(problem="Une ligne manque.")
    CallFactory(state=CallState.DELIBERATION, closed=True)
    jury_call()
    steps = [close(deliberation()), propose(deliberation()), vote(deliberation()), sit(deliberation())]
    SelectionSessionFactory(call=steps[0].call)
    PurchaseOrderFactory(establishment=school, delivered=True)
    PurchaseOrderFactory(establishment=school, sent=True, due_on=timezone.localdate() - timedelta(days=3))
    for state in (OrderState.DRAFT, OrderState.APPROVED):
        PurchaseOrderFactory(state=state, approved_at=timezone.now())
    PurchaseOrderFactory(accepted=True)
    for step in ({}, {"surveyed": True}, {"quoted": True}, {"pre_acceptance": True}):
        CablingWorkFactory(**step)
    PendingNeedFactory()
    return school.pk, [made.call.pk for made in steps]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role])
def test_things_to_do_of_each_role(role, world):
    school, calls = world
    user = holder(role, school)
    if role in JURY_ROLES:
        for call in calls:
            PanelMemberFactory(call=call, user=user, is_chair=role == Role.CHAIR)

    told = {item.action_label for item in todo.items_for(user)}
    assert told == ({label for label, roles in TODO.items() if role in roles} if role else {"Rejoindre mon établissement"})
