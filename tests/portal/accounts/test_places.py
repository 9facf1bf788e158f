"""A technician's role held to a department: given, said, ended."""

import pytest
from django.core.exceptions import ValidationError

from portal.accounts.actions import end_grant, grant_role
from portal.accounts.models import RoleGrant, User
from portal.directory.models import Territory
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from tests.factories.accounts import UserFactory, person
from tests.factories.directory import EstablishmentFactory, TerritoryFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
LIST = "/compte/personnes/"
SAID = "Technicien d’agence territoriale, Meuse (55)"


@pytest.fixture
def meuse():
    return TerritoryFactory(meuse=True)


def test_a_department_is_given_and_said(client, admin, meuse, mails):
    user = UserFactory()

    page = client.post(f"{LIST}{user.pk}/role/", {"role": "technician", "department": meuse.pk}, follow=True)
    grant = RoleGrant.objects.get(user=user)
    ending = client.get(f"{LIST}{user.pk}/role/{grant.pk}/terminer/")

    assert grant.department == meuse
    assert f"tient maintenant ce rôle : {SAID}." in text_of(page)
    assert SAID in mails(user.email)[0].body
    assert JournalEntry.objects.get().data == {"role": "Technicien d’agence territoriale", "place": "Meuse (55)"}
    assert SAID in text_of(ending)


def test_one_invites_a_technician_of_a_department(client, admin, meuse, mails):
    invited = {"email": "bruno@region.example", "first_name": "Bruno", "last_name": "Noël", "role": "technician", "department": meuse.pk}

    client.post(f"{LIST}inviter/", invited)

    assert RoleGrant.objects.get(user__email="bruno@region.example").department == meuse
    assert SAID in mails("bruno@region.example")[0].body


@pytest.mark.parametrize("place", ["Meuse", "meuse", "55"])
def test_people_are_found_by_their_department(client, admin, meuse, place):
    user = person(Role.TECHNICIAN, department=meuse)
    person(Role.TECHNICIAN, department=TerritoryFactory())

    page = client.get(LIST, {"lieu": place})

    assert list(page.context["page_obj"]) == [user]
    assert "Meuse (55)" in text_of(page)


def test_each_department_is_a_role_of_its_own_given_once(client, admin, meuse):
    user, other = UserFactory(), TerritoryFactory()

    for department in (meuse, other, meuse):
        client.post(f"{LIST}{user.pk}/role/", {"role": "technician", "department": department.pk})

    assert set(RoleGrant.objects.filter(user=user).values_list("department", flat=True)) == {meuse.pk, other.pk}
    assert User.objects.get(pk=user.pk).departments_of(Role.TECHNICIAN) == {meuse.pk, other.pk}


def test_a_department_narrows_nothing_while_the_whole_region_is_held(client, admin, meuse):
    user = person(Role.TECHNICIAN)

    refused = client.post(f"{LIST}{user.pk}/role/", {"role": "technician", "department": meuse.pk})

    assert (refused.status_code, "pour toute la Région : terminez d’abord celui-là" in text_of(refused)) == (409, True)
    assert RoleGrant.objects.filter(user=user).count() == 1


def test_the_whole_region_is_given_over_a_department(meuse):
    user = person(Role.TECHNICIAN, department=meuse)

    grant_role(user=user, role=Role.TECHNICIAN, actor=SYSTEM)

    again = User.objects.get(pk=user.pk)
    assert again.departments_of(Role.TECHNICIAN) is None
    assert again.covers(EstablishmentFactory(), Role.TECHNICIAN)


@pytest.mark.parametrize("role", ["orders", "finance", "officer", "auditor"])
def test_other_roles_take_no_department(client, admin, meuse, role):
    user = UserFactory()

    refused = client.post(f"{LIST}{user.pk}/role/", {"role": role, "department": meuse.pk})

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["department"])
    assert not RoleGrant.objects.filter(user=user).exists()
    with pytest.raises(ValidationError):
        grant_role(user=user, role=role, department=meuse, actor=SYSTEM)


def test_an_agency_is_not_offered_as_a_department(client, admin):
    agency, user = TerritoryFactory(kind=Territory.Kind.AGENCY, code="A1", name="Agence de Metz"), UserFactory()

    refused = client.post(f"{LIST}{user.pk}/role/", {"role": "technician", "department": agency.pk})

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["department"])
    with pytest.raises(ValidationError):
        grant_role(user=user, role=Role.TECHNICIAN, department=agency, actor=SYSTEM)


def test_what_is_ended_leaves_the_other_department(meuse):
    user, other = UserFactory(), TerritoryFactory()
    given = [grant_role(user=user, role=Role.TECHNICIAN, department=department, actor=SYSTEM) for department in (meuse, other)]

    end_grant(grant=given[0], actor=SYSTEM)

    assert User.objects.get(pk=user.pk).departments_of(Role.TECHNICIAN) == {other.pk}


def test_a_role_that_is_not_held_covers_nothing(meuse):
    user = person(Role.HEAD, at=EstablishmentFactory())

    assert user.departments_of(Role.TECHNICIAN) == frozenset()
    assert not user.covers(EstablishmentFactory(department=meuse), Role.TECHNICIAN)
