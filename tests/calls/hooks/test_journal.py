"""What a lycée writes in its file is its own until it is sent: the journal tells the staff the act, not the content."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from calls.actions.files import attach_file, remove_file
from calls.actions.instruction import open_completion_request
from calls.actions.needs import remove_line
from calls.actions.versions import freeze_version
from calls.enums import CallState, VersionReason
from calls.models import Application
from portal.accounts.models import User
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.portal.files.samples import pdf, upload
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
PAGE, JOURNAL = "/dossiers/L40-V2-0147/", "/journal/"
ADDED, REMOVED_NEED = "courrier-confidentiel.pdf", "Prise RJ45"
WITHHELD = "Lu par le lycée seul tant qu’il n’est pas envoyé à la Région."
READERS = (Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN)


@pytest.fixture
def filed() -> Application:
    call = CallFactory(state=CallState.INSTRUCTION, closed=True)
    application = ApplicationFactory(reference="L40-V2-0147", call=call, submitted=True, complete=True)
    freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=person(Role.HEAD, at=application.establishment))
    return fresh(application)


@pytest.fixture
def member(filed) -> User:
    return person(Role.MEMBER, at=filed.establishment)


@pytest.fixture
def officer(filed) -> User:
    return person(Role.OFFICER, authority=filed.establishment.authority)


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def ask(application: Application, officer: User) -> None:
    due_on = timezone.localdate() + timedelta(days=7)
    open_completion_request(
        application=fresh(application), fields=["besoins", "deliberation"], message="Précisez.", due_on=due_on, actor=officer
    )


def write(application: Application, member: User) -> None:
    question = application.questionnaire.schema.question("deliberation")
    attach_file(application=fresh(application), question=question, uploaded=upload(ADDED, pdf()), actor=member)
    need = application.lines.get(label=REMOVED_NEED)
    remove_line(application=fresh(application), line=need, seen_version=need.version, actor=member)


def read(page: HttpResponse) -> str:
    assert page.status_code == 200
    return words_of(tree_of(page)).replace("\xa0", " ")


def told_to(client: Client, user: User) -> str:
    """All that a reader of the journal may open about these lines, searches included."""
    client.force_login(user)
    entries = JournalEntry.objects.filter(action__in=["attach_file", "remove_file", "remove_need", "retire_file"])
    assert entries
    pages = [client.get(JOURNAL), *(client.get(entry.get_absolute_url()) for entry in entries)]
    return " ".join(read(page) for page in pages)


def found(client: Client, typed: str) -> list[str]:
    return [entry.action for entry, _, _ in client.get(JOURNAL, {"q": typed}).context["rows"]]


@pytest.mark.parametrize("role", READERS)
def test_what_is_typed_for_complements_is_not_read_in_the_journal_before_it_is_sent(client, filed, member, officer, role):
    reader = person(role)
    ask(filed, officer)
    write(filed, member)

    before = told_to(client, reader)

    assert ADDED not in before
    assert "priorité" not in before
    assert before.count(WITHHELD) == 2
    assert "remove_need" not in found(client, REMOVED_NEED)
    assert {"remove_need", "attach_file"} <= set(found(client, "L40-V2-0147"))

    perform(fresh(filed), "answer_completion", actor=member)
    after = told_to(client, reader)

    assert ADDED in after
    assert REMOVED_NEED in after
    assert WITHHELD not in after
    assert "remove_need" in found(client, REMOVED_NEED)


@pytest.mark.parametrize("role", [Role.OFFICER, *READERS])
def test_the_history_of_the_file_tells_the_staff_the_act_and_the_lycee_what_it_removed(client, filed, member, officer, role):
    ask(filed, officer)
    write(filed, member)

    client.force_login(person(role))
    seen_by_staff = read(client.get(PAGE)).partition("Historique")[2]
    client.force_login(member)
    seen_by_lycee = read(client.get(PAGE)).partition("Ce qui s’est passé")[2]

    assert "Besoin retiré" in seen_by_staff
    assert REMOVED_NEED not in seen_by_staff
    assert WITHHELD in seen_by_staff
    assert f"{REMOVED_NEED} : " in seen_by_lycee
    assert WITHHELD not in seen_by_lycee


def test_what_was_typed_under_a_request_taken_back_is_never_read_by_the_staff(client, filed, member, officer):
    ask(filed, officer)
    write(filed, member)
    perform(fresh(filed), "cancel_completion", actor=officer, reason="Demandés par erreur.", motive="Demandés par erreur.")
    ask(filed, officer)
    question = filed.questionnaire.schema.question("deliberation")
    attach_file(application=fresh(filed), question=question, uploaded=upload("envoyee.pdf", pdf(pages=3)), actor=member)
    perform(fresh(filed), "answer_completion", actor=member)

    told = told_to(client, person(Role.AUDITOR))

    assert ADDED not in told
    assert "priorité" not in told
    assert "envoyee.pdf" in told


def test_a_draft_its_attachments_and_what_its_team_says_of_it_are_not_read_in_the_journal(client):
    draft = ApplicationFactory(reference="L40-V2-0147", complete=True)
    member, head = (person(role, at=draft.establishment) for role in (Role.MEMBER, Role.HEAD))
    write(draft, member)
    for attachment in draft.attachments.all():
        remove_file(application=fresh(draft), attachment=attachment, actor=member)
    perform(fresh(draft), "request_approval", actor=member)
    perform(fresh(draft), "return_to_team", actor=head, reason="Le budget est à revoir.")

    told = told_to(client, person(Role.CALL_MANAGER))

    assert ADDED not in told
    assert "Pièce d’un dossier" in told
    assert "Le budget est à revoir." not in told
    assert found(client, ADDED) == found(client, "budget") == []


def test_the_journal_reads_as_many_rows_as_before(client, filed, member, officer, django_assert_max_num_queries):
    client.force_login(person(Role.AUDITOR))
    client.get(JOURNAL)
    ask(filed, officer)
    write(filed, member)

    with django_assert_max_num_queries(14):
        client.get(JOURNAL)
