"""The world of the guards that open every address."""

import pytest
from django.db import transaction
from django.test import Client, override_settings

from portal.accounts.middleware import start_session
from tests.architecture.world import KINDS, build
from tests.portal.ui.drawings import france


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The objects and the people, built once; each test sees them as they were built."""
    media = tmp_path_factory.mktemp("media")
    (media / "images").mkdir()
    (media / "images" / "portail.png").write_bytes(b"\x89PNG")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media, BASE_DIR=france(media)), transaction.atomic():
        made = build()
        made.cookies = {kind: _signed_in(made.people.get(kind)) for kind in KINDS}
        yield made
        transaction.set_rollback(True)


def _signed_in(user) -> str:
    """The session key of a person who has just signed in; "" for nobody."""
    if user is None:
        return ""
    client = Client()
    client.force_login(user)
    session = client.session
    start_session(session)
    session.save()
    return session.session_key
