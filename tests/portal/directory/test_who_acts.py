"""A lycée is closed: each page of what it leaves says who acts for it, and the one who is named there may act; nobody else."""

import pytest
from django.utils import timezone

from calls.enums import ApplicationState, Outcome
from calls.models import Application
from portal.accounts.forms import RoleForm
from portal.accounts.models import RoleGrant
from portal.directory.closures import close_lycee
from portal.roles import Role
from portal.workflow.gate import available_transitions, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import staff, with_second_factor
from tests.factories.orders import CablingWorkFactory, PurchaseOrderFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
NOBODY = "Personne n’en a plus la direction sur le portail"


@pytest.fixture
def school():
    return EstablishmentFactory(name="Lycée Jean-Prouvé")


@pytest.fixture
def heir():
    return EstablishmentFactory(name="Lycée Simone-Veil")


@pytest.fixture
def admin():
    return with_second_factor(person(Role.ADMIN))


@pytest.fixture
def closure(school, heir, admin):
    return close_lycee(establishment=school, closed_on=timezone.localdate(), reason="Fusion.", successor=heir, actor=admin)


def given(client, admin, who, school, role=Role.HEAD):
    client.force_login(admin)
    return client.post(f"/compte/personnes/{who.pk}/role/", {"role": role, "uai": school.uai})


def award(school):
    return ApplicationFactory(
        establishment=school, submitted=True, state=ApplicationState.DECIDED, outcome=Outcome.AWARDED, granted_amount=1000
    )


def test_each_page_says_who_acts_or_that_nobody_does(client, school, heir, closure, admin):
    file, order, work = award(school), PurchaseOrderFactory(establishment=school, sent=True), CablingWorkFactory(establishment=school)
    pages = [each.get_absolute_url() for each in (file, order, work, closure)]
    client.force_login(admin)

    before = [text_of(client.get(page)) for page in pages]
    person(Role.HEAD, at=school, first_name="Anne", last_name="Colin")
    after = [text_of(client.get(page)) for page in pages]

    assert [NOBODY in text and "Lycée Simone-Veil" in text and school.uai in text for text in before] == [True] * 4
    assert ["Anne Colin en garde la direction ici et agit pour lui" in text for text in after] == [True] * 4
    assert [NOBODY in text for text in after] == [False] * 4
    open_order = PurchaseOrderFactory(sent=True)
    assert "Ce lycée est fermé" not in text_of(client.get(open_order.get_absolute_url()))


def test_the_head_of_the_successor_reads_and_does_nothing_until_named(client, school, heir, closure, admin):
    file, order = award(school), PurchaseOrderFactory(establishment=school, sent=True)
    head = person(Role.HEAD, at=heir)
    client.force_login(head)

    assert [client.get(each.get_absolute_url()).status_code for each in (file, order)] == [404, 404]
    assert available_transitions(file, head) == []
    assert school.name not in text_of(client.get("/espace/"))

    assert given(client, admin, head, school).status_code == 302
    head = type(head).objects.get(pk=head.pk)
    client.force_login(head)

    assert [client.get(each.get_absolute_url()).status_code for each in (file, order)] == [200, 200]
    perform(Application.objects.get(pk=file.pk), "accept_award", actor=head)
    assert Application.objects.get(pk=file.pk).state == ApplicationState.ACCEPTED_BY_SCHOOL


def test_only_the_direction_of_a_closed_lycee_is_given(school, closure, admin):
    member = RoleForm({"role": Role.MEMBER, "uai": school.uai}, actor=admin)
    head = RoleForm({"role": Role.HEAD, "uai": school.uai}, actor=admin)

    assert "Cet établissement est fermé : seule sa direction se confie encore" in member.errors["uai"][0]
    assert head.is_valid()
    assert head.place["establishment"] == school


@pytest.mark.parametrize(("role", "may"), [(Role.CALL_MANAGER, True), (Role.FINANCE, False), (Role.ORDERS, False), (Role.AUDITOR, False)])
def test_who_names_the_person_who_acts(client, school, heir, closure, role, may):
    head, other = person(Role.HEAD, at=heir), staff(role)

    given(client, other, head, school)

    assert RoleGrant.objects.filter(user=head, establishment=school).exists() == may


def test_the_page_of_the_act_and_the_mail_say_it(client, school, admin):
    client.force_login(admin)

    assert "Il n’agit pour le lycée fermé (aide, réception, réserves) que si vous lui en donnez la direction" in text_of(
        client.get(f"/etablissements/{school.uai}/fermer/")
    )
