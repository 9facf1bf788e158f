from datetime import timedelta

import pytest
from django.utils import timezone

from portal.roles import Role
from portal.ui import panels, todo
from portal.ui.todo import TodoItem
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.directory import EstablishmentFactory
from tests.reading import elements_of, links_of, texts_of, tree_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registries(monkeypatch, settings):
    monkeypatch.setattr(todo, "_providers", [])
    monkeypatch.setattr(panels, "_panels", {})
    settings.ROOT_URLCONF = "portal.urls"


def item(title, days=None):
    due = None if days is None else timezone.localdate() + timedelta(days=days)
    return TodoItem(title, "détail", "/x/", "Ouvrir", due)


def undated(title, level):
    return TodoItem(title, "", "/x/", "Ouvrir", level=level)


def test_items_without_a_date_stand_by_their_level():
    todo.register(
        lambda user: [undated("Calme", ""), undated("Bientôt", "warn"), item("Demain", 1), item("Hier", -1), undated("Retards", "err")]
    )

    assert [found.title for found in todo.items_for(person())] == ["Hier", "Retards", "Demain", "Bientôt", "Calme"]
    assert [found.title for found in todo.items_for(person()) if found.is_late] == ["Hier", "Retards"]


def test_items_come_most_pressing_first_and_undated_last():
    todo.register(lambda user: [item("Sans date"), item("Demain", 1)])
    todo.register(lambda user: [item("En retard", -3), item("Aujourd’hui", 0)])

    assert [found.title for found in todo.items_for(person())] == ["En retard", "Aujourd’hui", "Demain", "Sans date"]


def test_a_moment_counts_by_its_french_day():
    midnight = timezone.localtime().replace(hour=23, minute=59)

    assert TodoItem("", "", "", "", midnight).days == 0


def test_my_space_counts_what_is_late_and_due_today(client):
    todo.register(lambda user: [item("A", -3), item("B", -1), item("C", 0), item("D", 5)])
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory(), first_name="Nadia"))

    page = client.get("/espace/")

    assert "Ce qui m’attend, Nadia" in texts_of(page, "h1")
    assert {"2\u00a0sujets en retard", "1\u00a0sujet pour aujourd’hui"} <= set(texts_of(page, "span"))
    assert len(elements_of(page, ".btn-primary.btn-sm")) == 3


def test_my_space_escapes_what_people_typed(client):
    todo.register(lambda user: [TodoItem("<b>Titre", "<i>détail", "/x/", "Ouvrir")])
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))

    page = client.get("/espace/")

    assert [text for text in texts_of(page, "b, i") if text in ("Titre", "détail")] == []
    assert ("<b>Titre" in words_of(tree_of(page)), "<i>détail" in words_of(tree_of(page))) == (True, True)


def test_my_space_says_so_when_nothing_waits(client):
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))

    assert "Rien ne vous attend" in client.get("/espace/").content.decode()


def test_my_space_shows_the_panels_registered_for_a_person(client):
    panels.register("accounts.user", lambda request, user: f"<p>Pour {user.first_name}</p>")
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory(), first_name="Nadia"))

    assert "Pour Nadia" in texts_of(client.get("/espace/"), "p")


def test_my_space_asks_who_one_is(client):
    response = client.get("/espace/")

    assert (response.status_code, response["Location"]) == (302, "/compte/login/?next=/espace/")


@pytest.mark.parametrize("count", (1, 3))
def test_page_asks_nothing_of_its_own(client, django_assert_num_queries, count):
    todo.register(lambda user: [item(f"Ligne {rank}", rank) for rank in range(count)])
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))
    client.get("/espace/")

    with django_assert_num_queries(3):  # session, account, roles
        client.get("/espace/")


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        (Role.AUDITOR, ("Lire le journal", "/journal/")),
        (Role.ADMIN, ("Voir les personnes", "/compte/personnes/")),
        (Role.OFFICER, ("Voir les appels", "/appels/")),
    ],
)
def test_an_empty_list_leads_to_where_the_role_begins(client, role, begins):
    client.force_login(person(role))

    assert begins in links_of(client.get("/espace/"), ".pr-empty")


def test_who_holds_several_roles_reads_the_usual_words(client):
    auditor = person(Role.AUDITOR)
    RoleGrantFactory(user=auditor, role=Role.OFFICER, establishment=None)
    client.force_login(auditor)

    assert links_of(client.get("/espace/"), ".pr-empty") == [("Voir les appels", "/appels/")]
