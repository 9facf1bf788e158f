"""Who reads a thread, on files as they are filed, on drafts, on orders; what an internal one lets through: nothing."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.files.access import may_read
from portal.files.models import StoredFile
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.threads import actions
from portal.threads.enums import Audience, ThreadSide
from portal.threads.models import Post, Thread
from portal.threads.queries import threads_listed
from scoring.models import InterestDeclaration
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.cast import cast_around
from tests.factories.orders import PurchaseOrderFactory
from tests.factories.threads import talk
from tests.portal.files.samples import pdf

pytestmark = pytest.mark.django_db

SCHOOL = {"member", "head", "reader"}
WATCH = {"call_manager", "auditor", "admin"}
OFFICERS = {"officer", "own_officer"}
FOLLOWING = WATCH | {"finance", "orders", "technician", "own_technician"}


def readers(thread: Thread, cast: dict) -> set[str]:
    return {kind for kind, user in cast.items() if thread in Thread.objects.visible_to(user)}


@pytest.fixture
def filed():
    return ApplicationFactory(submitted=True)


def test_about_a_filed_file_each_side_reads_and_the_lycee_nothing_internal(filed):
    cast = cast_around(filed.call, filed.establishment)
    shared, inside = talk(filed, cast["member"]), talk(filed, cast["officer"], "Secret.", inside=True)

    assert readers(shared, cast) == SCHOOL | WATCH | OFFICERS
    assert readers(inside, cast) == WATCH | OFFICERS


def test_about_a_draft_the_staff_read_what_is_written_to_them_and_begin_nothing(client):
    draft = ApplicationFactory()
    cast = cast_around(draft.call, draft.establishment)
    thread = talk(draft, cast["member"], place="resume")

    assert readers(thread, cast) == SCHOOL | WATCH | OFFICERS
    client.force_login(person(Role.OFFICER))
    assert client.get(thread.get_absolute_url()).status_code == 200
    assert client.get(draft.get_absolute_url()).status_code == 404
    for address in ("", "interne/", "question/titre/"):
        assert client.get(f"/echanges/dossier/{draft.reference}/{address}").status_code == 404


def test_about_an_order_those_who_follow_it():
    order = PurchaseOrderFactory(sent=True)
    cast = cast_around(order.decision.application.call, order.establishment)
    shared, inside = talk(order, cast["member"]), talk(order, cast["orders"], inside=True)

    assert readers(shared, cast) == SCHOOL | FOLLOWING
    assert readers(inside, cast) == FOLLOWING
    assert {kind for kind, user in cast.items() if shared in Thread.objects.awaiting(user)} == {"orders"}


def test_an_order_not_sent_is_not_yet_of_the_lycee():
    order = PurchaseOrderFactory()
    thread = talk(order, person(Role.ORDERS), inside=True)

    assert not Thread.objects.visible_to(person(Role.HEAD, at=order.establishment)).filter(pk=thread.pk)


def test_staff_who_are_also_of_the_lycee_read_nothing_internal_about_it(filed):
    both = person(Role.OFFICER)
    both.role_grants.create(role=Role.MEMBER, establishment=filed.establishment)
    both = type(both).objects.get(pk=both.pk)
    shared, inside = talk(filed, both), talk(filed, person(Role.OFFICER), inside=True)

    assert set(Thread.objects.visible_to(both)) == {shared}
    assert inside not in Thread.objects.awaiting(both)


def test_a_declared_interest_hides_the_threads_of_the_file(filed):
    officer = person(Role.OFFICER)
    talk(filed, person(Role.MEMBER, at=filed.establishment))
    talk(filed, officer, inside=True)
    InterestDeclaration.objects.create(user=officer, application=filed, reason="Parent d’élève.")

    assert not Thread.objects.visible_to(officer) and not Thread.objects.awaiting(officer)


def test_nobody_from_whom_the_file_is_hidden_is_written_what_the_lycee_asks(filed):
    """One declares a link and follows the file, another is of the team of the lycée: the mail goes to who may answer."""
    linked, both, other = person(Role.OFFICER), person(Role.OFFICER), person(Role.OFFICER)
    both.role_grants.create(role=Role.MEMBER, establishment=filed.establishment)
    type(filed).objects.filter(pk=filed.pk).update(officer=linked)
    InterestDeclaration.objects.create(user=linked, application=filed, reason="Parent d’élève.")

    talk(filed, person(Role.MEMBER, at=filed.establishment))

    assert list(Message.objects.values_list("code", "recipient")) == [("thread_for_region", other.pk)]


def test_a_former_member_and_nobody_read_nothing(filed):
    member = person(Role.MEMBER, at=filed.establishment)
    talk(filed, member)
    member.role_grants.update(ended_at=timezone.now())
    former = type(member).objects.get(pk=member.pk)

    assert not Thread.objects.visible_to(former)
    assert not Thread.objects.visible_to(AnonymousUser())


def test_a_search_finds_only_what_one_may_read(filed):
    member, officer = person(Role.MEMBER, at=filed.establishment), person(Role.OFFICER)
    talk(filed, member, "Le serveur chauffe.")
    inside = talk(filed, officer, "Ce serveur est trop cher.", inside=True)

    assert [found.is_inside for found in threads_listed(member, {"q": "serveur"})] == [False]
    assert list(threads_listed(member, {"q": "cher"})) == []
    assert list(threads_listed(officer, {"q": "trop cher"})) == [inside]


def test_nothing_internal_reaches_the_lycee_by_page_list_mail_count_or_history(client, filed):
    head, officer, second = person(Role.HEAD, at=filed.establishment), person(Role.OFFICER), person(Role.OFFICER)
    inside = talk(filed, officer, "Ce lycée exagère.", inside=True)
    client.force_login(head)

    pages = [client.get(url) for url in ("/espace/", "/echanges/", filed.get_absolute_url(), "/courriels/mes-messages/")]
    assert [page.status_code for page in pages] == [200, 200, 200, 200]
    assert not any("exagère" in page.text or "interne" in page.text.lower() or inside.get_absolute_url() in page.text for page in pages)
    assert "Aucun échange pour l’instant" in pages[1].text
    assert set(Message.objects.values_list("recipient", flat=True)) == {second.pk}
    assert "exagère" not in str(list(JournalEntry.objects.values_list("subject_label", "reason", "data", "search_text")))
    for method, address in (
        ("get", inside.get_absolute_url()),
        ("post", inside.get_absolute_url()),
        ("post", f"{inside.get_absolute_url()}lu/"),
        ("get", f"{inside.get_absolute_url()}action/close_inside/"),
        ("post", f"{inside.get_absolute_url()}messages/{inside.posts.get().pk}/retirer/"),
        ("get", f"/echanges/dossier/{filed.reference}/interne/"),
        ("post", f"/echanges/dossier/{filed.reference}/interne/"),
    ):
        assert getattr(client, method)(address, {"text": "?"} if method == "post" else {}).status_code == 404, address


def test_attachments_are_read_with_the_thread_and_go_with_a_withdrawn_message(filed):
    member, officer, stranger = person(Role.MEMBER, at=filed.establishment), person(Role.OFFICER), person(Role.CHAIR)
    inside = actions.thread_at(filed, "", Audience.INSIDE)
    post = actions.write(
        thread=inside, text="Voir la pièce.", actor=officer, side=ThreadSide.REGION, files=[SimpleUploadedFile("note.pdf", pdf())]
    )
    stored = StoredFile.objects.get(purpose="thread")
    assert [may_read(user, stored) for user in (officer, member, stranger)] == [True, False, False]

    actions.withdraw(post=post, actor=officer)

    stored.refresh_from_db()
    assert stored.deleted_at is not None and not may_read(officer, stored)
    assert Post.objects.standing().count() == 0
