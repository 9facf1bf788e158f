from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.utils import timezone

from portal.accounts.demo import PASSWORD as DEMO_PASSWORD
from portal.accounts.demo import create_demo_accounts
from portal.journal.models import JournalEntry
from portal.roles import JURY_ROLES, SCHOOL_ROLES, STAFF_ROLES, Role
from tests.factories.accounts import person
from tests.reading import elements_of, the, words_of

pytestmark = pytest.mark.django_db


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("role", [None, *sorted(SCHOOL_ROLES)])
def test_school_people_sign_in_with_their_password(client, signed_up, sign_in, school, role):
    user = signed_up(role, at=school if role else None)

    answer = sign_in(client, user.email)

    assert (answer.status_code, answer["Location"]) == (302, "/espace/")
    assert is_signed_in(client)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES | JURY_ROLES))
def test_staff_and_jury_sign_in_with_a_code_too(client, signed_up, sign_in, secret, code_of, role):
    user = signed_up(role, secret=secret)

    first = sign_in(client, user.email)
    between = is_signed_in(client)
    second = client.post("/compte/2fa/authenticate/", {"code": code_of(secret)})

    assert (first["Location"], between) == ("/compte/2fa/authenticate/", False)
    assert (second["Location"], is_signed_in(client)) == ("/espace/", True)


def test_wrong_code_lets_nobody_in(client, signed_up, sign_in, secret):
    sign_in(client, signed_up(Role.OFFICER, secret=secret).email)

    page = client.post("/compte/2fa/authenticate/", {"code": "000000"})

    assert "Ce code ne convient pas, ou il a déjà servi." in page.content.decode()
    assert not is_signed_in(client)


def test_code_of_a_slow_phone_is_accepted(client, signed_up, sign_in, secret, code_of):
    sign_in(client, signed_up(Role.OFFICER, secret=secret).email)

    client.post("/compte/2fa/authenticate/", {"code": code_of(secret, steps=-1)})

    assert is_signed_in(client)


@pytest.mark.parametrize("later", [0, 20, 40, 55])
def test_code_serves_once(client, signed_up, sign_in, secret, code_of, later):
    user = signed_up(Role.OFFICER, secret=secret)
    start = timezone.now().replace(second=1, microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        code = code_of(secret)
        sign_in(client, user.email)
        client.post("/compte/2fa/authenticate/", {"code": code})
        client.post("/compte/logout/")
        clock.shift(timedelta(seconds=later))
        sign_in(client, user.email)

        client.post("/compte/2fa/authenticate/", {"code": code})

        assert not is_signed_in(client)


def test_secret_of_the_generator_is_not_readable_in_the_database(signed_up, secret):
    user = signed_up(Role.OFFICER, secret=secret)

    kept = Authenticator.objects.get(user=user)
    assert kept.data["secret"] != ""
    assert secret not in str(kept.data)


def test_address_in_capitals_is_the_same_person(client, signed_up, sign_in):
    sign_in(client, signed_up().email.upper())

    assert is_signed_in(client)


def test_wrong_password_and_unknown_address_get_the_same_answer(client, signed_up, sign_in):
    known = sign_in(client, signed_up().email, "Mauvais-mot-2026!")
    unknown = sign_in(client, "personne@nulle-part.example", "Mauvais-mot-2026!")

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert [str(e) for e in known.context["form"].non_field_errors()] == [str(e) for e in unknown.context["form"].non_field_errors()]
    assert not is_signed_in(client)


def test_closed_account_does_not_sign_in(client, signed_up, sign_in):
    answer = sign_in(client, signed_up(is_active=False).email)

    assert answer["Location"] == "/compte/inactive/"
    assert not is_signed_in(client)


def test_address_not_confirmed_gets_a_link_and_no_session(client, sign_in, mails):
    user = person()

    answer = sign_in(client, user.email)

    assert answer["Location"] == "/compte/confirm-email/"
    assert [message.subject for message in mails(user.email)] == ["Préau : confirmez votre adresse"]
    assert not is_signed_in(client)


def test_ten_failures_shut_the_account_for_a_quarter_of_an_hour(client, signed_up, sign_in):
    user = signed_up()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(10):
            sign_in(client, user.email, "Mauvais-mot-2026!")

        refused = sign_in(client, user.email)
        from_elsewhere = sign_in(client, user.email, REMOTE_ADDR="10.1.2.3", headers={"x-forwarded-for": "192.0.2.7"})
        signed_in_too_soon = is_signed_in(client)
        clock.shift(timedelta(minutes=15, seconds=1))
        sign_in(client, user.email)

        assert (refused.status_code, from_elsewhere.status_code) == (429, 429)
        for page in (refused, from_elsewhere):
            assert "Trop d’essais manqués. Attendez un quart d’heure" in page.content.decode()
        assert not signed_in_too_soon
        assert is_signed_in(client)


def test_failures_on_one_account_leave_the_others_alone(client, signed_up, sign_in):
    user, other = signed_up(), signed_up()
    for _ in range(10):
        sign_in(client, user.email, "Mauvais-mot-2026!")

    sign_in(client, other.email)

    assert is_signed_in(client)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "\\\\evil.example",
    ],
)
def test_sign_in_sends_nobody_elsewhere(client, signed_up, target):
    user = signed_up()

    answer = client.post("/compte/login/", {"login": user.email, "password": DEMO_PASSWORD, "next": target})

    assert answer["Location"] == "/espace/"


def test_sign_in_comes_back_to_the_page_asked_for(client, signed_up):
    asked = client.get("/journal/?q=x")
    user = signed_up()

    answer = client.post("/compte/login/", {"login": user.email, "password": DEMO_PASSWORD, "next": "/journal/?q=x"})

    assert asked["Location"] == "/compte/login/?next=/journal/%3Fq%3Dx"
    assert answer["Location"] == "/journal/?q=x"


def test_signing_out_is_a_post(client, signed_up, sign_in):
    sign_in(client, signed_up().email)

    client.get("/compte/logout/")
    after_get = is_signed_in(client)
    client.post("/compte/logout/")

    assert (after_get, is_signed_in(client)) == (True, False)


def test_session_is_another_one_after_sign_in(client, signed_up, sign_in):
    client.get("/compte/login/")
    client.session["x"] = 1
    before = client.session.session_key
    sign_in(client, signed_up().email)

    assert client.session.session_key != before


def test_cookie_ends_with_the_browser(client, signed_up, sign_in):
    answer = sign_in(client, signed_up().email)

    assert (answer.cookies["sessionid"]["max-age"], answer.cookies["sessionid"]["httponly"]) == ("", True)


# -- The demonstration ------------------------------------------------------------------------------------------------


def second_factor_page(client, sign_in, email):
    sign_in(client, email)
    return client.get("/compte/2fa/authenticate/").content.decode()


def test_demonstration_shows_the_code_of_its_people(client, sign_in, settings):
    settings.DEMO = True
    create_demo_accounts([])

    page = second_factor_page(client, sign_in, "admin@preau.example")

    assert "Démonstration seulement." in page
    code = words_of(the(page, "#code-demonstration"))[:6]
    client.post("/compte/2fa/authenticate/", {"code": code})
    assert is_signed_in(client)


def test_demonstration_shows_a_code_that_has_not_served(client, sign_in, settings):
    settings.DEMO = True
    create_demo_accounts([])
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(2):
            page = second_factor_page(client, sign_in, "admin@preau.example")
            client.post("/compte/2fa/authenticate/", {"code": words_of(the(page, "#code-demonstration"))[:6]})
            assert is_signed_in(client)
            client.post("/compte/logout/")


def test_real_portal_never_shows_a_code(client, sign_in, settings):
    settings.DEMO = False
    create_demo_accounts([])

    page = second_factor_page(client, sign_in, "admin@preau.example")

    assert "émonstration" not in page
    assert client.get("/compte/2fa/authenticate/").context["form"].demo_code == ""


def test_demonstration_does_not_show_the_code_of_a_real_person(client, signed_up, sign_in, settings, secret, code_of):
    settings.DEMO = True

    page = second_factor_page(client, sign_in, signed_up(Role.OFFICER, secret=secret, email="vraie@region.example").email)

    assert len(elements_of(page, 'input[name="code"]')) > 0
    assert "Démonstration seulement." not in page
    assert code_of(secret) not in page


@pytest.mark.parametrize("demo", [True, False])
def test_people_of_the_demonstration_are_listed_there_only(client, settings, demo):
    settings.DEMO = demo

    page = client.get("/compte/login/").content.decode()

    assert ("jury-draaf@preau.example" in page) is demo
    assert (DEMO_PASSWORD in page) is demo


def test_sign_in_is_not_an_act_of_the_journal(client, signed_up, sign_in):
    sign_in(client, signed_up().email)

    assert JournalEntry.objects.count() == 0


# -- Another identity provider ----------------------------------------------------------------------------------------


def test_identity_provider_is_offered_where_it_is_configured(client, settings):
    without = client.get("/compte/login/").content.decode()
    app = {"provider_id": "ent", "name": "ENT e-lyco", "client_id": "x", "secret": "y", "settings": {"server_url": "https://ent.example"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}

    page = client.get("/compte/login/").content.decode()

    assert ("ENT e-lyco" in without, "ENT e-lyco" in page) == (False, True)
    assert the(page, 'form[action="/compte/oidc/ent/login/?process=login"]')["method"] == "post"
