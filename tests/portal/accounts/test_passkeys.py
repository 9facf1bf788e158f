"""Passkeys beside the code generator: what counts, who may give which up, what anybody may send in place of a key."""

import json

import pytest
from allauth.mfa.models import Authenticator

from portal.accounts.models import User
from portal.accounts.passkeys import kind_of
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.passkeys import credential
from tests.reading import elements_of, words_of

pytestmark = pytest.mark.django_db
KEYS = "/compte/2fa/webauthn/"
JUNK = ["", "nothing", "[]", "{}", "1", "null", '{"id": 1}', '{"response": {"userHandle": "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA"}}']
SHAPED = json.dumps(
    {
        "id": "AAAA", "rawId": "AAAA", "type": "public-key", "clientExtensionResults": {},
        "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"},
    }
)  # fmt: skip


@pytest.fixture
def signed(client, signed_up, sign_in):
    """`signed(role)`: somebody who has just signed in by password."""

    def come(role=None, **kwargs) -> User:
        user = signed_up(role, **kwargs)
        sign_in(client, user.email)
        return user

    return come


def key_of(user: User, name: str = "Mon ordinateur") -> Authenticator:
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": credential()})


def test_a_passkey_is_a_second_factor(client):
    user = person(Role.OFFICER, second_factor=False)
    key_of(user)
    client.force_login(user)

    assert client.get("/espace/").status_code == 200
    assert User.objects.get(pk=user.pk).has_second_factor


def test_the_set_up_offers_a_passkey(client, signed):
    signed(Role.OFFICER)

    page = client.get(client.get("/espace/")["Location"])

    assert f'href="{KEYS}add/"' in page.content.decode()


def test_the_page_asks_for_a_key_that_the_device_keeps_and_locks(client, signed):
    signed(Role.OFFICER)

    page = client.get(f"{KEYS}add/")

    asked = json.loads(words_of(elements_of(page, "#passkey-options")[0]))["publicKey"]
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert (asked["rp"]["name"], asked["rp"]["id"]) == ("Préau", "testserver")


@pytest.mark.parametrize("sent", [*JUNK, SHAPED])
def test_what_is_no_key_is_not_added(client, signed, sent):
    user = signed(Role.OFFICER)
    client.get(f"{KEYS}add/")

    answer = client.post(f"{KEYS}add/", {"name": "Mon téléphone", "credential": sent})

    assert answer.status_code == 422
    assert "Mon téléphone" in answer.content.decode()
    assert "L’appareil n’a donné aucune clé d’accès" in answer.content.decode()
    assert ">Credential" not in answer.content.decode()  # the name of a field that nobody sees
    assert not Authenticator.objects.filter(user=user).exists()


@pytest.mark.parametrize("sent", [*JUNK, SHAPED])
def test_what_is_no_key_signs_nobody_in(client, sent):
    client.get(f"{KEYS}login/", headers={"accept": "application/json"})

    answer = client.post(f"{KEYS}login/", {"credential": sent}, follow=True)

    assert answer.redirect_chain[-1][0] == "/compte/login/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("sent", [*JUNK, SHAPED])
def test_what_is_no_key_is_no_second_factor(client, signed_up, sign_in, sent):
    user = signed_up(Role.OFFICER)
    key_of(user)
    sign_in(client, user.email)
    client.get("/compte/2fa/authenticate/")

    answer = client.post("/compte/2fa/authenticate/", {"credential": sent})

    assert answer.status_code == 200
    assert "L’appareil n’a donné aucune clé d’accès" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_key_that_opens_nothing_keeps_where_the_person_was_going(client):
    answer = client.post(f"{KEYS}login/", {"credential": "{}", "next": "/pilotage/"})

    assert answer["Location"] == "/compte/login/?next=%2Fpilotage%2F"


def test_the_second_step_offers_what_the_person_has(client, signed_up, sign_in, secret):
    user = signed_up(Role.OFFICER)
    key_of(user)
    sign_in(client, user.email)

    page = client.get("/compte/2fa/authenticate/").content.decode()

    assert "Utiliser ma clé d’accès" in page
    assert "Code de secours" in page
    assert "Six chiffres" not in page


def test_without_a_passkey_the_second_step_offers_none(client, signed_up, sign_in, secret):
    user = signed_up(Role.OFFICER, secret=secret)
    sign_in(client, user.email)

    assert "data-passkey" not in client.get("/compte/2fa/authenticate/").content.decode()


def test_the_last_second_factor_of_an_officer_stays(client, signed_up):
    user = signed_up(Role.OFFICER)
    key = key_of(user)
    client.force_login(user)

    shown = client.post(f"{KEYS}keys/{key.pk}/remove/", follow=True).content.decode()

    assert Authenticator.objects.filter(pk=key.pk).exists()
    assert "il se remplace, il ne se retire pas" in shown


def test_one_of_two_is_given_up_and_told(client, signed_up, mails, django_capture_on_commit_callbacks):
    user = signed_up(Role.OFFICER)
    key, other = key_of(user, "Vieux téléphone"), key_of(user)
    client.force_login(user)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{KEYS}keys/{key.pk}/remove/")

    assert list(user.authenticator_set.all()) == [other]
    assert [message.subject for message in mails(user.email)] == ["Préau : clé d’accès retirée"]
    line = JournalEntry.objects.get(action="drop_second_factor")
    assert line.data["kind"] == "Clé d’accès « Vieux téléphone »"


def test_a_generator_is_given_up_once_a_passkey_stands_in(client, signed_up, secret):
    user = signed_up(Role.OFFICER, secret=secret)
    key_of(user)
    client.force_login(user)

    client.post("/compte/2fa/totp/deactivate/")

    assert [factor.type for factor in user.authenticator_set.all()] == ["webauthn"]


def test_a_member_gives_up_the_last_one(client, signed_up, school):
    user = signed_up(Role.MEMBER, at=school)
    key = key_of(user)
    client.force_login(user)

    client.post(f"{KEYS}keys/{key.pk}/remove/")

    assert not user.authenticator_set.exists()


@pytest.mark.parametrize("act", ["remove", "edit"])
def test_the_key_of_somebody_else_does_not_exist(client, act):
    key = key_of(person())
    client.force_login(person())

    assert client.get(f"{KEYS}keys/{key.pk}/{act}/").status_code == 404
    assert client.post(f"{KEYS}keys/{key.pk}/{act}/", {"name": "À moi"}).status_code == 404


def test_a_key_is_renamed(client):
    user = person()
    key = key_of(user)
    client.force_login(user)

    client.post(f"{KEYS}keys/{key.pk}/edit/", {"name": "Ordinateur du bureau"})

    assert kind_of(Authenticator.objects.get(pk=key.pk)) == "Clé d’accès « Ordinateur du bureau »"


def test_a_name_too_long_is_refused(client):
    user = person()
    key = key_of(user)
    client.force_login(user)

    answer = client.post(f"{KEYS}keys/{key.pk}/edit/", {"name": "x" * 200})

    assert "80" in answer.content.decode()
    assert Authenticator.objects.get(pk=key.pk).data["name"] == "Mon ordinateur"


def test_the_list_says_when_each_served(client):
    user = person()
    key_of(user)
    client.force_login(user)

    page = client.get(KEYS).content.decode()

    assert "Mon ordinateur" in page
    assert "n’a pas encore" in page


def test_staff_take_lost_keys_away(client, admin):
    other = person(Role.OFFICER, second_factor=False)
    key_of(other)

    client.post(f"/compte/personnes/{other.pk}/second-facteur/", {"reason": "Téléphone perdu"})

    assert not other.authenticator_set.exists()
