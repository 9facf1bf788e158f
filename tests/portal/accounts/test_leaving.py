"""Leaving a school, by the head's word or one's own; the page of the team."""

import pytest
from django.test import Client

from portal.accounts.actions import ask_to_join
from portal.accounts.models import RoleGrant, User
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import UserFactory, person

pytestmark = pytest.mark.django_db


def is_member(user, school) -> bool:
    return User.objects.get(pk=user.pk).holds(Role.MEMBER, at=school)


def test_ended_member_is_refused_at_the_next_page(client, school):
    member = person(Role.MEMBER, at=school)
    head_client = Client()
    head_client.force_login(person(Role.HEAD, at=school))
    client.force_login(member)
    before = client.get(f"/etablissements/{school.uai}/equipe/").status_code

    head_client.post(f"/etablissements/{school.uai}/equipe/{member.grants[0].pk}/terminer/", {"reason": "Mutation"})

    assert (before, client.get(f"/etablissements/{school.uai}/equipe/").status_code) == (200, 404)
    entry = JournalEntry.objects.get()
    assert (entry.action, entry.reason, entry.data["place"]) == ("end_role", "Mutation", "Lycée Jean-Prouvé, Nancy")


def test_reading_the_confirmation_ends_nothing(client, school):
    member = person(Role.MEMBER, at=school)
    client.force_login(person(Role.HEAD, at=school))

    page = client.get(f"/etablissements/{school.uai}/equipe/{member.grants[0].pk}/terminer/")

    assert (page.status_code, is_member(member, school)) == (200, True)


def test_head_of_another_school_ends_nobody(client, school, other_school):
    grant = person(Role.MEMBER, at=school).grants[0]
    client.force_login(person(Role.HEAD, at=other_school))

    answers = [client.post(f"/etablissements/{uai}/equipe/{grant.pk}/terminer/") for uai in (school.uai, other_school.uai)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert RoleGrant.objects.in_force().filter(pk=grant.pk).exists()


def test_head_does_not_end_a_head(client, school):
    grant = person(Role.HEAD, at=school).grants[0]
    client.force_login(person(Role.HEAD, at=school))

    assert client.post(f"/etablissements/{school.uai}/equipe/{grant.pk}/terminer/").status_code == 403


def test_member_leaves_by_themselves(client, school):
    member = person(Role.MEMBER, at=school)
    client.force_login(member)

    client.post(f"/compte/etablissement/quitter/{member.grants[0].pk}/")

    assert not is_member(member, school)


def test_nobody_makes_another_leave(client, school):
    member = person(Role.MEMBER, at=school)
    client.force_login(person(Role.MEMBER, at=school))

    assert client.post(f"/compte/etablissement/quitter/{member.grants[0].pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_team_takes_the_same_queries_whatever_its_size(client, school, count, django_assert_num_queries):
    head = person(Role.HEAD, at=school)
    for n in range(count):
        person(Role.MEMBER, at=school)
        ask_to_join(user=UserFactory(email=f"a{n}@x.example"), establishment=school)
    client.force_login(head)
    client.get(f"/etablissements/{school.uai}/equipe/")

    # session, account, school, roles, who may be ended, team counted, team, requests, delegations, those in force, open teams, whether this one is
    with django_assert_num_queries(12):
        page = client.get(f"/etablissements/{school.uai}/equipe/")

    assert len(page.context["asked"]) == count
