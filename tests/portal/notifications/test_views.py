import pytest
from django.contrib.contenttypes.models import ContentType

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
