import pytest

from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory


@pytest.fixture
def draft():
    """A complete draft, title included."""
    return ApplicationFactory(reference="AAP-0001", complete=True)


@pytest.fixture
def member(draft):
    return person(Role.MEMBER, at=draft.establishment, first_name="Sonia", last_name="Vautrin")


@pytest.fixture
def colleague(draft):
    return person(Role.MEMBER, at=draft.establishment, first_name="Mehdi", last_name="Lakhal")


@pytest.fixture
def head(draft):
    return person(Role.HEAD, at=draft.establishment, first_name="Delphine", last_name="Roussel", job_title="proviseure")


@pytest.fixture
def as_member(client, member):
    client.force_login(member)
    return client
