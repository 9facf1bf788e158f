"""Limits on passwords: they slow a stranger down, and shut nobody else out."""

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from portal.accounts import attempts, browsers
from portal.roles import Role
from tests.reading import the, words_of

pytestmark = pytest.mark.django_db

WRONG = "Mauvais-mot-2026!"


@pytest.fixture
def waits(monkeypatch):
    """The waits that tries were made to do, in seconds, without doing them."""
    done = []
    monkeypatch.setattr(attempts.time, "sleep", done.append)
    return done


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def miss(sign_in, accounts, client=None, **options):
    for n in range(accounts):
        sign_in(client or Client(), f"x{n}@y.example", WRONG, **options)


def test_fifty_failures_behind_one_address_leave_the_right_password_accepted(client, signed_up, sign_in, waits):
    user = signed_up()
    miss(sign_in, 60)

    sign_in(client, user.email)

    assert is_signed_in(client)
    assert waits[-1] == 3


def test_the_same_account_missed_again_and_again_slows_nobody_down(client, signed_up, sign_in, waits):
    for _ in range(40):
        sign_in(Client(), "x@y.example", WRONG)

    sign_in(client, signed_up().email)

    assert (waits, is_signed_in(client)) == ([], True)


def test_changing_the_forwarded_address_does_not_lift_the_wait(sign_in, waits):
    for n in range(20):
        sign_in(Client(), f"x{n}@y.example", WRONG, headers={"x-forwarded-for": f"192.0.2.{n}"})

    sign_in(Client(), "x99@y.example", WRONG, headers={"x-forwarded-for": "192.0.2.99"})

    assert waits == [1]


def test_behind_a_proxy_each_visitor_has_an_address(sign_in, waits, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    miss(sign_in, 20, headers={"x-forwarded-for": "203.0.113.9, 192.0.2.1"})

    sign_in(Client(), "x99@y.example", WRONG, headers={"x-forwarded-for": "192.0.2.1, 192.0.2.2"})
    elsewhere = list(waits)
    sign_in(Client(), "x99@y.example", WRONG, headers={"x-forwarded-for": "198.51.100.7, 192.0.2.1"})

    assert (elsewhere, waits) == ([], [1])


def test_a_try_that_finds_no_room_to_wait_is_asked_to_come_again(client, signed_up, sign_in, waits, monkeypatch):
    user = signed_up()
    miss(sign_in, 20)
    monkeypatch.setattr(attempts, "WAITING", attempts.threading.BoundedSemaphore(1))
    attempts.WAITING.acquire()

    answers = [sign_in(client, user.email) for _ in range(12)]
    attempts.WAITING.release()
    sign_in(client, user.email)

    assert {answer.status_code for answer in answers} == {429}
    assert "recommencez dans quelques secondes" in words_of(the(answers[0].content.decode(), ".pr-alert.is-err"))
    assert is_signed_in(client)  # what was not tried is no failure


def test_stranger_does_not_keep_the_owner_out_of_a_browser_that_they_use(client, signed_up, sign_in):
    user = signed_up()
    sign_in(client, user.email)
    client.post("/compte/logout/")
    stranger = Client()
    for _ in range(10):
        sign_in(stranger, user.email, WRONG)

    shut = sign_in(stranger, user.email)
    sign_in(client, user.email)

    assert (shut.status_code, is_signed_in(stranger), is_signed_in(client)) == (429, False, True)


def test_ten_failures_in_a_known_browser_shut_that_browser_too(client, signed_up, sign_in):
    user = signed_up()
    sign_in(client, user.email)
    client.post("/compte/logout/")
    for _ in range(10):
        sign_in(client, user.email, WRONG)

    assert sign_in(client, user.email).status_code == 429


def test_browser_known_to_one_person_is_not_known_to_another(client, signed_up, sign_in):
    user, other = signed_up(), signed_up()
    sign_in(client, other.email)
    client.post("/compte/logout/")
    for _ in range(10):
        sign_in(Client(), user.email, WRONG)

    assert sign_in(client, user.email).status_code == 429


def test_forged_mark_of_a_browser_is_worth_nothing(client, signed_up, sign_in):
    user = signed_up()
    for _ in range(10):
        sign_in(Client(), user.email, WRONG)
    client.cookies[browsers.COOKIE] = '[["x","y"]]:1:forged'

    assert sign_in(client, user.email).status_code == 429


def test_computer_of_a_school_knows_several_people(client, signed_up, sign_in):
    people = [signed_up() for _ in range(browsers.MOST_ACCOUNTS)]
    for user in people:
        sign_in(client, user.email)
        client.post("/compte/logout/")
        cookie = client.cookies[browsers.COOKIE]
    for _ in range(10):
        sign_in(Client(), people[0].email, WRONG)

    sign_in(client, people[0].email)

    assert is_signed_in(client)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/compte/")


def test_new_password_opens_the_browser_where_it_was_chosen(client, signed_up, sign_in, mails, link_in):
    user = signed_up()
    for _ in range(10):
        sign_in(Client(), user.email, WRONG)
    client.post("/compte/password/reset/", {"email": user.email})
    page = client.get(link_in(mails(user.email)[0]), follow=True)
    chosen = "Un-autre-mot-2026!"
    client.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    for _ in range(10):
        sign_in(Client(), user.email, WRONG)

    sign_in(client, user.email, chosen)

    assert is_signed_in(client)


def test_stranger_does_not_refuse_the_password_that_a_signed_in_person_is_asked_again(client, signed_up, sign_in):
    user = signed_up()
    sign_in(client, user.email)
    for _ in range(10):
        sign_in(Client(), user.email, WRONG)

    answer = client.post("/compte/reauthenticate/", {"password": "Demonstration-2026!"})

    assert answer.status_code == 302


def test_too_many_wrong_codes_answer_429(client, signed_up, sign_in, secret):
    sign_in(client, signed_up(Role.OFFICER, secret=secret).email)

    codes = [client.post("/compte/2fa/authenticate/", {"code": "000000"}).status_code for _ in range(11)]

    assert codes == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("path", "asked"), [("/compte/login/", {}), ("/compte/signup/", {}), ("/compte/password/reset/", {"email": "{}@y.example"})]
)
def test_a_hundred_forms_from_one_address_close_no_door(client, path, asked):
    for n in range(100):
        client.post(path, {key: value.format(n) for key, value in asked.items()})

    answer = client.post(path, {key: value.format("z") for key, value in asked.items()})

    assert answer.status_code in (200, 302)


def test_production_says_how_many_proxies_it_believes(monkeypatch):
    for name in ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL"):
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv("TRUSTED_PROXIES", raising=False)

    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        runpy.run_module("portal.settings.prod")
    monkeypatch.setenv("TRUSTED_PROXIES", "0")

    assert runpy.run_module("portal.settings.prod")["DEMO"] is False
