import base64
import os
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import encrypt

from portal.accounts.actions import ask_to_join
from portal.notifications.models import Message
from portal.roles import Role
from tests.factories.accounts import UserFactory, person
from tests.factories.directory import AuthorityFactory, EstablishmentFactory

PASSWORD = "Demonstration-2026!"


@pytest.fixture
def school(db):
    return EstablishmentFactory(name="Lycée Jean-Prouvé", commune_name="Nancy", email="ce.prouve@ac-nancy-metz.example")


@pytest.fixture
def other_school(db):
    return EstablishmentFactory(name="Lycée Simone-Veil", commune_name="Toul")


@pytest.fixture
def reims(db):
    return AuthorityFactory(reims=True)


@pytest.fixture
def signed_up(db):
    """Makes somebody who can really sign in: confirmed address and, on demand, a code generator."""

    def make(role=None, *, secret="", **kwargs):
        user = person(role, second_factor=False, **kwargs)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if secret:
            Authenticator.objects.create(user=user, type="totp", data={"secret": encrypt(secret)})
        return user

    return make


@pytest.fixture
def secret():
    return base64.b32encode(os.urandom(20)).decode()


@pytest.fixture
def code_of():
    """The code that a generator shows now, or `steps` periods later."""

    def code(secret, steps=0):
        now = sorted(yield_hotp_counters_from_time())[1]
        return format_hotp_value(hotp_value(secret, now + steps))

    return code


@pytest.fixture
def sign_in():
    def post(client, email, password=PASSWORD, **headers):
        return client.post("/compte/login/", {"login": email, "password": password}, **headers)

    return post


@pytest.fixture
def mails(db):
    """Messages written so far to an address, the oldest first."""

    def to(email):
        return list(Message.objects.filter(to_email=email).order_by("pk"))

    return to


@pytest.fixture
def link_in():
    """The path of the first link of ours in a message."""

    def find(message, start="/compte/"):
        return re.search(rf"http://testserver({re.escape(start)}\S+)", message.body).group(1)

    return find


@pytest.fixture
def admin(client):
    user = person(Role.ADMIN, first_name="Jean", last_name="Mercier")
    client.force_login(user)
    return user


@pytest.fixture
def asker():
    return UserFactory(first_name="Karim", last_name="Benali", email="karim.benali@ac-nancy.example")


@pytest.fixture
def asked(asker, school):
    return ask_to_join(user=asker, establishment=school, note="Arrivé en septembre")


@pytest.fixture
def link(asked, mails, link_in):
    return link_in(mails("ce.prouve@ac-nancy-metz.example")[-1])


@pytest.fixture
def head(school):
    return person(Role.HEAD, at=school, first_name="Delphine", last_name="Roussel", job_title="Proviseure")


@pytest.fixture
def deputy(school):
    return person(Role.MEMBER, at=school, first_name="Mehdi", last_name="Lakhal")
