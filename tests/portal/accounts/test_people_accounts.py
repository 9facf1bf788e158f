"""Accounts closed, phones lost, the page of a person and one's own."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from portal.accounts.actions import end_grant
from portal.accounts.models import User
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from tests.factories.accounts import UserFactory, person
from tests.reading import elements_of, links_of, tree_of, words_of

pytestmark = pytest.mark.django_db
LIST = "/compte/personnes/"


def test_closed_account_is_out_at_the_next_page(client, admin, signed_up, sign_in):
    user, theirs = signed_up(), Client()
    sign_in(theirs, user.email)
    before = theirs.get("/compte/").status_code

    client.post(f"{LIST}{user.pk}/fermer/", {"reason": "Départ"})
    after = theirs.get("/compte/")
    client.post(f"{LIST}{user.pk}/rouvrir/", {"reason": "Erreur"})

    assert (before, after.status_code) == (200, 302)
    assert theirs.get("/compte/").status_code == 302  # the session died with the closing, it does not come back
    assert list(JournalEntry.objects.order_by("pk").values_list("action", "reason")) == [
        ("close_account", "Départ"),
        ("reopen_account", "Erreur"),
    ]


def test_lost_phone_is_helped_and_told(client, admin, signed_up, secret, sign_in, mails, code_of):
    user, theirs = signed_up(Role.OFFICER, secret=secret), Client()
    sign_in(theirs, user.email)
    theirs.post("/compte/2fa/authenticate/", {"code": code_of(secret)})

    client.post(f"{LIST}{user.pk}/second-facteur/", {"reason": "Téléphone perdu, identité vérifiée"})

    assert not Authenticator.objects.filter(user=user).exists()
    assert theirs.get("/espace/").status_code == 302
    assert [message.subject for message in mails(user.email)] == ["Préau : votre second facteur est retiré"]


@pytest.mark.parametrize("act", ["fermer", "second-facteur"])
def test_nobody_does_it_to_themself(client, admin, act):
    answer = client.post(f"{LIST}{admin.pk}/{act}/", {"reason": "x"})

    admin.refresh_from_db()
    assert (answer.status_code, admin.is_active, Authenticator.objects.filter(user=admin).exists()) == (409, True, True)


@pytest.mark.parametrize("act", ["fermer", "rouvrir", "second-facteur"])
def test_call_manager_does_not_touch_accounts(client, act):
    client.force_login(person(Role.CALL_MANAGER))
    user = person(Role.OFFICER)

    assert client.post(f"{LIST}{user.pk}/{act}/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("act", ["fermer", "rouvrir", "second-facteur"])
def test_reading_changes_nothing(client, admin, act):
    user = person(Role.OFFICER)

    page = client.get(f"{LIST}{user.pk}/{act}/")

    user.refresh_from_db()
    assert (page.status_code, user.is_active, JournalEntry.objects.count()) == (200, True, 0)


def test_page_of_a_person_shows_roles_and_history(client, admin, school):
    user = person(Role.HEAD, at=school, first_name="<b>Sylvie", last_name="Aubert")
    end_grant(grant=user.grants[0], actor=SYSTEM, reason="<i>Mutation</i>")

    read = words_of(tree_of(client.get(f"{LIST}{user.pk}/")))

    assert "Chef d’établissement" in read
    assert "Rôle terminé" in read
    assert ("<b>Sylvie" in read, "<i>Mutation</i>" in read) == (True, True)


def test_profile_is_one_s_own(client):
    user = UserFactory(first_name="Karim", last_name="Benali")
    client.force_login(user)

    client.post(
        "/compte/profil/",
        {"first_name": "Karim", "last_name": "Ben Ali", "job_title": "Documentaliste", "email": "x@y.example", "is_superuser": "on"},
    )

    changed = User.objects.get(pk=user.pk)
    assert (str(changed), changed.job_title, changed.email, changed.is_superuser) == ("Karim Ben Ali", "Documentaliste", user.email, False)
    assert JournalEntry.objects.get().data == {"before": "Karim Benali"}


def test_account_page_says_who_and_where(client, school, django_assert_num_queries):
    user = person(Role.HEAD, at=school)
    client.force_login(user)
    client.get("/compte/")

    with django_assert_num_queries(7):  # session, account, roles, codes, roles shown, requests, sessions
        page = client.get("/compte/")

    assert "Chef d’établissement" in page.content.decode()
    assert f"/etablissements/{school.uai}/equipe/" in [address for _, address in links_of(page)]
    assert elements_of(page, 'form[action="/compte/logout/"]') != []
