import json
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.core.management import CommandError, call_command

from portal.accounts.demo import PASSWORD, PEOPLE, create_demo_accounts
from portal.accounts.models import RoleGrant, User
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def schools():
    return EstablishmentFactory.create_batch(3)


def listed() -> list[dict]:
    out = StringIO()
    call_command("demo_accounts", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_table_has_every_role_and_every_body():
    assert {person.role for person in PEOPLE} == set(Role)
    assert {person.authority for person in PEOPLE if person.role == Role.JUROR} == {
        "region-44",
        "academie-12",
        "academie-19",
        "academie-15",
        "draaf-44",
    }
    assert len({person.email for person in PEOPLE}) == len(PEOPLE)
    assert len({person.secret for person in PEOPLE if person.secret}) == sum(1 for person in PEOPLE if person.secret)


def test_everybody_can_sign_in(schools):
    users = create_demo_accounts(schools)

    assert len(users) == len(PEOPLE)
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(PEOPLE)
    for user in User.objects.all():
        assert user.check_password(PASSWORD)
        assert user.needs_second_factor is user.has_second_factor


def test_generator_has_the_secret_of_the_table(schools):
    create_demo_accounts(schools)

    stored = {a.user.email: decrypt(a.data["secret"]) for a in Authenticator.objects.select_related("user")}
    assert stored == {person.email: person.secret for person in PEOPLE if person.secret}


def test_running_it_again_changes_nothing(schools):
    create_demo_accounts(schools)
    before = (User.objects.count(), RoleGrant.objects.count(), JournalEntry.objects.count(), User.objects.first().password)

    create_demo_accounts(schools)

    assert (User.objects.count(), RoleGrant.objects.count(), JournalEntry.objects.count(), User.objects.first().password) == before


def test_two_schools_are_enough(schools):
    users = create_demo_accounts(schools[:2])

    assert {user.email for user in User.objects.all()} == {user.email for user in users}
    assert {person.email for person in PEOPLE} - {user.email for user in users} == {"proviseur3@preau.example", "equipe3@preau.example"}


def test_command_lists_them_with_what_a_tool_needs(schools):
    create_demo_accounts(schools)

    accounts = {account["email"]: account for account in listed()}

    assert accounts["proviseure@preau.example"] == {
        "email": "proviseure@preau.example",
        "password": PASSWORD,
        "role": "head",
        "establishment": schools[0].uai,
        "otp_secret": None,
    }
    assert accounts["admin@preau.example"] == {
        "email": "admin@preau.example",
        "password": PASSWORD,
        "role": "admin",
        "establishment": None,
        "otp_secret": next(person.secret for person in PEOPLE if person.role == Role.ADMIN),
    }


def test_command_refuses_where_there_are_none():
    with pytest.raises(CommandError, match="n’a pas de comptes de démonstration"):
        listed()
