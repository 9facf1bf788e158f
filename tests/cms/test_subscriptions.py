"""Following the calls by e-mail: nothing before the confirmation, one press to stop, nobody learns who follows what."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from calls.actions.steering import extend_closing
from cms import subscribing
from cms.models import Subscription
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.notifications.tasks import send_pending
from portal.roles import Role
from portal.workflow.gate import perform
from portal.workflow.readiness import effects_of
from scoring.actions.release import ask_release
from scoring.hooks import jobs
from scoring.release_effects import effects_of as release_effects
from tests.factories.accounts import person
from tests.factories.calls import CallFactory, ProgrammeFactory
from tests.factories.deliberation import deliberation, quiet, vote
from tests.factories.jury import publishable_call
from tests.factories.subscriptions import SubscriptionFactory, token_for
from tests.outcomes import told
from tests.reading import text_of

pytestmark = pytest.mark.django_db
ASKED = {"email": "Claire@Exemple.fr", "topics": ["appels", "resultats"], "programme": ""}


@pytest.fixture
def manager(db):
    return person(Role.CALL_MANAGER)


@pytest.fixture
def other_programme(db):
    return ProgrammeFactory(code="usages", name="Usages")


def followers_of_each_kind(other_programme):
    SubscriptionFactory(email="tout@exemple.fr")
    SubscriptionFactory(email="appels@exemple.fr", wants_dates=False, wants_results=False)
    SubscriptionFactory(email="dates@exemple.fr", wants_calls=False, wants_results=False)
    SubscriptionFactory(email="resultats@exemple.fr", wants_calls=False, wants_dates=False)
    SubscriptionFactory(email="ce-programme@exemple.fr", programme=ProgrammeFactory())
    SubscriptionFactory(email="autre@exemple.fr", programme=other_programme)


def published(publish_page):
    """A published call with its page, which nobody has been told of."""
    call = CallFactory()
    publish_page(call)
    Message.objects.all().delete()
    return call


# -- Asking and confirming -------------------------------------------------------------------------------------------------


def test_asking_writes_one_message_and_no_subscription(client, site):
    response = client.post("/abonnement/", ASKED)

    assert (response.status_code, response["Location"]) == (302, "/abonnement/demande/")
    assert told(subscribing.REQUESTED) == {"claire@exemple.fr"}
    assert Message.objects.get().body.endswith("Ce message est automatique, n’y répondez pas.\n")
    assert not Subscription.objects.exists()
    assert not client.cookies


def test_the_answer_is_the_same_for_an_address_that_is_known(client, site):
    SubscriptionFactory(email="claire@exemple.fr")
    known, unknown = client.post("/abonnement/", ASKED), Client().post("/abonnement/", ASKED | {"email": "zoe@exemple.fr"})

    assert (known.status_code, known["Location"], known.content) == (unknown.status_code, unknown["Location"], unknown.content)
    bodies = [message.body.partition("Confirmez ici")[0] for message in Message.objects.all()]
    assert len(bodies) == 2 and len(set(bodies)) == 1


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        (ASKED | {"email": "claire"}, "Saisissez une adresse"),
        (ASKED | {"topics": []}, "Ce que vous voulez suivre"),
        (ASKED | {"programme": "rien"}, "Programme"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(client, site, posted, sentence):
    response = client.post("/abonnement/", posted)

    assert response.status_code == 422
    assert sentence in text_of(response) and posted["email"] in response.content.decode()
    assert not Message.objects.exists()


def test_reading_the_link_does_nothing_and_its_button_confirms(client, site, other_programme):
    token = token_for("claire@exemple.fr", "appels", "resultats", programme=other_programme)

    page = client.get(f"/abonnement/confirmer/{token}/")
    assert "claire@exemple.fr" in text_of(page) and "Usages" in text_of(page)
    assert not Subscription.objects.exists()

    client.post(f"/abonnement/confirmer/{token}/")
    made = Subscription.objects.get()
    assert (made.email, made.topics, made.programme) == ("claire@exemple.fr", ["appels", "resultats"], other_programme)
    assert not Message.objects.filter(code=subscribing.REQUESTED).exists()


def test_confirming_again_keeps_one_subscription_with_the_last_choice(client, site):
    for topics in (["appels"], ["dates"]):
        client.post(f"/abonnement/confirmer/{token_for('claire@exemple.fr', *topics)}/")

    assert Subscription.objects.get().topics == ["dates"]


def test_a_link_too_old_offers_to_ask_again(client, site):
    with time_machine.travel(timezone.now() - subscribing.LINK_VALIDITY - timedelta(minutes=1)):
        token = token_for("claire@exemple.fr", "dates")

    for ask in (client.get, client.post):
        response = ask(f"/abonnement/confirmer/{token}/")
        assert response.status_code == 404
        assert "Ce lien ne vaut plus" in text_of(response) and 'value="claire@exemple.fr"' in response.content.decode()
    assert not Subscription.objects.exists()


def test_a_forged_link_shows_nothing_of_anybody(client, site):
    SubscriptionFactory(email="claire@exemple.fr")
    response = client.post("/abonnement/confirmer/WyJjbGFpcmVAZXhlbXBsZS5mciJd:abc:def/")

    assert response.status_code == 404 and "claire" not in response.content.decode()


def test_a_mailbox_is_not_filled_by_others(client, site):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        answers = set()
        for _ in range(5):
            clock.shift(timedelta(seconds=2))
            answers.add(client.post("/abonnement/", ASKED)["Location"])

    assert answers == {"/abonnement/demande/"}  # the same for all: it says nothing of the address
    assert Message.objects.count() == 3


def test_a_flood_from_one_place_is_held_back_and_what_was_typed_is_kept(client, site):
    for number in range(30):
        client.post("/abonnement/", ASKED | {"email": f"claire{number}@exemple.fr"})
    response = client.post("/abonnement/", ASKED)

    assert response.status_code == 429
    assert "Attendez une minute" in text_of(response) and "Claire@Exemple.fr" in response.content.decode()
    assert "claire@exemple.fr" not in told(subscribing.REQUESTED)


# -- Changing and stopping -------------------------------------------------------------------------------------------------


def test_its_page_changes_what_an_address_follows(client, site, other_programme):
    followed = SubscriptionFactory(email="claire@exemple.fr")
    page = client.get(followed.get_absolute_url()).content.decode()
    assert "claire@exemple.fr" in page and 'name="email"' not in page

    client.post(followed.get_absolute_url(), {"topics": ["dates"], "programme": "usages", "email": "autre@exemple.fr"})
    followed.refresh_from_db()

    assert (followed.email, followed.topics, followed.programme) == ("claire@exemple.fr", ["dates"], other_programme)


def test_a_mail_reader_stops_it_with_one_press(site, settings):
    """RFC 8058: a POST without cookie nor redirection; reading the address stops nothing."""
    followed, reader = SubscriptionFactory(), Client(enforce_csrf_checks=True)
    address = f"{followed.get_absolute_url()}arreter/"

    assert reader.get(address)["Location"] == followed.get_absolute_url()
    assert Subscription.objects.exists()
    assert reader.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()
    assert reader.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert reader.get(followed.get_absolute_url()).status_code == 404


def test_stopping_forgets_the_address_and_what_was_to_be_sent_to_it(client, site, manager, publish_page):
    followed, other = SubscriptionFactory(), SubscriptionFactory()
    perform(published(publish_page), "withdraw", actor=manager, reason="Crédits retirés.")

    client.post(f"{followed.get_absolute_url()}arreter/")

    assert told("call_withdrawal_announced") == {other.email}


def test_a_key_opens_its_own_subscription_alone(client, site):
    SubscriptionFactory(email="claire@exemple.fr")
    response = client.get(f"/abonnement/{uuid4()}/")

    assert response.status_code == 404 and "claire" not in response.content.decode()


# -- What is announced -----------------------------------------------------------------------------------------------------


def test_a_call_published_is_announced_to_those_who_follow_its_programme(site, manager, other_programme):
    followers_of_each_kind(other_programme)
    call = publishable_call(summary="Équiper et former.")
    assert any("3\N{NO-BREAK SPACE}personnes" in sentence for sentence in effects_of(call, "publish"))

    perform(call, "publish", actor=manager)

    assert told("call_announced") == {"tout@exemple.fr", "appels@exemple.fr", "ce-programme@exemple.fr"}
    line = JournalEntry.objects.get(action="tell_subscribers")
    assert line.data["count"] == 3 and "exemple.fr" not in str(line.data)


def test_a_closing_put_off_is_announced_each_time(site, manager, other_programme, publish_page):
    followers_of_each_kind(other_programme)
    call = published(publish_page)
    for days in (20, 30):
        extend_closing(call=call, closes_at=timezone.now() + timedelta(days=days), reason="Vacances.", actor=manager)

    assert told("call_dates_announced") == {"tout@exemple.fr", "dates@exemple.fr", "ce-programme@exemple.fr"}
    assert Message.objects.filter(code="call_dates_announced", to_email="dates@exemple.fr").count() == 2
    assert "La clôture est repoussée" in Message.objects.filter(code="call_dates_announced").first().body


def test_a_call_withdrawn_is_announced_once_it_had_been(site, manager, other_programme, publish_page):
    followers_of_each_kind(other_programme)
    perform(publishable_call(), "withdraw", actor=manager, reason="Crédits retirés.")
    assert told("call_withdrawal_announced") == set()

    call = published(publish_page)
    assert any("5\N{NO-BREAK SPACE}personnes" in sentence for sentence in effects_of(call, "withdraw"))
    perform(call, "withdraw", actor=manager, reason="Crédits retirés.")
    assert len(told("call_withdrawal_announced")) == 5 and "autre@exemple.fr" not in told("call_withdrawal_announced")


def test_a_call_without_a_page_to_read_is_announced_once_its_page_is_live(site, manager, publish_page):
    SubscriptionFactory(email="tout@exemple.fr")
    call = CallFactory()
    extend_closing(call=call, closes_at=timezone.now() + timedelta(days=20), reason="Vacances.", actor=manager)
    assert not Message.objects.filter(to_email="tout@exemple.fr").exists()

    page = publish_page(call)
    assert told("call_announced") == {"tout@exemple.fr"}

    Message.objects.all().delete()
    page.save_revision().publish(skip_permission_checks=True)
    assert told("call_announced") == set()


def test_results_are_announced_when_they_are_released(site, manager, other_programme):
    followers_of_each_kind(other_programme)
    made = vote(deliberation())
    assert ("Courriels aux abonnés", 3) in [(effect.label, effect.count) for effect in release_effects(made.call)]
    assert told("call_results_announced") == set()

    jobs.release(ask_release(call=made.call, actor=made.manager), quiet)

    assert told("call_results_announced") == {"tout@exemple.fr", "resultats@exemple.fr", "ce-programme@exemple.fr"}


def test_nobody_follows_nothing_is_written(site, manager, publish_page):
    perform(published(publish_page), "withdraw", actor=manager, reason="Crédits retirés.")

    assert not JournalEntry.objects.filter(action="tell_subscribers").exists()


# -- What leaves, and what is kept -----------------------------------------------------------------------------------------


def test_each_mail_says_how_to_stop_to_its_reader_alone(site, manager, settings, publish_page):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    followers = [SubscriptionFactory(), SubscriptionFactory()]
    perform(published(publish_page), "withdraw", actor=manager, reason="Crédits retirés.")
    send_pending()

    sent = {message.to[0]: message for message in mail.outbox}
    for followed in followers:
        message = sent[followed.email]
        assert message.extra_headers["List-Unsubscribe"] == f"<{settings.BASE_URL}{followed.get_absolute_url()}arreter/>"
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"{settings.BASE_URL}{followed.get_absolute_url()}" in message.body
    assert not any(str(followed.key) in message.body for followed in followers for message in Message.objects.all())


def test_requests_and_messages_are_forgotten_after_seven_days(site, manager, publish_page):
    token_for("claire@exemple.fr", "dates")
    SubscriptionFactory()
    perform(published(publish_page), "withdraw", actor=manager, reason="Crédits retirés.")
    kept = Message.objects.create(code="call_extended", event_key="x", to_email="equipe@lycee.example", message_id="<x@x>")
    Message.objects.update(created_at=timezone.now() - timedelta(days=8))
    token_for("zoe@exemple.fr", "dates")

    subscribing.forget_messages()

    assert set(Message.objects.values_list("to_email", flat=True)) == {kept.to_email, "zoe@exemple.fr"}
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("role", [Role.ADMIN, Role.CALL_MANAGER, Role.AUDITOR])
def test_staff_never_see_an_address(client, site, role):
    token_for("claire@exemple.fr", "dates")
    message = Message.objects.get()
    Message.objects.update(state=Message.State.FAILED)
    client.force_login(person(role))

    listed = client.get("/courriels/")
    assert "claire@exemple.fr" not in listed.content.decode()
    assert "1 message" in text_of(listed)
    assert client.get(f"/courriels/{message.pk}/").status_code == 404
    assert client.post(f"/courriels/{message.pk}/relancer/").status_code == (403 if role == Role.AUDITOR else 404)


def test_the_steering_of_a_call_counts_its_followers(client, site, open_call, other_programme):
    followers_of_each_kind(other_programme)
    client.force_login(person(Role.CALL_MANAGER))

    page = client.get(f"/pilotage/{open_call.reference}/")

    assert "5 personnes suivent" in text_of(page) and "exemple.fr" not in page.content.decode()


@pytest.mark.parametrize("address", ["/appels/", "/appels/lycee-4-0-vague-2/"])
def test_the_public_pages_hold_the_form(client, open_call, address):
    """Without a token of its own: these pages are the same for everybody."""
    content = client.get(address).content.decode()

    assert 'action="/abonnement/"' in content and "csrfmiddlewaretoken" not in content
