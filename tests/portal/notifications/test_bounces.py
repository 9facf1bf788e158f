"""What comes back: reports of servers, refusals as the mail leaves, addresses that answer no more and the way back from there."""

import mailbox

import pytest
from django.core import mail

from portal.journal.models import JournalEntry
from portal.notifications import outbox, unreachable
from portal.notifications.bounces import read_report
from portal.notifications.models import BounceReport, Message, UnreachableAddress
from portal.notifications.tasks import send_pending
from portal.notifications.todo import todo_for
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.notifications import MessageFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
State = Message.State
SECRET = "Le texte qui était dans le message"


def report(message_id: str, to: str, *, action="failed", status="5.1.1", kind="delivery-status", returned="text/rfc822-headers") -> bytes:
    """A report of delivery as Postfix writes it (RFC 3464)."""
    return f"""From: MAILER-DAEMON@mx.example
To: retours@preau.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: text/plain

{SECRET}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Original-Recipient: rfc822;{to}
Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{to}>: user unknown
 in virtual mailbox table

--b
Content-Type: {returned}

Message-ID: {message_id}
Subject: Votre dossier

--b--
""".replace("\n", "\r\n").encode()


@pytest.fixture
def folder(settings, tmp_path):
    settings.BOUNCE_MAILDIR = str(tmp_path / "retours")
    return mailbox.Maildir(settings.BOUNCE_MAILDIR)


@pytest.fixture
def sent():
    me = person(email="parti@lycee.example")
    return MessageFactory(recipient=me, to_email=me.email, state=State.SENT)


def states() -> set[str]:
    return set(Message.objects.values_list("state", flat=True))


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_refusal_for_good_marks_the_message_and_the_address_once(folder, sent, returned):
    for _ in range(2):
        folder.add(report(sent.message_id, sent.to_email, returned=returned))

    assert (unreachable.read_bounces(), unreachable.read_bounces(), len(folder)) == (2, 0, 0)

    sent.refresh_from_db()
    address = UnreachableAddress.objects.get()
    assert (sent.state, sent.last_error[:5], address.email, address.status) == (State.BOUNCED, "550 5", sent.to_email, "5.1.1")
    assert address.words == "550 5.1.1 <parti@lycee.example>: user unknown in virtual mailbox table"
    line = JournalEntry.objects.get(action=unreachable.MARKED)
    assert (line.subject_id, BounceReport.objects.filter(is_believed=True).count()) == (str(sent.recipient.pk), 1)
    assert SECRET not in str([*BounceReport.objects.values(), *UnreachableAddress.objects.values(), line.data])


@pytest.mark.parametrize(
    ("changes", "state", "marked"),
    [
        ({"action": "delayed", "status": "4.4.1"}, State.SENT, False),  # still on its way
        ({"status": "4.4.7"}, State.BOUNCED, False),  # given up, and the address lives
        ({"status": "5.2.2"}, State.BOUNCED, False),  # mailbox full
        ({"status": "5.7.1"}, State.BOUNCED, False),  # refused for what it says
        ({"status": "5.4.4"}, State.BOUNCED, True),  # no such domain
        ({"to": "ailleurs@perso.example"}, State.BOUNCED, False),  # where its reader forwards it
        ({"kind": "disposition-notification"}, State.SENT, False),
        ({"status": "jamais"}, State.SENT, False),
        ({"message_id": "<0123456789abcdef@preau.example>"}, State.SENT, False),  # forged, or of another portal
        ({"message_id": ""}, State.SENT, False),
    ],
)
def test_what_a_report_does(folder, sent, changes, state, marked):
    folder.add(report(**{"message_id": sent.message_id, "to": sent.to_email} | changes))

    unreachable.read_bounces()

    sent.refresh_from_db()
    assert (sent.state, UnreachableAddress.objects.exists()) == (state, marked)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00" * 50,
        b"From: absent@lycee.example\r\nAuto-Submitted: auto-replied\r\nSubject: Absente\r\n\r\nJe rentre lundi.",
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nx',
        b"Content-Type: multipart/report; report-type*=utf-8''%ff; boundary=\"\r\n\r\n--",
        b"x" * 3_000_000,
    ],
)
def test_what_is_no_report_is_put_aside_and_counted_in_the_journal(folder, sent, raw):
    """Out of office, spam, broken or endless: nothing changes, and the journal says how many were put aside, once."""
    assert read_report(raw) is None
    for number in range(3):
        folder.add(raw + b" " * number)

    assert (unreachable.read_bounces(), len(folder)) == (0, 0)

    sent.refresh_from_db()
    assert (sent.state, UnreachableAddress.objects.count()) == (State.SENT, 0)
    assert [line.data for line in JournalEntry.objects.filter(action=unreachable.IGNORED)] == [{"count": 3}]


def test_nobody_can_name_a_message_without_the_key_of_the_portal(settings):
    before = outbox.message_id("approval_requested:calls.application:12", "a@b.example")
    settings.SECRET_KEY = "another"

    assert outbox.message_id("approval_requested:calls.application:12", "a@b.example") != before


@pytest.mark.parametrize(
    ("answer", "marked"), [("550 5.1.1 no such user", True), ("550 no such user", True), ("550 5.7.1 blocked by policy", False)]
)
def test_an_address_refused_as_the_mail_leaves_is_marked_and_written_to_no_longer(smtp, answer, marked):
    refused, waiting = MessageFactory(to_email="parti@lycee.example"), MessageFactory(to_email="parti@lycee.example")
    smtp.replies["parti@lycee.example"] = answer

    send_pending()

    assert UnreachableAddress.objects.exists() is marked
    waiting.refresh_from_db()
    assert waiting.state == (State.UNREACHED if marked else State.FAILED)
    assert Message.objects.get(pk=refused.pk).state == State.FAILED


def test_what_is_written_to_a_lost_address_is_read_in_the_portal_then_leaves_when_it_is_tried_again(client):
    application = ApplicationFactory(submitted=True, complete=True)
    member, admin = person(Role.MEMBER, at=application.establishment), person(Role.ADMIN)
    address = UnreachableAddress.objects.create(email=member.email, words="5.1.1 user unknown")
    perform(application, "declare_admissible", actor=person(Role.OFFICER))
    send_pending()
    message = Message.objects.get(code="declared_admissible", recipient=member)

    assert (message.state, [one.to for one in mail.outbox]) == (State.UNREACHED, [])
    assert "Votre adresse ne répond plus" in [item.title for item in todo_for(member)]
    assert "1\u00a0adresse ne répond plus" in [item.title for item in todo_for(admin)]
    client.force_login(admin)
    pages = [
        words_of(tree_of(client.get(url))) for url in (f"/compte/personnes/{member.pk}/", "/courriels/", "/compte/personnes/?etat=suivre")
    ]
    assert ["ne répond plus" in page for page in pages] == [True] * 3
    client.force_login(member)
    assert application.reference in words_of(tree_of(client.get("/courriels/mes-messages/")))

    client.post(f"/courriels/adresses/{address.pk}/reessayer/", follow=True)
    send_pending()

    assert (UnreachableAddress.objects.count(), [one.to for one in mail.outbox]) == (0, [[member.email]])
    assert JournalEntry.objects.get(action=unreachable.RETRIED).actor == member
    assert todo_for(member) == []


def test_nobody_else_tries_an_address_again(client):
    address = UnreachableAddress.objects.create(email="quelqu.un@lycee.example")
    for role in (Role.OFFICER, Role.JUROR, Role.AUDITOR, None):
        client.force_login(person(role))
        assert client.post(f"/courriels/adresses/{address.pk}/reessayer/").status_code == 403

    assert UnreachableAddress.objects.count() == 1


def test_a_personal_link_still_leaves_for_who_asks_for_it():
    UnreachableAddress.objects.create(email="parti@lycee.example")

    outbox.post_text("account_letter", event_key="k", to="parti@lycee.example", subject="s", body="b")
    send_pending()

    assert [one.to for one in mail.outbox] == [["parti@lycee.example"]]


def test_servers_answer_to_the_address_that_is_read_and_readers_see_the_usual_one(settings, smtp):
    settings.BOUNCE_ADDRESS = "retours@preau.example"
    MessageFactory()
    send_pending()

    assert smtp.senders == ["retours@preau.example"]
    (sender,) = [line for line in smtp.mails[0][1].split("\n") if line.startswith("From:")]
    assert sender.endswith("<ne-pas-repondre@preau.example>")
