import pytest
from django.contrib.auth.models import AnonymousUser

from portal.roles import Role
from portal.ui import navigation
from tests.factories.accounts import UserFactory, person
from tests.factories.directory import EstablishmentFactory
from tests.reading import elements_of, texts_of, the, words_of


@pytest.fixture(autouse=True)
def entries(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("Ce qui m’attend", "my_space", order=0)
    navigation.register("Nos dossiers", "/dossiers/", lambda user: user.is_school_user, order=10)
    navigation.register("Dossiers", "/pilotage/dossiers/", lambda user: user.holds(Role.OFFICER), order=10, under="/pilotage/")
    navigation.register("Journal", "/journal/", lambda user: user.holds(Role.AUDITOR, Role.ADMIN), order=60)
    navigation.register("Appels", "/appels/", navigation.everyone, order=80)


def labels(user, path="/"):
    return [link.label for link in navigation.links_for(user, path)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.MEMBER, ["Ce qui m’attend", "Nos dossiers", "Appels"]),
        (Role.HEAD, ["Ce qui m’attend", "Nos dossiers", "Appels"]),
        (Role.JUROR, ["Ce qui m’attend", "Appels"]),
        (Role.OFFICER, ["Ce qui m’attend", "Dossiers", "Appels"]),
        (Role.AUDITOR, ["Ce qui m’attend", "Journal", "Appels"]),
        (Role.ADMIN, ["Ce qui m’attend", "Journal", "Appels"]),
    ],
)
def test_menu_follows_the_role(role, shown):
    school = EstablishmentFactory() if role in (Role.MEMBER, Role.HEAD) else None

    assert labels(person(role, at=school)) == shown


@pytest.mark.django_db
def test_menu_of_an_account_without_role_is_the_common_part():
    assert labels(person()) == ["Ce qui m’attend", "Appels"]
    assert labels(UserFactory(is_superuser=True)) == ["Ce qui m’attend", "Journal", "Appels"]


def test_menu_of_a_visitor_asks_no_query():
    """No database is given to this test: a query would fail it."""
    assert labels(AnonymousUser()) == ["Appels"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/pilotage/dossiers/", ["", "page", ""]),
        ("/pilotage/dossiers/L40-V2-0001/", ["", "true", ""]),
        ("/pilotage/appels/", ["", "true", ""]),
        ("/espace/", ["page", "", ""]),
        ("/compte/", ["", "", ""]),
    ],
)
def test_menu_marks_where_one_is(path, current):
    officer = person(Role.OFFICER)

    assert [link.current for link in navigation.links_for(officer, path)] == current


@pytest.mark.django_db
def test_registering_twice_changes_nothing():
    navigation.register("Appels", "/appels/", navigation.everyone, order=80)

    assert labels(person()) == ["Ce qui m’attend", "Appels"]


@pytest.mark.django_db
def test_every_link_is_in_the_line_and_in_the_folded_list(client):
    """Which of the two shows it is up to the style sheet: no link is lost without it, nor without JavaScript."""
    for rank in range(9):
        navigation.register(f"Rubrique numéro {rank}", f"/rubrique-{rank}/", order=20 + rank)
    client.force_login(person())

    page = client.get("/page/")

    expected = ["Ce qui m’attend", *(f"Rubrique numéro {rank}" for rank in range(9)), "Appels"]
    assert texts_of(page, "ul.pr-nav > li > a") == expected
    assert texts_of(page, "details.pr-menu li > a") == expected


@pytest.mark.django_db
def test_header_escapes_a_name_and_marks_the_page(client):
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory(), first_name="<b>Nadia", last_name="Ferhat"))

    page = client.get("/espace/")

    assert "<b>Nadia" in words_of(the(page, "header"))
    assert texts_of(page, 'a[href="/espace/"][aria-current="page"]') == ["Ce qui m’attend"] * 2
    assert "Se connecter" not in page.content.decode()


def test_header_of_a_visitor_offers_to_sign_in(client):
    page = client.get("/page/")

    assert texts_of(page, 'li > a[href="/compte/login/"]') == ["Se connecter"] * 2
    assert "Ce qui m’attend" not in page.content.decode()
    assert elements_of(page, "[data-hx-headers]") == []
