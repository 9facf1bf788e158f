from datetime import timedelta

import pytest
from django.utils import timezone

from portal.files import access
from portal.files.intake import retire, store_bytes
from tests.factories.accounts import person
from tests.portal.files import samples

pytestmark = pytest.mark.django_db
PURPOSE = "tests_owner_only"


@pytest.fixture(autouse=True)
def owner_only(monkeypatch):
    """A purpose that only the person who gave the file may read."""
    rules = {**access._rules, PURPOSE: lambda user, stored: stored.uploaded_by_id == user.pk}
    monkeypatch.setattr(access, "_rules", rules)


@pytest.fixture
def owner():
    return person()


def keep(owner, name="Devis <b>.pdf", content=None, content_type="application/pdf", **more):
    return store_bytes(name, content or samples.pdf(), content_type, purpose=PURPOSE, actor=owner, **more)


def test_owner_downloads_the_file_as_an_attachment(client, owner):
    stored = keep(owner)
    client.force_login(owner)

    answer = client.get(stored.get_absolute_url())

    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == samples.pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="Devis b.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("content_type", "query", "disposition"),
    [
        ("application/pdf", "?voir=1", "inline"),
        ("application/pdf", "", "attachment"),
        ("text/html", "?voir=1", "attachment"),
        ("image/svg+xml", "?voir=1", "attachment"),
        ("image/png", "?voir=1", "attachment"),
    ],
)
def test_only_a_pdf_is_shown_in_the_browser_and_on_request(client, owner, content_type, query, disposition):
    stored = keep(owner, content=b"x", content_type=content_type)
    client.force_login(owner)

    answer = client.get(stored.get_absolute_url() + query)

    assert answer["Content-Disposition"].split(";")[0] == disposition
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_somebody_else_finds_nothing(client, owner):
    stored = keep(owner)
    client.force_login(person("admin"))

    assert client.get(stored.get_absolute_url()).status_code == 404


def test_file_whose_purpose_nobody_declared_is_read_by_nobody(client, owner):
    stored = store_bytes("a.pdf", b"x", "application/pdf", purpose="never-declared", actor=owner)
    client.force_login(owner)

    assert client.get(stored.get_absolute_url()).status_code == 404


def test_anonymous_visitor_is_sent_to_sign_in(client, owner):
    answer = client.get(keep(owner).get_absolute_url())

    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/")


def test_retired_file_is_gone_for_its_owner_too(client, owner):
    stored = retire(keep(owner), owner)
    client.force_login(owner)

    assert client.get(stored.get_absolute_url()).status_code == 404


def test_expired_file_says_so_to_its_owner_only(client, owner):
    stored = keep(owner, expires_at=timezone.now() - timedelta(seconds=1))
    client.force_login(owner)

    answer = client.get(stored.get_absolute_url())

    assert answer.status_code == 410
    assert "était disponible jusqu’au" in answer.content.decode()
    client.force_login(person())
    assert client.get(stored.get_absolute_url()).status_code == 404


def test_file_lost_by_the_storage_is_a_404_and_not_an_error(client, owner):
    stored = keep(owner)
    stored.content.storage.delete(stored.content.name)
    client.force_login(owner)

    assert client.get(stored.get_absolute_url()).status_code == 404


def test_storage_that_does_not_answer_says_so(client, owner, monkeypatch):
    stored = keep(owner)
    client.force_login(owner)

    def down(*args, **kwargs):
        raise ConnectionError("object store")

    monkeypatch.setattr(type(stored.content.storage), "open", down)
    answer = client.get(stored.get_absolute_url())

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "est bien conservé" in answer.content.decode()


def test_file_is_read_only(client, owner):
    stored = keep(owner)
    client.force_login(owner)

    assert client.post(stored.get_absolute_url()).status_code == 405
