"""Whoever sees other people's files sets up a second factor before anything else."""

from types import SimpleNamespace

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY

from portal.accounts.adapters import CODES_MADE, AccountAdapter
from portal.journal.models import JournalEntry
from portal.roles import JURY_ROLES, SCHOOL_ROLES, STAFF_ROLES, Role
from tests.factories.accounts import UserFactory, person
from tests.reading import elements_of, text_of, the, words_of

pytestmark = pytest.mark.django_db
SETUP = "/compte/2fa/totp/activate/"


@pytest.mark.parametrize("role", sorted(STAFF_ROLES | JURY_ROLES))
@pytest.mark.parametrize(
    "path", ["/espace/", "/", "/dossiers/", "/gestion/", "/journal/", "/compte/personnes/", "/exports/", "/taches/x/", "/etablissements/"]
)
def test_everything_leads_to_the_set_up(client, role, path):
    client.force_login(person(role, second_factor=False))

    answer = client.get(path)

    assert (answer.status_code, answer["Location"]) == (302, SETUP)


@pytest.mark.parametrize("path", ["/compte/", SETUP, "/compte/logout/", "/compte/password/change/", "/sante/vivant"])
def test_own_account_stays_open_meanwhile(client, path):
    client.force_login(person(Role.OFFICER, second_factor=False))

    answer = client.get(path)

    # The set-up and the password ask for the password again when the sign-in is not fresh.
    assert answer.status_code == 200 or answer["Location"].startswith("/compte/reauthenticate/")


def test_no_act_passes_either(client):
    client.force_login(person(Role.ADMIN, second_factor=False))
    target = person(Role.OFFICER)

    answer = client.post(f"/compte/personnes/{target.pk}/fermer/", {"reason": "x"})

    target.refresh_from_db()
    assert (answer["Location"], target.is_active) == (SETUP, True)


def test_fragment_sends_the_whole_window(client):
    client.force_login(person(Role.OFFICER, second_factor=False))

    answer = client.get("/espace/", headers={"hx-request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (401, SETUP)


def test_superuser_is_led_there_too(client):
    client.force_login(UserFactory(is_superuser=True))

    assert client.get("/espace/")["Location"] == SETUP


@pytest.mark.parametrize("role", sorted(SCHOOL_ROLES))
def test_school_people_go_on_without(client, school, role):
    client.force_login(person(role, at=school))

    assert client.get("/espace/").status_code == 200


def test_role_given_during_a_session_asks_for_it_at_the_next_page(client):
    user = person()
    client.force_login(user)
    before = client.get("/espace/").status_code
    from tests.factories.accounts import RoleGrantFactory

    RoleGrantFactory(user=user, role=Role.AUDITOR)

    assert (before, client.get("/espace/")["Location"]) == (200, SETUP)


def test_recovery_codes_alone_are_no_second_factor(client):
    user = person(Role.OFFICER, second_factor=False)
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "x"})
    client.force_login(user)

    assert client.get("/espace/")["Location"] == SETUP


def test_check_takes_no_query_of_its_own(client, django_assert_num_queries):
    client.force_login(person(Role.OFFICER))

    with django_assert_num_queries(3):  # session, account with its generator, roles
        client.get("/compte/personnes/")


def test_set_up_from_first_sign_in_to_first_page(client, signed_up, sign_in, code_of, mails, django_capture_on_commit_callbacks):
    user = signed_up(Role.OFFICER)
    sign_in(client, user.email)

    led = client.get("/espace/")
    page = client.get(led["Location"])
    secret = words_of(the(page, "code.pr-code"))
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(SETUP, {"code": code_of(secret)})
    codes = client.get(done["Location"])

    assert led["Location"] == SETUP
    assert len(elements_of(page, 'img[src^="data:image/svg+xml"]')) == 1
    assert "Codes de secours" in codes.content.decode()
    assert client.get("/espace/").status_code == 200
    assert [message.subject for message in mails(user.email)] == ["Préau : second facteur en place"]
    assert JournalEntry.objects.filter(action="add_second_factor", subject_id=str(user.pk)).count() == 2  # generator, recovery codes


def test_a_recovery_code_says_how_many_remain(client, signed_up, sign_in, secret):
    user = signed_up(Role.OFFICER, secret=secret)
    codes = RecoveryCodes.activate(user)
    told = []
    for spent in codes.get_unused_codes()[-7:]:
        client.post("/compte/logout/")
        sign_in(client, user.email)
        done = client.post("/compte/2fa/authenticate/", {"code": spent}, follow=True)
        told.append([str(message) for message in done.context["messages"] if "secours" in str(message)])

    assert told[0] == ["Code de secours utilisé\N{NO-BREAK SPACE}: il en reste 9. Chacun ne sert qu’une fois."]
    assert told[-1] == ["Code de secours utilisé\N{NO-BREAK SPACE}: il en reste 3. Créez-en de nouveaux dans Mon compte."]
    assert JournalEntry.objects.filter(action="use_recovery_code", subject_id=str(user.pk)).count() == 7


@pytest.mark.parametrize(
    ("page", "message", "is_told"),
    [
        ("mfa_activate_totp", "mfa/messages/totp_activated.txt", True),
        ("mfa_activate_totp", CODES_MADE, False),
        ("mfa_add_webauthn", CODES_MADE, False),
        ("mfa_generate_recovery_codes", CODES_MADE, True),
    ],
)
def test_codes_that_come_with_a_factor_are_told_by_its_message_alone(monkeypatch, page, message, is_told):
    told = []
    monkeypatch.setattr(DefaultAccountAdapter, "add_message", lambda self, request, level, template, *more: told.append(template))

    AccountAdapter().add_message(SimpleNamespace(resolver_match=SimpleNamespace(url_name=page)), 25, message)

    assert told == [message] * is_told


def test_the_key_that_the_device_has_read_stays_the_one_of_the_page(client, signed_up, sign_in, code_of):
    """Reloaded, left and come back to, opened twice: a code of the first key still serves."""
    user = signed_up(Role.OFFICER)
    sign_in(client, user.email)
    read = words_of(the(client.get(SETUP), "code.pr-code"))

    client.get("/espace/", follow=True)
    refused = client.post(SETUP, {"code": "000000"})

    assert words_of(the(client.get(SETUP), "code.pr-code")) == words_of(the(refused, "code.pr-code")) == read
    assert "Code de l'authentificateur" not in text_of(refused)  # the summary names the field as its label does
    assert client.post(SETUP, {"code": code_of(read)}).status_code == 302
    assert SECRET_SESSION_KEY not in client.session


def test_code_of_the_set_up_does_not_serve_again(client, signed_up, sign_in, code_of):
    user = signed_up(Role.OFFICER)
    sign_in(client, user.email)
    secret = words_of(the(client.get(SETUP), "code.pr-code"))
    code = code_of(secret)
    client.post(SETUP, {"code": code})
    client.post("/compte/logout/")
    sign_in(client, user.email)

    client.post("/compte/2fa/authenticate/", {"code": code})

    assert "_auth_user_id" not in client.session


def test_staff_cannot_give_it_up(client, signed_up, sign_in, secret, code_of):
    user = signed_up(Role.OFFICER, secret=secret)
    sign_in(client, user.email)
    client.post("/compte/2fa/authenticate/", {"code": code_of(secret)})

    client.post("/compte/2fa/totp/deactivate/")

    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_school_people_can_give_it_up(client, signed_up, sign_in, secret, code_of, school):
    user = signed_up(Role.MEMBER, at=school, secret=secret)
    sign_in(client, user.email)
    client.post("/compte/2fa/authenticate/", {"code": code_of(secret)})

    client.post("/compte/2fa/totp/deactivate/")

    assert not Authenticator.objects.filter(user=user).exists()


def test_password_reset_does_not_skip_it(client, signed_up, secret, mails, link_in):
    user = signed_up(Role.OFFICER, secret=secret)
    client.post("/compte/password/reset/", {"email": user.email})
    link = link_in(mails(user.email)[-1])
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "Un-autre-mot-2026!", "password2": "Un-autre-mot-2026!"})
    signed_in_by_link = "_auth_user_id" in client.session

    answer = client.post("/compte/login/", {"login": user.email, "password": "Un-autre-mot-2026!"})

    assert not signed_in_by_link
    assert answer["Location"] == "/compte/2fa/authenticate/"


@pytest.mark.parametrize("path", ["/gestion/login/", "/gestion/password_reset/"])
def test_editing_site_has_no_door_of_its_own(client, signed_up, secret, path):
    user = signed_up(Role.ADMIN, secret=secret)

    client.post(path, {"username": user.email, "email": user.email, "password": "Demonstration-2026!"})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.CALL_MANAGER, Role.COMMUNICATION)])
def test_editing_site_is_closed_to_all_but_editors(client, school, role):
    client.force_login(person(role, at=school if role in SCHOOL_ROLES else None))

    assert [client.get(path).status_code for path in ("/gestion/", "/gestion/pages/", "/gestion/users/")] == [403, 403, 403]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.CALL_MANAGER, Role.COMMUNICATION])
def test_editing_site_opens_to_editors_while_their_role_lasts(client, role):
    user = person(role)
    client.force_login(user)
    during = client.get("/gestion/").status_code
    from portal.accounts.actions import end_grant
    from portal.workflow.actors import SYSTEM

    person(Role.ADMIN)
    end_grant(grant=user.grants[0], actor=SYSTEM)

    assert (during, client.get("/gestion/").status_code) == (200, 403)


def test_the_page_of_the_code_opens_in_its_only_field(client, signed_up, sign_in, secret):
    user = signed_up(Role.OFFICER, secret=secret)
    sign_in(client, user.email)

    opened = client.get("/compte/2fa/authenticate/")
    wrong = client.post("/compte/2fa/authenticate/", {"code": "000000"})

    assert the(opened, "main [autofocus]")["name"] == "code"
    assert elements_of(wrong, "main [autofocus]") == []
    assert the(wrong, "[data-focus]")
