"""Creating an account, confirming an address, choosing another password: nobody learns who has an account."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from tests.reading import the

pytestmark = pytest.mark.django_db
FORM = {
    "first_name": "Karim",
    "last_name": "Benali",
    "job_title": "Référent numérique",
    "email": "karim.benali@ac-reims.example",
    "password1": "Trois-mots-au-hasard!",
    "password2": "Trois-mots-au-hasard!",
}


def sign_up(client, **changes):
    return client.post("/compte/signup/", FORM | changes)


def test_new_account_awaits_its_confirmation(client, mails):
    answer = sign_up(client)

    user = User.objects.get()
    assert answer["Location"] == "/compte/confirm-email/"
    assert (str(user), user.job_title, user.email, user.roles) == ("Karim Benali", "Référent numérique", FORM["email"], frozenset())
    assert "_auth_user_id" not in client.session
    assert [message.subject for message in mails(FORM["email"])] == ["Préau : confirmez votre adresse"]
    assert [entry.action for entry in JournalEntry.objects.all()] == ["sign_up"]


def test_link_confirms_the_address_once(client, mails, link_in, sign_in):
    sign_up(client)
    link = link_in(mails(FORM["email"])[0])

    read = client.get(link)
    before = EmailAddress.objects.get().verified
    client.post(link)
    again = client.post(link)

    assert (read.status_code, before, EmailAddress.objects.get().verified) == (200, False, True)
    assert again.status_code == 404
    sign_in(client, FORM["email"], FORM["password1"])
    assert "_auth_user_id" in client.session


def test_link_of_confirmation_lasts_a_day(client, mails, link_in):
    sign_up(client)
    link = link_in(mails(FORM["email"])[0])

    with time_machine.travel(timezone.now() + timedelta(hours=27)):
        client.post(link)

    assert not EmailAddress.objects.get().verified


def test_taken_address_gets_the_same_answer(client, signed_up, mails):
    signed_up(email=FORM["email"])

    taken = sign_up(client)
    taken_page = client.get(taken["Location"]).content
    client.cookies.clear()
    free = sign_up(client, email="nadia.ferhat@ac-reims.example")
    free_page = client.get(free["Location"]).content

    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert len(taken_page) == len(free_page)
    assert [message.subject for message in mails(FORM["email"])] == ["Préau : vous avez déjà un compte"]
    assert User.objects.count() == 2


def test_taken_address_takes_as_much_work(client, signed_up, monkeypatch):
    signed_up(email=FORM["email"])
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(raw))

    sign_up(client)

    assert hashed == [FORM["password1"]]


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("court", "trop court"),
        ("motdepasse12", ""),
        ("123456789012", "entièrement numérique"),
        ("karim.benali@ac-reims", "trop semblable"),
    ],
)
def test_weak_password_is_refused(client, password, message):
    answer = sign_up(client, password1=password, password2=password)

    if message:
        assert message in " ".join(answer.context["form"].errors["password1"])
        assert User.objects.count() == 0


def test_long_password_is_taken(client):
    password = "phrase de passe très longue " * 4

    sign_up(client, password1=password.strip(), password2=password.strip())

    assert User.objects.get().check_password(password.strip())


@pytest.mark.parametrize("name", ["https://evil.example", "evil.example", "Jean\r\nBcc: x@y.example"])
def test_name_that_would_phish_is_refused(client, name):
    answer = sign_up(client, first_name=name)

    assert list(answer.context["form"].errors) == ["first_name"]
    assert User.objects.count() == 0


def test_nobody_chooses_their_roles_at_sign_up(client):
    sign_up(client, is_superuser="on", is_staff="on", role="admin", roles="admin", is_active="on", pk="1")

    user = User.objects.get()
    assert (user.is_superuser, user.role_grants.count()) == (False, 0)


# -- Another password -------------------------------------------------------------------------------------------------


def ask_reset(client, email):
    return client.post("/compte/password/reset/", {"email": email})


def test_reset_says_the_same_to_everybody(client, signed_up, mails):
    user = signed_up()

    known, unknown = ask_reset(client, user.email), ask_reset(client, "inconnu@nulle-part.example")

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.subject for message in mails(user.email)] == ["Préau : choisir un nouveau mot de passe"]
    assert [message.subject for message in mails("inconnu@nulle-part.example")] == ["Préau : aucun compte à cette adresse"]


def test_reset_link_serves_once(client, signed_up, mails, link_in, sign_in):
    user = signed_up()
    ask_reset(client, user.email)
    link = link_in(mails(user.email)[0])
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "Un-autre-mot-2026!", "password2": "Un-autre-mot-2026!"})
    client.cookies.clear()

    again = client.get(link, follow=True)

    assert "Ce lien n’est plus valable" in again.content.decode()
    user.refresh_from_db()
    assert user.check_password("Un-autre-mot-2026!")
    assert JournalEntry.objects.filter(action="reset_password").count() == 1


def test_reset_link_lasts_a_day(client, signed_up, mails, link_in):
    user = signed_up()
    ask_reset(client, user.email)
    link = link_in(mails(user.email)[0])

    with time_machine.travel(timezone.now() + timedelta(hours=27)):
        page = client.get(link, follow=True).content.decode()

    assert "Ce lien n’est plus valable" in page


def test_reset_link_is_on_our_address_whatever_the_host(client, signed_up, mails, settings):
    settings.ALLOWED_HOSTS = ["testserver", "autre.example"]
    settings.BASE_URL = "https://preau.region.example"
    user = signed_up()

    client.post("/compte/password/reset/", {"email": user.email}, headers={"host": "autre.example", "x-forwarded-host": "evil.example"})

    body = mails(user.email)[0].body
    assert "https://preau.region.example/compte/password/reset/key/" in body
    assert ("autre.example" in body, "evil.example" in body) == (False, False)


def test_unknown_host_is_refused(client):
    assert client.get("/compte/login/", headers={"host": "evil.example"}).status_code == 400


def test_reset_ends_the_sessions(client, signed_up, sign_in, mails, link_in):
    from django.test import Client

    user, elsewhere = signed_up(), Client()
    sign_in(elsewhere, user.email)
    ask_reset(client, user.email)
    form = client.get(link_in(mails(user.email)[0]), follow=True).redirect_chain[-1][0]

    client.post(form, {"password1": "Un-autre-mot-2026!", "password2": "Un-autre-mot-2026!"})

    assert elsewhere.get("/compte/").status_code == 302


def test_mail_with_a_link_is_forgotten_once_sent(client, signed_up, mailoutbox):
    from portal.notifications.tasks import send_pending

    user = signed_up()
    ask_reset(client, user.email)

    send_pending()

    assert "/compte/password/reset/key/" in mailoutbox[0].body
    assert Message.objects.get().body == ""


def test_no_mail_leaves_during_the_request(client, signed_up, mailoutbox):
    ask_reset(client, signed_up().email)

    assert (len(mailoutbox), Message.objects.count()) == (0, 1)


# -- Another address --------------------------------------------------------------------------------------------------


def test_address_changes_once_the_new_one_is_confirmed(client, signed_up, sign_in, mails, link_in):
    user = signed_up()
    former = user.email
    sign_in(client, former)
    client.post("/compte/email/", {"email": "nouvelle@ac-reims.example", "action_add": ""})
    user.refresh_from_db()
    before = user.email

    client.post(link_in(mails("nouvelle@ac-reims.example")[0]))

    user.refresh_from_db()
    assert (before, user.email) == (former, "nouvelle@ac-reims.example")
    assert [message.subject for message in mails(former)] == ["Préau : votre adresse a changé"]
    assert JournalEntry.objects.filter(action="change_email", subject_id=str(user.pk)).count() == 1


@pytest.mark.parametrize("path", ["/compte/signup/", "/compte/password/reset/", "/compte/login/"])
def test_too_many_attempts_get_a_page_in_french(client, path, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip", "reset_password": "1/m/ip", "login": "1/m/ip"}
    client.post(path, {"email": "x@y.example"})

    answer = client.post(path, {"email": "x@y.example"})

    assert answer.status_code == 429
    assert "Trop de demandes en peu de temps" in answer.content.decode()


def test_whoever_confirms_in_the_browser_that_signed_up_is_signed_in_and_back_at_the_call(client, mails, link_in):
    client.post("/compte/signup/", FORM | {"next": "/appels/lycee-l40/deposer/"})
    link = link_in(mails(FORM["email"])[0])

    done = client.post(link)

    assert done["Location"] == "/appels/lycee-l40/deposer/"
    assert "_auth_user_id" in client.session


def test_whoever_confirms_elsewhere_signs_in_and_is_back_at_the_call(client, mails, link_in):
    client.post("/compte/signup/", FORM | {"next": "/appels/lycee-l40/deposer/"})
    link = link_in(mails(FORM["email"])[0])

    elsewhere = Client()
    field = the(elsewhere.get(link), "form input[name=next]")
    done = elsewhere.post(link, {"next": field["value"]})

    assert field["value"] == "/appels/lycee-l40/deposer/"
    assert done["Location"] == "/appels/lycee-l40/deposer/"
    assert "_auth_user_id" not in elsewhere.session


def test_the_link_of_confirmation_never_leads_to_another_site(client, mails):
    client.post("/compte/signup/", FORM | {"next": "https://evil.example/"})

    assert "evil" not in mails(FORM["email"])[0].body
