"""A person is erased: their name is nowhere any more, what they did stays, the chain of the journal holds."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import timezone

from calls.models import Answer
from portal.accounts.actions import ActionRefused, close_account, reopen_account
from portal.accounts.erasure.erase import erase_person, pseudonym_of, veil_late_lines
from portal.accounts.models import User
from portal.journal.models import JournalEntry, Veiling
from portal.journal.recorder import record
from portal.journal.seal import seal_pending
from portal.journal.veil import VEIL
from portal.journal.verify import check_chain
from portal.notifications.models import Message
from portal.roles import Role
from portal.threads.actions import thread_at, write
from portal.threads.enums import Audience, ThreadSide
from portal.threads.models import Post
from tests.factories.accounts import person
from tests.factories.calls import AnswerFactory, ApplicationFactory

NAME, EMAIL = "Ginette Épars", "ginette.epars@lycee.example"


def leaves(user) -> None:
    """Ends every role, closes the account."""
    user.role_grants.update(ended_at=timezone.now())
    close_account(user=User.objects.get(pk=user.pk), reason=f"Départ de {NAME}", actor=person(Role.ADMIN))


@pytest.fixture
def ginette(db):
    """Somebody who wrote, was written to, and whom others named."""
    application = ApplicationFactory()
    user = person(Role.MEMBER, at=application.establishment, first_name="Ginette", last_name="Épars", email=EMAIL)
    user.emailaddress_set.create(email=EMAIL, verified=True, primary=True)
    AnswerFactory(application=application, question_key="resume", value="Son texte", updated_by=user)
    write(thread=thread_at(application, "", Audience.SHARED), text="Bonjour.", actor=user, side=ThreadSide.LYCEE)
    record(
        application, "attach_file", actor=user, reason=f"Vu avec {NAME}", data={"file": "a.pdf", "people": [{"label": f"{NAME} ({EMAIL})"}]}
    )
    colleague = person(Role.MEMBER, at=application.establishment)
    for to, state in ((user, "sent"), (user, "pending"), (colleague, "sent")):
        Message.objects.create(
            code="x", event_key=f"{to.pk}{state}", recipient=to, to_email=to.email, subject=f"De {NAME}", body=f"{NAME}, {EMAIL}", state=state,
            message_id=f"<{to.pk}{state}>",
        )  # fmt: skip
    return user


def erased(user, reason="À sa demande") -> User:
    return erase_person(user=user, reason=reason, actor=person(Role.ADMIN))


def everything_told() -> str:
    lines = JournalEntry.objects.values_list("actor_label", "subject_label", "reason", "data", "search_text")
    people = User.objects.values_list("first_name", "last_name", "email", "job_title", "search_text")
    messages = Message.objects.values_list("to_email", "subject", "body")
    return f"{list(lines)} {list(people)} {list(messages)} {list(Post.objects.values_list('author_label'))}"


def test_the_name_is_nowhere_and_the_work_stays(ginette):
    leaves(ginette)
    seal_pending()
    before = list(JournalEntry.objects.order_by("pk").values_list("sequence", "hash", "previous_hash", "at", "action", "actor"))

    erased(ginette, reason=f"À la demande de {NAME}")
    seal_pending()

    told = everything_told()
    assert [word for word in ("Ginette", "ginette", "pars") if word in told] == []
    user = User.objects.get(pk=ginette.pk)
    assert (str(user), user.email.endswith("@efface.invalid"), user.has_usable_password()) == (pseudonym_of(user), True, False)
    assert (user.emailaddress_set.count(), Message.objects.count()) == (0, 2)
    assert Answer.objects.get(updated_by=user).value == "Son texte"
    assert Post.objects.get(author=user).author_label == pseudonym_of(user)
    assert (
        list(JournalEntry.objects.order_by("pk").values_list("sequence", "hash", "previous_hash", "at", "action", "actor"))[: len(before)]
        == before
    )
    report = check_chain()
    assert (report.problem, report.entries, JournalEntry.objects.filter(action=VEIL).count()) == (None, len(before) + 1, 1)


def test_a_veiled_line_altered_afterwards_is_found(ginette):
    leaves(ginette)
    seal_pending()
    erased(ginette)
    seal_pending()
    line = JournalEntry.objects.filter(actor=ginette).order_by("pk").first()

    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        JournalEntry.objects.filter(pk=line.pk).update(reason="Un autre motif")
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        Veiling.objects.create()
        JournalEntry.objects.filter(pk=line.pk).update(action="autre")
    mark = Veiling.objects.create()
    JournalEntry.objects.filter(pk=line.pk).update(reason="Un autre motif")
    mark.delete()

    assert (check_chain().problem.kind, check_chain().problem.sequence) == ("altered", line.sequence)


def test_what_only_they_can_end_stands_in_the_way_with_its_name(ginette):
    with pytest.raises(ActionRefused, match="Fermez d’abord son compte"):
        erased(ginette)
    close_account(user=ginette, reason="Départ", actor=person(Role.ADMIN))
    officer = person(Role.OFFICER)
    followed = ApplicationFactory(submitted=True, officer=officer)
    officer.role_grants.update(ended_at=timezone.now())
    close_account(user=officer, reason="Départ", actor=person(Role.ADMIN))

    with pytest.raises(ActionRefused, match="le rôle « Membre"):
        erased(ginette)
    with pytest.raises(ActionRefused, match=f"le suivi du dossier {followed.reference}, à confier"):
        erased(officer)

    assert NAME in everything_told()


def test_administration_alone_erases_by_the_page_and_nothing_brings_back(client, ginette):
    leaves(ginette)
    page = reverse("accounts:change_account", args=[ginette.pk, "effacer"])
    for someone in (person(Role.CALL_MANAGER), person(Role.AUDITOR), person(Role.HEAD, at=ApplicationFactory().establishment)):
        client.force_login(someone)
        assert client.post(page, {"reason": "Pour voir"}).status_code in (403, 404)
    admin = person(Role.ADMIN)
    client.force_login(admin)
    assert "Effacer l’identité" in client.get(ginette.get_absolute_url()).content.decode()
    assert "Cela ne se reprend pas." in client.get(page).content.decode()

    done = client.post(page, {"reason": "À sa demande"}, follow=True).content.decode()
    again = client.post(page, {"reason": "À sa demande"})

    assert "L’identité est effacée." in done and "Rouvrir le compte" not in done and NAME not in done
    assert (again.status_code, "déjà effacée" in again.content.decode()) == (409, True)
    with pytest.raises(ActionRefused, match="ne se rouvre plus"):
        reopen_account(user=ginette, reason="Erreur", actor=admin)


def test_two_people_of_one_line_are_erased_one_after_the_other(ginette):
    other = person(first_name="Paul", last_name="Second", email="paul@second.example")
    record(ginette, "give_role", actor=other, reason="Bienvenue")
    leaves(ginette)
    leaves(other)
    seal_pending()
    for user in (ginette, other):
        erased(user)
        seal_pending()
        assert check_chain().problem is None

    assert "Second" not in everything_told() and NAME not in everything_told()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("writer_first", [True, False])
def test_erasing_and_writing_at_the_same_moment_have_one_outcome(ginette, writer_first):
    """The line that they were writing is kept, under the pseudonym, whoever comes first."""
    leaves(ginette)
    seal_pending()
    admin, subject = person(Role.ADMIN), ApplicationFactory()
    begun, go_on = threading.Event(), threading.Event()

    def write_line():
        try:
            with transaction.atomic():
                if not writer_first:
                    assert go_on.wait(20)
                record(subject, "attach_file", actor=ginette, data={"file": "b.pdf"})
                begun.set()
                if writer_first:
                    go_on.wait(2)
        finally:
            connection.close()

    def erase():
        try:
            if writer_first:
                assert begun.wait(20)
            with transaction.atomic():
                erase_person(user=ginette, reason="À sa demande", actor=admin)
                go_on.set()
                if not writer_first:
                    begun.wait(1)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for work in [pool.submit(write_line), pool.submit(erase)]:
            work.result(60)
    veil_late_lines()
    seal_pending()

    assert [word for word in ("Ginette", "ginette", "pars") if word in everything_told()] == []
    assert JournalEntry.objects.get(data__file="b.pdf").actor_label == pseudonym_of(ginette)
    assert check_chain().problem is None
