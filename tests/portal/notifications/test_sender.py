import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.utils import timezone

from portal.notifications import registry, tasks
from portal.notifications.models import Message
from portal.notifications.tasks import GIVE_UP_AFTER, retry, retry_failed, send_pending
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db
State = Message.State


def state_of(message) -> tuple[str, int]:
    message.refresh_from_db()
    return message.state, message.attempts


def test_message_is_sent_once_with_its_own_identity():
    message = MessageFactory()

    assert (send_pending(), send_pending()) == (1, 0)

    sent = mail.outbox[0]
    assert (len(mail.outbox), sent.to, sent.subject, sent.body) == (1, [message.to_email], message.subject, message.body)
    assert sent.extra_headers == {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    message.refresh_from_db()
    assert (message.state, message.claimed_until, message.sent_at is None) == (State.SENT, None, False)


@pytest.mark.parametrize(("confidential", "kept"), [(True, ""), (False, "Bonjour,\n\nVotre dossier est déposé.\n")])
def test_text_with_a_personal_link_is_forgotten_once_sent(monkeypatch, confidential, kept):
    monkeypatch.setattr(registry._notifications["tests.message"], "confidential", confidential)
    message = MessageFactory()

    send_pending()

    message.refresh_from_db()
    assert (mail.outbox[0].body, message.body) == ("Bonjour,\n\nVotre dossier est déposé.\n", kept)


def test_nobody_is_sent_the_address_of_another(smtp):
    MessageFactory.create_batch(3)

    send_pending()

    assert [("To: " + to) in text and text.count("@preau.example") for to, text in smtp.mails] == [3, 3, 3]  # To, From, Message-ID


def test_one_connection_serves_all_the_messages(smtp):
    MessageFactory.create_batch(5)

    assert send_pending() == 5

    assert (len(smtp.mails), smtp.connections) == (5, 1)


def test_messages_wait_while_the_server_is_down_and_all_go_when_it_is_back(smtp):
    messages = MessageFactory.create_batch(3)
    smtp.greeting = "421 closing"

    assert send_pending() == 0
    assert [state_of(m) for m in messages] == [(State.PENDING, 1), (State.PENDING, 0), (State.PENDING, 0)]
    assert smtp.connections == 1  # one refusal is enough: the others do not wait on it in turn

    smtp.greeting = "220 back"
    cache.clear()
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert send_pending() == 3
    assert [state_of(m)[0] for m in messages] == [State.SENT] * 3
    assert len(smtp.mails) == 3


def test_server_that_is_gone_is_not_tried_again_at_once(settings, smtp):
    MessageFactory.create_batch(2)
    smtp.close()

    send_pending()
    started = time.perf_counter()
    assert send_pending() == 0

    assert time.perf_counter() - started < 0.5
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 1]


def test_server_that_hangs_holds_the_worker_for_its_timeout_only(settings):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", silent.getsockname()[1], 1
        messages = MessageFactory.create_batch(3)
        started = time.perf_counter()

        send_pending()

    assert time.perf_counter() - started < 3
    assert [state_of(m)[1] for m in messages] == [1, 0, 0]


def test_refused_address_fails_at_once_and_the_others_go(smtp):
    bad, good = MessageFactory(to_email="parti@preau.example"), MessageFactory()
    smtp.replies["parti@preau.example"] = "550 5.1.1 no such user"

    assert send_pending() == 1

    assert (state_of(bad), state_of(good)[0]) == ((State.FAILED, 1), State.SENT)
    assert bad.last_error == "550 5.1.1 no such user"


def test_temporary_refusal_is_tried_again_later_and_later(smtp):
    message = MessageFactory()
    smtp.replies[message.to_email] = "450 4.2.0 greylisted"
    waits = []

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(9):
            send_pending()
            message.refresh_from_db()
            waits.append(int((message.not_before - timezone.now()).total_seconds() // 60))
            clock.move_to(message.not_before)

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert state_of(message) == (State.PENDING, 9)


def test_temporary_refusal_is_given_up_after_a_day(smtp):
    message = MessageFactory(created_at=timezone.now() - GIVE_UP_AFTER - timedelta(minutes=1))
    smtp.replies[message.to_email] = "450 4.2.0 greylisted"

    send_pending()

    assert state_of(message) == (State.FAILED, 1)


@pytest.mark.parametrize(
    ("address", "subject"), [("a@b.example\r\nBcc: x@evil.example", "Objet"), ("a@preau.example", "Objet\r\nBcc: x@evil.example")]
)
def test_header_injection_is_never_sent(address, subject):
    message = MessageFactory(to_email=address, subject=subject)

    send_pending()

    assert (mail.outbox, state_of(message)) == ([], (State.FAILED, 1))


def test_message_claimed_by_a_dead_sender_goes_after_three_minutes():
    """Killed between the claim and the sending: nothing was sent, the claim runs out."""
    claimed = MessageFactory(state=State.SENDING, claimed_until=timezone.now() + timedelta(minutes=3))

    assert send_pending() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=3, seconds=1)):
        assert send_pending() == 1

    assert (state_of(claimed)[0], len(mail.outbox)) == (State.SENT, 1)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_sender_killed_around_the_sending_leaves_one_mail_in_the_folder(settings, tmp_path, monkeypatch, moment):
    """Killed after the server took the mail and before it was noted: it goes twice, under the same Message-ID."""
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "portal.notifications.backends.FolderBackend", tmp_path
    message = MessageFactory()
    deliver = tasks._deliver

    def killed(*args):
        if moment == "after":
            deliver(*args)
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(tasks, "_deliver", killed)
        send_pending()
    with time_machine.travel(timezone.now() + timedelta(minutes=3, seconds=1)):
        assert send_pending() == 1

    assert [path.name for path in tmp_path.iterdir()] == [f"{message.message_id.strip('<>')}.eml"]
    assert state_of(message)[0] == State.SENT


def test_late_failure_of_a_replaced_sender_does_not_undo_the_sending(monkeypatch):
    message = MessageFactory()

    def slow(stale, mail_connection):
        Message.objects.filter(pk=stale.pk).update(state=State.SENT, claimed_until=None)  # another took over and sent it
        raise TimeoutError

    monkeypatch.setattr(tasks, "_deliver", slow)

    send_pending()

    assert state_of(message) == (State.SENT, 0)


def test_sending_happens_outside_any_transaction(monkeypatch, transactional_db):
    MessageFactory()
    inside = []
    monkeypatch.setattr(tasks, "_deliver", lambda *args: inside.append(connection.in_atomic_block))

    send_pending()

    assert inside == [False]


def test_message_that_is_not_due_waits():
    MessageFactory(not_before=timezone.now() + timedelta(minutes=1))

    assert send_pending() == 0


def test_attachments_of_the_registered_provider_are_sent(monkeypatch):
    monkeypatch.setitem(registry._attachments, "tests.message", lambda message: [("accusé.pdf", b"%PDF-1.7", "application/pdf")])
    MessageFactory()

    send_pending()

    assert mail.outbox[0].attachments == [("accusé.pdf", b"%PDF-1.7", "application/pdf")]


def test_attachment_that_cannot_be_made_delays_its_message_only(monkeypatch):
    bad = MessageFactory(code="tests.with_file")
    good = MessageFactory()
    monkeypatch.setitem(registry._notifications, "tests.with_file", registry.EmailNotification())
    monkeypatch.setitem(registry._attachments, "tests.with_file", lambda message: {}["missing"])

    assert send_pending() == 1
    assert (state_of(bad), state_of(good)[0]) == ((State.PENDING, 1), State.SENT)


def test_failed_messages_can_be_sent_again():
    failed, other = MessageFactory(state=State.FAILED, attempts=12), MessageFactory(state=State.FAILED, attempts=1)

    assert retry(failed) is True
    assert (state_of(failed)[0], state_of(other)) == (State.SENT, (State.FAILED, 1))  # the queue is synchronous here
    assert retry(failed) is False
    assert retry_failed() == 1


def test_wake_calls_the_worker_once_until_it_has_come(monkeypatch):
    calls = []
    monkeypatch.setattr(tasks, "async_task", lambda *args, **options: calls.append(args))

    for _ in range(5):
        tasks.wake()
    send_pending()
    tasks.wake()

    assert calls == [("portal.notifications.tasks.send_pending",)] * 2


def test_cache_out_of_reach_does_not_stop_the_sending(monkeypatch):
    def down(*args):
        raise ConnectionError("redis")

    for operation in ("get", "set", "delete", "add"):
        monkeypatch.setattr(tasks.cache, operation, down)
    MessageFactory()

    assert send_pending() == 1


def test_wake_never_breaks_the_act_that_it_follows(monkeypatch):
    def down(*args, **options):
        raise ConnectionError("redis")

    monkeypatch.setattr(tasks, "async_task", down)

    tasks.wake()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_message_once(monkeypatch):
    MessageFactory.create_batch(60)
    sent, lock, barrier = [], threading.Lock(), threading.Barrier(4)

    def deliver(message, mail_connection):
        with lock:
            sent.append(message.pk)

    def run():
        barrier.wait()
        send_pending()
        connections.close_all()

    monkeypatch.setattr(tasks, "_deliver", deliver)
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(sent) == sorted(Message.objects.values_list("pk", flat=True))
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.django_db(transaction=True)
def test_act_that_is_undone_sends_nothing(monkeypatch):
    from portal.notifications.outbox import post_text

    woken = []
    monkeypatch.setattr(tasks, "wake", lambda: woken.append(1))

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post_text("tests.message", event_key="k", to="a@preau.example", subject="s", body="b")
        raise ZeroDivisionError

    assert (Message.objects.count(), woken) == (0, [])
