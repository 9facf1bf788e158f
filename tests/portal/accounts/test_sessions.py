from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.factories.accounts import person
from tests.reading import elements_of, links_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as moving:
        yield moving


@pytest.fixture
def signed_in(client, clock):
    client.force_login(person())
    return client


def test_session_stops_after_an_hour_without_activity(signed_in, clock):
    clock.shift(timedelta(minutes=61))

    answer = signed_in.get("/compte/profil/?x=1")

    assert answer["Location"] == "/compte/session-terminee/?next=%2Fcompte%2Fprofil%2F%3Fx%3D1"
    assert signed_in.get("/compte/")["Location"] == "/compte/login/?next=/compte/"


def test_activity_keeps_it_going(signed_in, clock):
    for _ in range(5):
        clock.shift(timedelta(minutes=50))
        assert signed_in.get("/compte/").status_code == 200


def test_session_stops_twelve_hours_after_sign_in_whatever_the_activity(signed_in, clock):
    statuses = []
    for _ in range(16):
        clock.shift(timedelta(minutes=48))
        statuses.append(signed_in.get("/compte/").status_code)

    assert statuses == [200] * 14 + [302, 302]


@pytest.mark.parametrize("headers", [{"x-passive": "1"}, {"x-passive": "1", "hx-request": "true"}])
def test_pages_that_read_themselves_again_are_no_activity(signed_in, clock, headers):
    for _ in range(5):
        clock.shift(timedelta(minutes=10))
        signed_in.get("/compte/", headers=headers)
    clock.shift(timedelta(minutes=11))

    assert signed_in.get("/compte/").status_code == 302


def test_fragment_learns_that_the_session_ended(signed_in, clock):
    clock.shift(timedelta(hours=2))

    answer = signed_in.post("/compte/profil/", headers={"hx-request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/compte/session-terminee/")


def test_staying_signed_in_starts_the_hour_again(signed_in, clock):
    clock.shift(timedelta(minutes=58))
    answer = signed_in.post("/compte/session/")
    clock.shift(timedelta(minutes=58))

    assert (answer.status_code, signed_in.get("/compte/").status_code) == (204, 200)


def test_activity_is_not_written_at_each_page(signed_in, clock, django_assert_num_queries):
    signed_in.get("/compte/session-terminee/")
    clock.shift(timedelta(minutes=2))

    with django_assert_num_queries(3):  # session, account, roles
        signed_in.get("/compte/session-terminee/")


def test_page_of_the_end_says_what_was_kept(client):
    page = client.get("/compte/session-terminee/?next=/dossiers/L40-0001/")

    assert "Ce qui était enregistré est gardé" in page.content.decode()
    assert "/compte/login/?next=%2Fdossiers%2FL40-0001%2F" in [address for _, address in links_of(page, "main")]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_page_of_the_end_leads_nowhere_else(client, target):
    page = client.get("/compte/session-terminee/", {"next": target})

    assert [address for _, address in links_of(page, "main") if "login" in address] == ["/compte/login/"]


def test_list_shows_one_s_own_sessions_and_closes_the_others(client, signed_up, sign_in):
    from django.test import Client

    user, elsewhere = signed_up(), Client()
    sign_in(elsewhere, user.email, headers={"user-agent": "Ailleurs"})
    sign_in(client, user.email, headers={"user-agent": "Ici"})

    page = client.get("/compte/sessions/").content.decode()
    client.post("/compte/sessions/")

    assert ("Ailleurs" in page, "Ici" in page) == (True, True)
    assert elsewhere.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200


def test_changing_the_password_ends_the_other_sessions(client, signed_up, sign_in):
    from django.test import Client

    user, elsewhere = signed_up(), Client()
    sign_in(elsewhere, user.email)
    sign_in(client, user.email)

    new = {"oldpassword": "Demonstration-2026!", "password1": "Un-autre-mot-2026!", "password2": "Un-autre-mot-2026!"}
    client.post("/compte/password/change/", new)

    assert elsewhere.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200


@pytest.mark.parametrize("ends", ["idle", "closed"])
def test_text_of_a_form_sent_after_the_end_is_given_back(signed_in, clock, ends):
    text = "Nous voulons <b>équiper</b>\ntrois salles."
    if ends == "idle":
        clock.shift(timedelta(hours=2))
    else:
        signed_in.logout()

    answer = signed_in.post("/compte/profil/", {"job_title": text, "first_name": "Éva", "password1": "deux mots"})

    assert (answer.status_code, answer["Cache-Control"]) == (401, "private, no-store")
    assert [area.get_text().strip() for area in elements_of(answer, "textarea[readonly]")] == [text]
    assert "deux mots" not in answer.content.decode()
    assert ("Me reconnecter dans un nouvel onglet", "/compte/login/") in links_of(answer)


def test_form_without_a_text_goes_where_one_signs_in_again(signed_in, clock):
    clock.shift(timedelta(hours=2))

    assert signed_in.post("/compte/profil/", {"first_name": "Éva"})["Location"] == "/compte/session-terminee/"
