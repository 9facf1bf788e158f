"""The digest: one mail a person, on the mornings of working days, whatever stops, is run twice, or has been dealt with meanwhile."""

import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.db import connections

from calls.models import Application
from portal.notifications import digest, preferences
from portal.notifications.digest import send_digests
from portal.notifications.models import Message
from portal.notifications.tasks import send_pending
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions.assessment import declare_interest
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.notifications import MessageFactory
from tests.factories.threads import talk

pytestmark = pytest.mark.django_db
State = Message.State
PARIS = ZoneInfo("Europe/Paris")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A French instant of November 2037, after whatever the test has made: Friday is the 20th, Monday the 23rd."""
    return datetime(2037, month, day, hour, minute, tzinfo=PARIS)


def held(user, when: datetime, code: str = "declared_admissible", about=None, **fields) -> Message:
    if about is not None:
        fields |= {"about_type": ContentType.objects.get_for_model(about), "about_id": str(about.pk)}
    fields = {"to_email": user.email, "created_at": when, "not_before": when} | fields
    return MessageFactory(code=code, recipient=user, state=State.HELD, **fields)


def run(moment: datetime) -> int:
    """How many digests are written at that moment; they leave at once."""
    with time_machine.travel(moment, tick=False):
        written = send_digests()
        send_pending()
    return written


def test_one_mail_on_the_morning_of_a_working_day_with_what_awaits_first():
    me = person()
    news = held(me, at(19, 15), subject="Dossier A : recevable")
    awaited = held(me, at(19, 18), "partner_asked", subject="Un lycée vous demande")
    late = held(me, at(20, 8), subject="Après l’heure")

    assert [run(at(20, 6, 55)), run(at(20, 9)), run(at(20, 9, 5))] == [0, 1, 0]

    (sent,) = mail.outbox
    assert sent.to == [me.email] and sent.subject == "Préau : votre résumé du 20 novembre 2037, 2 messages"
    text = sent.body.replace("\n", " ")
    assert text.index("Ce qui m’attend") < text.index(awaited.subject) < text.index("Nouvelles des dossiers") < text.index(news.subject)
    assert late.subject not in text and f"/courriels/{news.pk}/" in text
    row = Message.objects.get(code="daily_digest")
    assert [(m.state, m.digest_id) for m in (news, awaited, late) if m.refresh_from_db() is None] == [
        (State.DIGESTED, row.pk),
        (State.DIGESTED, row.pk),
        (State.HELD, None),
    ]


@pytest.mark.parametrize(
    ("written", "tried", "sent"),
    [
        (at(20, 18), [at(21, 9), at(22, 9), at(23, 6), at(23, 7)], [0, 0, 0, 1]),  # the end of a week
        (at(10, 18), [at(11, 9), at(12, 15), at(12, 16)], [0, 1, 0]),  # 11 November; the worker was down in the morning
        (at(24, 18, month=10), [at(25, 7, month=10), at(26, 7, month=10)], [0, 1]),  # the hour that comes twice
        (at(28, 23, month=12), [at(29, 7, month=12), at(30, 7, month=12)], [1, 0]),
    ],
)
def test_days_off_and_missed_mornings_are_made_up_for_once(written, tried, sent):
    held(person(), written)

    assert [run(moment) for moment in tried] == sent
    assert Message.objects.filter(code="daily_digest").count() == sum(sent)


def test_a_digest_that_dies_half_way_is_made_whole_at_the_next_call(monkeypatch):
    """Killed after its mail is written and before its messages are marked: nothing of it is kept, nothing is lost."""
    me = person()
    one = held(me, at(19, 15))

    def dies(*args, **kwargs):
        post(*args, **kwargs)
        raise SystemExit

    post = digest.outbox.post
    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(digest.outbox, "post", dies)
        run(at(20, 9))
    assert (Message.objects.filter(code="daily_digest").count(), Message.objects.get(pk=one.pk).state) == (0, State.HELD)

    assert (run(at(20, 9, 5)), run(at(20, 9, 10)), len(mail.outbox)) == (1, 0, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_write_one_digest_to_each_person():
    people = [person() for _ in range(6)]
    for user in people:
        for hour in (10, 11):
            held(user, at(19, hour))
    barrier, done = threading.Barrier(3), []

    def work():
        barrier.wait()
        done.append(send_digests())
        connections.close_all()

    with time_machine.travel(at(20, 9), tick=True):
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sum(done) == 6
    assert Message.objects.filter(code="daily_digest").count() == 6
    assert set(Message.objects.exclude(code="daily_digest").values_list("state", flat=True)) == {State.DIGESTED}


def test_what_was_dealt_with_is_said_to_be_and_alone_sends_nothing():
    application = ApplicationFactory(complete=True)
    head = person(Role.HEAD, at=application.establishment)
    perform(application, "request_approval", actor=head)
    first = held(head, at(19, 15), "visa_reminded", application, subject="Visa attendu")
    perform(Application.objects.get(), "approve", actor=head)
    send_pending()
    mail.outbox.clear()

    assert (run(at(20, 9)), mail.outbox, Message.objects.get(pk=first.pk).state) == (0, [], State.PORTAL)
    held(head, at(20, 15), "visa_reminded", application, subject="Visa attendu encore")
    held(head, at(20, 16), "approval_given", application, subject="Le visa est donné")
    assert run(at(23, 9)) == 1
    asked, settled = mail.outbox[0].body.split("Réglé, ou passé")
    assert ("Le visa est donné" in asked, "Visa attendu encore" in asked, "Visa attendu encore" in settled) == (True, False, True)


def test_a_turn_that_was_answered_is_settled():
    application = ApplicationFactory(submitted=True, complete=True)
    member, officer = person(Role.MEMBER, at=application.establishment), person(Role.OFFICER)
    preferences.choose(user=member, wanted={"threads": "digest"})
    thread = talk(application, officer, side="region")
    message = Message.objects.get(code="thread_for_lycee")
    before = digest._is_settled(message)
    talk(application, member)

    assert (message.state, before, digest._is_settled(message), thread.pk > 0) == (State.HELD, False, True, True)


def test_closed_accounts_and_files_that_are_hidden_since_are_told_nothing():
    call = jury_call()
    me = juror(call)
    assessment = reading(admissible_file(call), me, 4, 4)
    hidden = held(me, at(19, 15), "assessment_reopened", assessment, subject="À relire")
    declare_interest(application=assessment.application, actor=me, reason="Famille.")
    gone = person(is_active=False)
    kept = held(gone, at(19, 15))
    send_pending()
    mail.outbox.clear()

    assert (run(at(20, 9)), mail.outbox) == (0, [])
    assert [Message.objects.get(pk=one.pk).state for one in (hidden, kept)] == [State.PORTAL] * 2
    type(gone).objects.update(is_active=True)
    assert run(at(23, 9)) == 0
