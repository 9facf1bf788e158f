"""Signing in through a real provider: who is recognised, what is believed, how one leaves."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from calls.models import Application
from portal.accounts.models import JoinRequest, RoleGrant, User
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.portal.accounts.identity.conftest import asked_of
from tests.reading import elements_of, links_of

pytestmark = pytest.mark.django_db
CLAIRE = {"email": "claire.morel@ac-nancy.example", "email_verified": True, "given_name": "Claire", "usual_name": "Morel"}


def signed_in(client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


@pytest.mark.parametrize("way", ["signs", "plain"])
def test_a_newcomer_gets_an_account_with_their_usual_name(client, elsewhere, way):
    elsewhere.says(**CLAIRE)

    answer = elsewhere.comes(client, way)

    claire = signed_in(client)
    assert answer["Location"] == "/espace/"
    assert (str(claire), claire.email, claire.has_usable_password()) == ("Claire Morel", "claire.morel@ac-nancy.example", False)
    assert claire.roles == frozenset()
    assert client.get("/espace/").status_code == 200
    assert JournalEntry.objects.filter(action="sign_up", subject_id=str(claire.pk)).count() == 1


def test_the_same_person_comes_back_to_the_same_account(client, elsewhere):
    elsewhere.says(**CLAIRE)
    elsewhere.comes(client)
    client.post("/compte/logout/")
    elsewhere.says(**CLAIRE | {"email": "claire.morel@autre.example"})

    elsewhere.comes(client)

    assert signed_in(client).email == "claire.morel@ac-nancy.example"
    assert User.objects.count() == 1


def test_what_is_kept_is_what_serves(client, elsewhere):
    elsewhere.says(**CLAIRE, birthdate="1980-01-01", uai="0540001a")

    elsewhere.comes(client)

    kept = SocialAccount.objects.get().extra_data["userinfo"]
    assert set(kept) == {"sub", "email", "email_verified", "given_name", "family_name", "uai", "profiles", "second_factor"}
    assert kept["uai"] == ["0540001A"]


# -- An account that exists ---------------------------------------------------------------------------------------------


def test_a_confirmed_address_joins_the_account_that_has_it(client, elsewhere, signed_up, mails, django_capture_on_commit_callbacks):
    user = signed_up(email=CLAIRE["email"])
    elsewhere.says(**CLAIRE)

    with django_capture_on_commit_callbacks(execute=True):
        elsewhere.comes(client)

    assert signed_in(client) == user
    assert user.socialaccount_set.count() == 1
    assert JournalEntry.objects.get(action="add_identity").data["provider"] == "Service signs"
    assert [message.subject for message in mails(user.email)] == ["Préau : service d’identité ajouté"]


@pytest.mark.parametrize("said", [False, None, "false", 0])
def test_an_address_that_is_not_confirmed_joins_nothing(client, elsewhere, signed_up, said):
    user = signed_up(email=CLAIRE["email"])
    elsewhere.says(**CLAIRE | {"email_verified": said})

    elsewhere.comes(client)

    assert signed_in(client) is None
    assert not user.socialaccount_set.exists()


def test_a_provider_may_be_one_whose_addresses_are_all_confirmed(client, elsewhere, configure, signed_up):
    configure(signs={"email_is_confirmed": True})
    user = signed_up(email=CLAIRE["email"])
    elsewhere.says(**{key: value for key, value in CLAIRE.items() if key != "email_verified"})

    elsewhere.comes(client)

    assert signed_in(client) == user


def test_whoever_took_the_address_first_without_confirming_it_is_put_out(client, elsewhere):
    taken = person(email=CLAIRE["email"])
    EmailAddress.objects.create(user=taken, email=taken.email, verified=False, primary=True)
    elsewhere.says(**CLAIRE)

    elsewhere.comes(client)

    taken.refresh_from_db()
    assert not taken.has_usable_password()


def test_a_closed_account_stays_closed(client, elsewhere, signed_up):
    user = signed_up(email=CLAIRE["email"])
    User.objects.filter(pk=user.pk).update(is_active=False)
    elsewhere.says(**CLAIRE)

    elsewhere.comes(client)

    assert signed_in(client) is None


def test_without_an_address_it_is_asked_for_and_confirmed(client, elsewhere, mails, django_capture_on_commit_callbacks):
    elsewhere.says(given_name="Claire", usual_name="Morel")

    answer = elsewhere.comes(client)
    page = client.get(answer["Location"])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(answer["Location"], {"email": "claire@lycee.example", "first_name": "Claire", "last_name": "Morel"})

    assert "Il manque votre adresse" in page.content.decode()
    assert signed_in(client) is None
    assert len(mails("claire@lycee.example")) == 1


@pytest.mark.parametrize("name", ["https://mal.example", "x" * 300, 12, ["Claire"]])
def test_a_name_is_one_that_our_own_forms_would_take(client, elsewhere, name):
    elsewhere.says(**CLAIRE | {"given_name": name})

    elsewhere.comes(client)

    assert signed_in(client).first_name in ("", "Claire", "x" * 80)


# -- A second factor ----------------------------------------------------------------------------------------------------


def test_our_second_factor_is_asked_for_all_the_same(client, elsewhere, signed_up, secret):
    signed_up(Role.OFFICER, secret=secret, email=CLAIRE["email"])
    elsewhere.says(**CLAIRE)

    answer = elsewhere.comes(client)

    assert answer["Location"] == "/compte/2fa/authenticate/"
    assert signed_in(client) is None


def test_staff_without_one_set_it_up_first(client, elsewhere, signed_up):
    signed_up(Role.OFFICER, email=CLAIRE["email"])
    elsewhere.says(**CLAIRE, amr=["pwd"])

    elsewhere.comes(client)

    assert client.get("/espace/")["Location"] == "/compte/2fa/totp/activate/"


@pytest.mark.parametrize("has_ours", [True, False])
def test_that_of_a_provider_whose_word_is_taken_is_enough(client, elsewhere, configure, signed_up, secret, has_ours):
    configure(signs={"second_factor": ["mfa", "eidas2"]})
    user = signed_up(Role.OFFICER, secret=secret if has_ours else "", email=CLAIRE["email"])
    elsewhere.says(**CLAIRE, amr=["pwd", "mfa"])

    elsewhere.comes(client)

    assert signed_in(client) == user
    assert client.get("/espace/").status_code == 200


def test_its_word_counts_for_that_session_alone(client, elsewhere, configure, signed_up, sign_in):
    configure(signs={"second_factor": ["mfa"]})
    user = signed_up(Role.OFFICER, email=CLAIRE["email"])
    elsewhere.says(**CLAIRE, amr=["mfa"])
    elsewhere.comes(client)
    client.post("/compte/logout/")

    sign_in(client, user.email)

    assert client.get("/espace/")["Location"] == "/compte/2fa/totp/activate/"


# -- Schools ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def lycee():
    return EstablishmentFactory(uai="0540001A", name="Lycée Jean-Prouvé")


def test_a_school_that_it_names_is_proposed_and_given_by_nobody(client, elsewhere, lycee):
    elsewhere.says(**CLAIRE, uai="0540001A", profile="National_ens")
    elsewhere.comes(client)

    page = client.get("/compte/etablissement/").content.decode()

    assert "D’après votre service d’identité" in page
    assert 'href="/compte/etablissement/0540001A/"' in page
    assert not RoleGrant.objects.exists()
    assert not JoinRequest.objects.exists()


def test_a_trusted_profile_gives_its_role_once(client, elsewhere, configure, lycee):
    configure(signs={"roles": {"National_ens": "member"}})
    elsewhere.says(**CLAIRE, uai=["0540001A", "9999999Z"], profile=["National_ens", "National_dir"])
    elsewhere.comes(client)
    grant = RoleGrant.objects.get()
    first = (grant.role, grant.establishment, grant.reason, grant.granted_by)
    grant.ended_at = grant.started_at
    grant.save()
    client.post("/compte/logout/")

    elsewhere.comes(client)

    assert first == (Role.MEMBER, lycee, "D’après Service signs", None)
    assert RoleGrant.objects.count() == 1
    assert JournalEntry.objects.filter(action="give_role").count() == 1


@pytest.mark.parametrize("profile", ["National_dir", "", None])
def test_another_profile_gives_nothing(client, elsewhere, configure, lycee, profile):
    configure(signs={"roles": {"National_ens": "member"}})
    elsewhere.says(**CLAIRE, uai="0540001A", profile=profile)

    elsewhere.comes(client)

    assert not RoleGrant.objects.exists()


def test_who_works_for_the_region_is_given_no_school(client, elsewhere, configure, lycee, signed_up):
    configure(signs={"roles": {"National_ens": "member"}, "second_factor": ["mfa"]})
    signed_up(Role.OFFICER, email=CLAIRE["email"])
    elsewhere.says(**CLAIRE, amr=["mfa"], uai="0540001A", profile="National_ens")

    elsewhere.comes(client)

    assert RoleGrant.objects.filter(establishment=lycee).count() == 0


# -- Leaving, and what goes wrong ---------------------------------------------------------------------------------------


def test_signing_out_goes_on_at_the_provider(client, elsewhere):
    elsewhere.says(**CLAIRE)
    elsewhere.comes(client)

    answer = client.post("/compte/logout/")

    asked = asked_of(answer["Location"])
    assert answer["Location"].startswith(f"{elsewhere.base}/session/end?")
    assert (asked["post_logout_redirect_uri"], asked["client_id"]) == ("http://testserver/", "signs")
    shown = elsewhere.browser.get(answer["Location"], timeout=10)
    assert shown.status_code == 200
    assert "op.logoutForm" in shown.text  # it has read the hint, and asks the person
    assert signed_in(client) is None


def test_signing_out_stays_here_where_the_settings_say_so(client, elsewhere, configure):
    configure(signs={"logout": False})
    elsewhere.says(**CLAIRE)
    elsewhere.comes(client)

    assert client.post("/compte/logout/")["Location"] == "/"


def test_who_gives_up_there_is_told_so(client, elsewhere):
    elsewhere.says(login={"refuses": True}, **CLAIRE)

    answer = elsewhere.comes(client)

    assert answer["Location"].endswith("/login/cancelled/")
    assert "Vous avez renoncé" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?error=server_error&state=y"])
def test_a_return_that_nobody_asked_for_changes_nothing(client, elsewhere, query):
    answer = client.get(f"/compte/oidc/signs/login/callback/{query}")

    assert answer.status_code == 401
    assert "La connexion n’a pas abouti" in answer.content.decode()


def test_a_code_serves_once(client, elsewhere):
    elsewhere.says(**CLAIRE)
    ours = client.post("/compte/oidc/signs/login/?process=login")
    back = elsewhere.back_from(ours["Location"])
    client.get(back)
    client.post("/compte/logout/")

    assert client.get(back).status_code == 401


def test_a_provider_that_does_not_answer_is_said(client, elsewhere, configure):
    configure(signs={"server_url": "http://127.0.0.1:9"})

    answer = client.post("/compte/oidc/signs/login/?process=login")

    assert answer.status_code == 401
    assert "Service signs n’a pas répondu comme prévu" in " ".join(answer.content.decode().split())


def test_unsigned_user_info_is_refused_where_it_must_be_signed(client, elsewhere, configure):
    configure(plain={"signed_userinfo": True})
    elsewhere.says(**CLAIRE)

    assert elsewhere.comes(client, "plain").status_code == 401
    assert not User.objects.exists()


def test_a_provider_that_is_no_more_is_said(client, elsewhere):
    for answer in (client.post("/compte/oidc/autre/login/"), client.get("/compte/oidc/autre/login/callback/")):
        assert answer["Location"] == "/compte/login/"
    assert "n’est plus, proposé ici" in client.get("/compte/login/").content.decode()


# -- The page of one's identities ----------------------------------------------------------------------------------------


def test_a_service_is_added_to_an_account_then_taken_away(client, elsewhere, signed_up, sign_in):
    user = signed_up(email="autre@lycee.example")
    sign_in(client, user.email)
    elsewhere.says(**CLAIRE)

    elsewhere.comes(client, process="connect")
    answer = client.get("/compte/3rdparty/")
    page = answer.content.decode()
    client.post("/compte/3rdparty/", {"account": user.socialaccount_set.get().pk})

    assert "Service signs" in page
    offered = [form["action"] for form in elements_of(answer, "[aria-labelledby=ajouter] form")]
    assert offered and not [address for address in offered if "/oidc/signs/" in address]  # it opens this account already
    assert [form for form in elements_of(client.get("/compte/3rdparty/"), "form") if "/oidc/signs/" in form.get("action", "")]
    assert not user.socialaccount_set.exists()
    assert [line.action for line in JournalEntry.objects.filter(action__endswith="_identity").order_by("pk")] == [
        "add_identity",
        "drop_identity",
    ]


def test_the_last_way_in_is_not_taken_away(client, elsewhere):
    elsewhere.says(**CLAIRE)
    elsewhere.comes(client)

    answer = client.post("/compte/3rdparty/", {"account": SocialAccount.objects.get().pk})

    assert "Choisissez d’abord un mot de passe" in answer.content.decode()
    assert ("Choisir un mot de passe", "/compte/password/set/") in links_of(answer)
    assert SocialAccount.objects.exists()


def test_an_identity_opens_one_account_alone(client, elsewhere, signed_up, sign_in):
    elsewhere.says(**CLAIRE)
    elsewhere.comes(client)
    client.post("/compte/logout/")
    user = signed_up()
    sign_in(client, user.email)

    elsewhere.says(**CLAIRE)
    elsewhere.comes(client, process="connect")

    assert not user.socialaccount_set.exists()


# -- What follows elsewhere -----------------------------------------------------------------------------------------------


def test_whoever_has_no_school_yet_writes_a_draft_that_nobody_counts(client, elsewhere, lycee):
    call = CallFactory(reference="L40-V2", slug="lycee-4-0-vague-2")
    elsewhere.says(**CLAIRE, uai="0540001A")
    elsewhere.comes(client)
    client.post("/compte/etablissement/0540001A/", {"note": ""})

    begun = client.post(f"/appels/{call.slug}/deposer/", {"establishment": lycee.uai})

    draft = Application.everything.get(kept_for=signed_in(client))
    assert (begun.status_code, client.get(begun["Location"]).status_code) == (302, 200)
    assert (draft.establishment, Application.objects.count()) == (lycee, 0)


def test_an_account_that_a_provider_opens_awaits_no_invitation(client, elsewhere, mails):
    elsewhere.says(**CLAIRE)
    elsewhere.comes(client)
    claire, staff = signed_in(client), Client()
    staff.force_login(person(Role.ADMIN))

    listed = staff.get("/compte/personnes/?etat=invite").content.decode()
    shown = staff.get(f"/compte/personnes/{claire.pk}/").content.decode()
    active = staff.get("/compte/personnes/?etat=actif").content.decode()

    assert "Claire Morel" not in listed
    assert "Claire Morel" in active
    assert "Renvoyer l’invitation" not in shown
    assert not claire.is_invited
    assert client.get("/compte/password/change/").status_code == 302  # to the page where a first password is chosen
