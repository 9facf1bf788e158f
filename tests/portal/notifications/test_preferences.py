"""When each person wants their messages: the page, what leaves, what waits, what never waits, the link that stops."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from calls.models import Application, CompletionRequest
from portal.journal.models import JournalEntry
from portal.notifications import outbox, preferences, registry
from portal.notifications.families import MAY_BE_SILENT, Always, Family
from portal.notifications.models import DeliveryChoice, Message
from portal.notifications.tasks import send_pending
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.notifications import MessageFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
PAGE = "/courriels/preferences/"
State = Message.State
ALL_NOW = {family.value: "now" for family in Family}


def states(code: str) -> dict[str, str]:
    return dict(Message.objects.filter(code=code).values_list("to_email", "state"))


def wants(user, **chosen: str) -> None:
    preferences.choose(user=user, wanted={Family[name.upper()].value: delivery for name, delivery in chosen.items()})


def test_every_message_is_of_one_family_or_says_why_it_always_leaves_at_once():
    """Save those of subscribers, who have no account and stop them by a link of their own."""
    known = [code for code in registry.codes() if not code.startswith("tests.") and code not in registry.unlisted_codes()]

    assert len(known) > 100
    assert {code for code in known if (registry.family_of(code) is None) == (registry.always_of(code) is None)} == set()
    assert {registry.family_of(code) for code in known} == {*Family, None}


def test_a_file_is_told_to_each_as_each_chose():
    application = ApplicationFactory(submitted=True, complete=True)
    digest, silent, now = (person(Role.MEMBER, at=application.establishment) for _ in range(3))
    wants(digest, files="digest")
    wants(silent, files="portal")

    perform(application, "declare_admissible", actor=person(Role.OFFICER))
    send_pending()

    assert states("declared_admissible") == {digest.email: State.HELD, silent.email: State.PORTAL, now.email: State.SENT}
    assert [sent.to for sent in mail.outbox if "recevable" in sent.subject] == [[now.email]]
    body = Message.objects.get(code="declared_admissible", recipient=now).body
    assert "Vous le recevez avec les messages « Nouvelles des dossiers »." in body and f"{PAGE}\n" in body + "\n"


@pytest.mark.parametrize(("days", "state"), [(2, State.PENDING), (30, State.HELD)])
def test_complements_due_soon_wait_for_no_digest(days, state):
    application = ApplicationFactory(submitted=True, complete=True)
    member, officer = person(Role.MEMBER, at=application.establishment), person(Role.OFFICER)
    wants(member, awaited="digest")
    due_on = timezone.localdate() + timedelta(days=days)
    request = CompletionRequest(application=application, fields=["resume"], message="x", due_on=due_on, opened_by=officer)

    perform(application, "request_completion", actor=officer, request=request)

    assert states("completion_requested") == {member.email: state}


def test_the_receipt_leaves_at_once_whatever_was_chosen():
    application = ApplicationFactory(complete=True)
    head = person(Role.HEAD, at=application.establishment)
    wants(head, **{family.name.lower(): "portal" if family in MAY_BE_SILENT else "digest" for family in Family})
    perform(application, "request_approval", actor=head)
    perform(Application.objects.get(), "approve", actor=head)

    perform(Application.objects.get(), "submit", actor=head, received_at=timezone.now())

    assert states("application_received")[head.email] == State.PENDING
    assert Always.PROOF.label in Message.objects.get(code="application_received", recipient=head).body
    assert "celle d’un établissement" in Message.objects.get(code="application_received", recipient=None).body


def test_the_page_says_the_default_saves_and_goes_back(client):
    me = person(Role.MEMBER, at=ApplicationFactory().establishment)
    held = MessageFactory(code="declared_admissible", recipient=me, state=State.HELD)
    client.force_login(me)

    first = client.get(PAGE)
    assert first.context["form"].initial == ALL_NOW
    saved = client.post(PAGE, ALL_NOW | {"files": "digest", "team": "portal"}, follow=True)
    assert preferences.chosen_by(me) == ALL_NOW | {"files": "digest", "team": "portal"}
    assert saved.context["before"] == ALL_NOW and "Revenir à mes choix d’avant" in saved.content.decode()
    back = client.post(PAGE, saved.context["before"], follow=True)

    held.refresh_from_db()
    assert preferences.chosen_by(me) == ALL_NOW
    assert held.state == State.PENDING and "qui attendait le résumé part maintenant" in words_of(tree_of(back))
    lines = JournalEntry.objects.filter(action=preferences.ACT)
    assert [line.data["families"]["Nouvelles des dossiers"]["after"] for line in lines.order_by("pk")] == [
        "Dans le résumé du jour",
        "Tout de suite",
    ]
    assert client.post(PAGE, ALL_NOW, follow=True).context["before"] is None  # nothing changed: nothing to go back to


@pytest.mark.parametrize("wrong", [{"awaited": "portal"}, {"files": "jamais"}, {"files": ""}])
def test_what_cannot_be_chosen_is_refused_and_kept_on_the_page(client, wrong):
    me = person()
    client.force_login(me)

    answer = client.post(PAGE, ALL_NOW | {"team": "digest"} | wrong)

    assert answer.status_code == 422
    assert (DeliveryChoice.objects.count(), answer.context["form"]["team"].value()) == (0, "digest")


def test_nobody_silences_what_somebody_else_waits_for():
    with pytest.raises(ValueError, match="waits"):
        wants(person(), threads="portal")


def link_of(sent) -> str:
    return sent.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")


def test_news_are_stopped_by_the_button_of_a_mail_reader(client):
    """RFC 8058: one POST, without session nor token of forms. Reading the link changes nothing; what awaits an answer has no such link."""
    me = person()
    MessageFactory(code="declared_admissible", recipient=me, to_email=me.email)
    MessageFactory(code="approval_requested", recipient=me, to_email=me.email)
    send_pending()
    news, awaited = mail.outbox
    link = link_of(news)

    read = client.get(link)
    before = preferences.chosen_by(me)["files"]
    stopped = client.post(link, {"List-Unsubscribe": "One-Click"})

    assert news.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in awaited.extra_headers
    assert (read.status_code, before, stopped.status_code, preferences.chosen_by(me)["files"]) == (200, "now", 200, "portal")
    assert me.email not in stopped.content.decode() and str(me) not in stopped.content.decode()
    assert client.get(f"{link[:-4]}xyz/").status_code == 404
    type(me).objects.filter(pk=me.pk).update(is_active=False)
    assert client.post(link).status_code == 404


def test_the_digest_is_stopped_for_all_that_may_be_silent(client):
    me = person()
    wants(me, awaited="digest", files="digest", team="digest")
    MessageFactory(code="daily_digest", recipient=me, to_email=me.email)
    send_pending()

    client.post(link_of(mail.outbox[0]))

    assert preferences.chosen_by(me) == ALL_NOW | {"awaited": "digest", "files": "portal", "team": "portal"}


def test_choosing_costs_no_query_where_nothing_is_chosen(django_assert_max_num_queries):
    """A message that always leaves at once does not ask what was chosen."""
    me = person()
    with django_assert_max_num_queries(6):
        me.told_by = 1
        outbox.post("second_factor_removed", about=me)


def test_a_choice_that_is_always_made_is_not_said_to_be_compulsory(client):
    client.force_login(person(Role.OFFICER))
    assert "(obligatoire)" not in client.get(PAGE).text
