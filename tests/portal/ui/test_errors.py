import pytest
from django.test import Client, RequestFactory

from portal.roles import Role
from portal.ui import errors
from tests.factories.accounts import person
from tests.factories.directory import EstablishmentFactory
from tests.portal.ui.urls import seen
from tests.reading import texts_of


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


CASES = {
    "adresse": (400, "Demande incorrecte"),
    "refus": (403, "Vous n’avez pas accès à cette page"),
    "absent": (404, "Page introuvable"),
    "panne": (500, "Une erreur est survenue"),
    "base": (503, "Le portail est momentanément indisponible"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", CASES)
def test_error_page_says_what_happened_with_the_reference_of_the_logs(visitor, kind):
    status, title = CASES[kind]

    response = visitor.get(f"/echec/{kind}/")

    assert response.status_code == status
    assert texts_of(response, "h1") == [title]
    assert texts_of(response, "code.pr-code") == [seen["request_id"]]
    assert response["X-Reference"] == seen["request_id"]
    assert "unsafe" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("kind", ["adresse", "panne", "base"])
def test_error_page_of_a_broken_portal_asks_nothing_of_the_database(visitor, kind):
    """No database is given to this test: a query would fail it."""
    assert visitor.get(f"/echec/{kind}/").status_code == CASES[kind][0]


def test_error_page_shows_nothing_of_the_failure(visitor):
    html = visitor.get("/echec/panne/").content.decode()

    assert ("panne" in html, "Traceback" in html) == (False, False)


def test_unavailable_page_says_when_to_come_back(visitor):
    assert visitor.get("/echec/base/")["Retry-After"] == "30"


def test_errors_are_never_kept_by_a_cache(visitor):
    assert visitor.get("/echec/panne/")["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_unknown_address_is_404_and_repeats_nothing(visitor):
    response = visitor.get("/<script>alert(1)</script>/")

    assert response.status_code == 404
    assert "alert(1)" not in response.content.decode()


@pytest.mark.django_db
def test_error_page_of_a_signed_in_person_leads_to_what_awaits_them(client):
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))

    page = client.get("/echec/absent/")

    assert texts_of(page, 'main a.btn-primary[href="/espace/"]') == ["Ce qui m’attend"]


def test_expired_form_says_that_nothing_was_saved_and_how_to_keep_the_text():
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/page/", {"texte": "long"})

    assert response.status_code == 403
    assert "Le formulaire a expiré" in response.content.decode()


def test_server_error_outside_any_failure_is_500():
    assert errors.server_error(RequestFactory().get("/")).status_code == 500
