from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from exports.issue import issue_document
from portal.notifications import registry
from portal.notifications.models import Message
from portal.roles import SCHOOL_ROLES, Role
from scoring.actions.assessment import declare_interest
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.notifications import MessageFactory
from tests.reading import links_of, texts_of, tree_of, words_of

pytestmark = pytest.mark.django_db
READERS = {Role.CALL_MANAGER, Role.ADMIN, Role.AUDITOR}
SECRET = "Le texte que seul son destinataire lit."


def holder(role):
    return person(role, at=EstablishmentFactory() if role in SCHOOL_ROLES else None)


@pytest.mark.parametrize("role", [*Role, None])
def test_who_sees_the_outbox(client, role):
    message = MessageFactory(body=SECRET)
    client.force_login(holder(role))

    listed, detail = client.get("/courriels/"), client.get(f"/courriels/{message.pk}/")

    expected = (200, 200) if role in READERS else (403, 404)
    assert (listed.status_code, detail.status_code) == expected
    assert (message.to_email in listed.content.decode()) is (role in READERS)
    assert SECRET not in listed.content.decode() + detail.content.decode()


@pytest.mark.parametrize(("role", "reads"), [(Role.ADMIN, True), (Role.CALL_MANAGER, True), (Role.AUDITOR, False)])
def test_in_a_demonstration_staff_read_the_texts(client, settings, role, reads):
    settings.DEMO = True
    message = MessageFactory(body=SECRET)
    client.force_login(person(role))

    assert (SECRET in client.get(f"/courriels/{message.pk}/").content.decode()) is reads


def test_personal_link_is_read_by_nobody(client, settings, monkeypatch):
    settings.DEMO = True
    admin = person(Role.ADMIN)
    message = MessageFactory(body=SECRET, recipient=admin)
    client.force_login(admin)
    assert SECRET in client.get(f"/courriels/{message.pk}/").content.decode()
    monkeypatch.setattr(registry._notifications["tests.message"], "confidential", True)

    assert SECRET not in client.get(f"/courriels/{message.pk}/").content.decode()


def test_person_reads_their_own_messages_and_no_other(client):
    me, somebody = person(), person()
    mine, other = MessageFactory(recipient=me, body=SECRET), MessageFactory(recipient=somebody, subject="Pour quelqu’un d’autre")
    client.force_login(me)

    listed = client.get("/courriels/mes-messages/").content.decode()

    assert (mine.subject in listed, other.subject in listed) == (True, False)
    assert SECRET in client.get(f"/courriels/{mine.pk}/").content.decode()
    assert client.get(f"/courriels/{other.pk}/").status_code == 404


def test_a_message_closes_with_what_it_is_about(client):
    """The head who leaves a lycée reads no more what was written about its file; the juror, about the file that was declared."""
    head, other = ApplicationFactory(submitted=True), ApplicationFactory(submitted=True)
    me = person(Role.HEAD, at=head.establishment)
    about = ContentType.objects.get_for_model(head)
    kept, closed = (
        MessageFactory(recipient=me, subject=f"Le dossier {file.reference}", body=SECRET, about_type=about, about_id=str(file.pk))
        for file in (head, other)
    )
    client.force_login(me)

    listed = client.get("/courriels/mes-messages/").content.decode()

    assert (kept.subject in listed, closed.subject in listed) == (True, False)
    assert [client.get(f"/courriels/{message.pk}/").status_code for message in (kept, closed)] == [200, 404]


def test_a_juror_reads_no_message_about_a_file_in_conflict(client):
    call = jury_call()
    me = juror(call)
    assessment = reading(admissible_file(call), me, 4, 4)
    about = {"about_type": ContentType.objects.get_for_model(assessment), "about_id": str(assessment.pk)}
    message = MessageFactory(recipient=me, body=SECRET, **about)
    client.force_login(me)
    before = client.get(f"/courriels/{message.pk}/").status_code
    declare_interest(application=assessment.application, actor=me, reason="Famille.")

    assert (before, client.get(f"/courriels/{message.pk}/").status_code) == (200, 404)


def test_typed_text_is_escaped_and_makes_no_link(client):
    me = person()
    message = MessageFactory(recipient=me, subject="<b>Objet</b>", body="<img src=x> https://evil.example/\nsuite")
    client.force_login(me)

    page = client.get(f"/courriels/{message.pk}/")

    assert "<img src=x> https://evil.example/suite" in texts_of(page, ":has(> br)")
    assert [address for _, address in links_of(page) if "evil" in address] == []
    assert "<b>Objet</b>" in words_of(tree_of(page))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"sent", "failed", "late", "new"}),
        ("?state=failed", {"failed"}),
        ("?state=en-difficulte", {"failed", "late"}),
        ("?state=pending", {"late", "new"}),
        ("?q=FAILED@", {"failed"}),
        ("?q=déposé+failed", {"failed"}),
        ("?q=failed+late", set()),
        ("?state=nonsense", {"sent", "failed", "late", "new"}),
    ],
)
def test_list_is_filtered(client, query, found):
    for name, state, attempts in [("sent", "sent", 1), ("failed", "failed", 1), ("late", "pending", 2), ("new", "pending", 0)]:
        MessageFactory(to_email=f"{name}@preau.example", state=state, attempts=attempts)
    client.force_login(person(Role.AUDITOR))

    page = client.get(f"/courriels/{query}")

    assert {m.to_email.split("@")[0] for m in page.context["page_obj"]} == found


@pytest.mark.parametrize("role", [*Role, None])
def test_who_sends_again(client, role):
    message = MessageFactory(state=Message.State.FAILED)
    client.force_login(holder(role))

    answers = {client.post(f"/courriels/{message.pk}/relancer/").status_code, client.post("/courriels/relancer/").status_code}

    message.refresh_from_db()
    allowed = role in {Role.ADMIN, Role.CALL_MANAGER}
    assert answers == ({302} if allowed else {403})
    assert (message.state == Message.State.FAILED) is not allowed


def test_sending_again_takes_a_post(client):
    message = MessageFactory(state=Message.State.FAILED)
    client.force_login(person(Role.ADMIN))

    assert client.get(f"/courriels/{message.pk}/relancer/").status_code == 405
    assert client.get("/courriels/relancer/").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_whatever_its_length(client, django_assert_max_num_queries, count):
    MessageFactory.create_batch(count)
    client.force_login(person(Role.ADMIN))
    client.get("/courriels/")

    with django_assert_max_num_queries(8):
        page = client.get("/courriels/")

    assert len(page.context["page_obj"]) == count


@pytest.mark.parametrize(
    ("query", "found"),
    [("", ["Accusé", "Relance", "Lien"]), ("?lecture=non-lus", ["Relance", "Lien"]), ("?q=AAP-0002", ["Relance"]), ("?q=secret", [])],
)
def test_own_messages_are_found_by_file_and_by_what_is_not_read(client, monkeypatch, query, found):
    monkeypatch.setitem(registry._notifications, "tests.link", type("Link", (registry.EmailNotification,), {"confidential": True})())
    me, past = person(), timezone.now()
    MessageFactory(recipient=me, subject="Lien", body="secret", code="tests.link")
    MessageFactory(recipient=me, subject="Relance", body="Le dossier AAP-0002.", state="portal")
    MessageFactory(recipient=me, subject="Accusé", body="Le dossier AAP-0001.", read_at=past, state="sent", sent_at=past)
    MessageFactory(recipient=me, subject="Pas encore", not_before=past + timedelta(minutes=10))
    client.force_login(me)

    page = client.get(f"/courriels/mes-messages/{query}")

    assert [message.subject for message in page.context["page_obj"]] == found
    assert page.context["unread"] == 2


def test_a_message_is_read_once_its_page_is_shown_and_put_back(client):
    me = person()
    one, other = MessageFactory(recipient=me), MessageFactory(recipient=me)
    theirs = MessageFactory(recipient=person())
    client.force_login(person(Role.ADMIN))
    client.get(f"/courriels/{one.pk}/")  # whoever watches the messages reads for nobody else
    client.force_login(me)

    unread = lambda: set(Message.objects.filter(read_at=None).values_list("pk", flat=True))  # noqa: E731 -- asked four times
    before = unread()
    client.get(f"/courriels/{one.pk}/")
    assert unread() == before
    shown = client.post(f"/courriels/{one.pk}/lecture/", {"lu": "1"}, headers={"HX-Request": "true"})
    opened = unread()
    client.post(f"/courriels/{one.pk}/lecture/", {"lu": "0"})
    put_back = unread()
    client.post("/courriels/mes-messages/lus/")

    assert (before, opened, put_back, unread()) == ({one.pk, other.pk, theirs.pk}, {other.pk, theirs.pk}, before, {theirs.pk})
    assert client.post(f"/courriels/{theirs.pk}/lecture/", {"lu": "1"}).status_code == 404
    assert shown.content.decode() == '<p class="pr-meta" id="lecture">Lu.</p>'


def test_files_sent_with_a_message_are_linked_for_who_may_open_them_today(client):
    """The receipt that left with it, and not the one of the version that took its place; nothing for who left the lycée."""
    file = admissible_file(jury_call())
    me, message = person(Role.MEMBER, at=file.establishment), None
    document = issue_document("receipt", file)
    about = {"about_type": ContentType.objects.get_for_model(file), "about_id": str(file.pk)}
    message = MessageFactory(code="application_received", recipient=me, state="sent", sent_at=timezone.now(), **about)
    early = MessageFactory(code="application_received", recipient=me, state="sent", sent_at=file.created_at - timedelta(days=1), **about)
    client.force_login(me)

    link = (document.title, document.file.get_absolute_url())
    assert link in [(text, url) for text, url in links_of(client.get(f"/courriels/{message.pk}/"))]
    assert link not in links_of(client.get(f"/courriels/{early.pk}/"))
    assert client.get(link[1]).status_code == 200
    me.role_grants.update(ended_at=timezone.now())
    assert client.get(f"/courriels/{message.pk}/").status_code == 404


@pytest.mark.parametrize("number", [1, 12])
def test_own_messages_take_the_same_queries_whatever_their_number(client, django_assert_max_num_queries, number):
    me = person()
    MessageFactory.create_batch(number, recipient=me)
    client.force_login(me)
    client.get("/courriels/mes-messages/")

    with django_assert_max_num_queries(9):
        assert len(client.get("/courriels/mes-messages/").context["page_obj"]) == number
