import gzip

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse, StreamingHttpResponse

from portal.roles import Role
from portal.ui.middleware import PageCompressionMiddleware
from tests.factories.accounts import person
from tests.factories.directory import EstablishmentFactory


def test_part_of_a_page_after_the_session_ended_is_401_and_says_where_to_sign_in(client):
    response = client.get("/partie/", headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert response["X-Login"] == "/compte/login/"
    assert "Votre session est terminée." in response.content.decode()


def test_whole_page_after_the_session_ended_goes_to_sign_in(client):
    assert client.get("/partie/")["Location"] == "/compte/login/?next=/partie/"


@pytest.mark.django_db
def test_part_of_a_page_during_the_session_is_given(client):
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))

    assert client.get("/partie/", headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.django_db
def test_page_of_a_signed_in_person_is_kept_by_nobody(client):
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))

    assert client.get("/espace/")["Cache-Control"] == "private, no-store"


def test_public_page_may_be_kept(client):
    assert "Cache-Control" not in client.get("/page/")


def policy(response) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in response["Content-Security-Policy"].split(";"))}


def test_policy_lets_nothing_inline_and_nothing_foreign(client):
    found = policy(client.get("/page/"))

    assert found["default-src"] == ["'none'"]
    assert found["style-src"] == ["'self'"]
    assert found["script-src"] == ["'self'"]
    assert found["frame-ancestors"] == ["'none'"]
    assert found["connect-src"] == ["'self'"]
    assert [value for values in found.values() for value in values if "unsafe" in value] == []


def test_a_page_travels_compressed_to_who_reads_that(client):
    whole = client.get("/page/")
    light = client.get("/page/", headers={"Accept-Encoding": "gzip"})

    assert light["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in light["Vary"]
    assert len(light.content) < len(whole.content)
    assert BeautifulSoup(gzip.decompress(light.content), "lxml").title == BeautifulSoup(whole.content, "lxml").title


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(b"x" * 1000, content_type="application/pdf"),
        StreamingHttpResponse([b"<p>" * 1000], content_type="text/html"),
    ],
)
def test_a_file_is_sent_as_it_is(rf, answer):
    request = rf.get("/", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in PageCompressionMiddleware(lambda _: answer)(request)
