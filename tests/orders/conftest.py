import pytest

from portal.roles import Role
from tests.factories.accounts import person


@pytest.fixture
def officer(client):
    """The orders officer, signed in."""
    user = person(Role.ORDERS)
    client.force_login(user)
    return user


@pytest.fixture
def sign_in(client):
    """`sign_in(Role.HEAD, at=school)`: a person with this role, signed in."""

    def enter(role=None, **kwargs):
        user = person(role, **kwargs)
        client.force_login(user)
        return user

    return enter
