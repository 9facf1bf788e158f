"""Who of the jury and of the staff opened a file is known: to the auditor in the journal, to the officers beside the history of the file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.files import attach_file
from calls.enums import ApplicationState
from calls.queries.openings import openings
from portal.files.models import FileReading
from portal.files.readings import note_reading
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.portal.files import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def received(monkeypatch):
    """An attachment that the Région has received, its file and its author."""
    application = ApplicationFactory()
    author = person(Role.MEMBER, at=application.establishment)
    question = application.questionnaire.schema.question("deliberation")
    uploaded = samples.upload("devis.pdf", samples.pdf())
    stored = attach_file(application=application, question=question, uploaded=uploaded, actor=author).file
    type(application).objects.filter(pk=application.pk).update(
        state=ApplicationState.SUBMITTED, submitted_at=timezone.now(), approved_at=timezone.now()
    )
    monkeypatch.setattr("calls.hooks.files.was_received", lambda application, stored: True)
    application.refresh_from_db()
    return application, stored, author


def lines():
    return list(JournalEntry.objects.filter(action="read_file").order_by("pk").values_list("actor", "subject_label"))


def test_an_officer_who_opens_a_file_is_written_down_once_a_day(client, received, time_machine):
    application, stored, _author = received
    officer = person(Role.OFFICER, first_name="Anne", last_name="Colin")
    client.force_login(officer)
    first = timezone.localtime().replace(hour=10) + timedelta(days=1)
    time_machine.move_to(first, tick=False)
    client.force_login(officer)

    statuses = [client.get(stored.get_absolute_url() + query).status_code for query in ("", "?voir=1", "")]
    client.head(stored.get_absolute_url())
    assert (statuses, lines()) == ([200, 200, 200], [(officer.pk, "devis.pdf")])

    time_machine.move_to(first + timedelta(days=1), tick=False)
    client.force_login(officer)
    client.get(stored.get_absolute_url())
    assert len(lines()) == 2
    assert [(each.file, each.on.day, each.names, each.jurors) for each in openings(application)] == [
        ("devis.pdf", (first + timedelta(days=1)).day, ["Anne Colin"], 0),
        ("devis.pdf", first.day, ["Anne Colin"], 0),
    ]


def test_jurors_are_named_in_the_journal_and_counted_beside_the_history(client, received):
    application, stored, _author = received
    juror, officer = person(Role.JUROR, first_name="Paul", last_name="Secret"), person(Role.OFFICER, first_name="Anne", last_name="Colin")
    note_reading(stored, juror)
    client.force_login(officer)

    page = client.get(application.get_absolute_url()).content.decode()

    assert lines() == [(juror.pk, "devis.pdf")]
    panel = page[page.index('id="pieces-ouvertes"') :]
    assert "1\u00a0membre du jury" in panel and "Secret" not in page
    client.get(stored.get_absolute_url())
    both = client.get(application.get_absolute_url()).content.decode()
    assert "Anne Colin&nbsp;;" in both, "a sign of French may begin a line"
    client.force_login(person(Role.AUDITOR))
    journal = client.get("/journal/").content.decode()
    assert "Pièce ouverte" in journal and "Paul Secret" in journal


def test_a_file_without_any_attachment_says_nothing_of_who_opened_one(client, received):
    application, stored, _author = received
    client.force_login(person(Role.OFFICER))
    before = client.get(application.get_absolute_url()).content.decode()
    application.attachments.all().delete()

    after = client.get(application.get_absolute_url()).content.decode()

    assert ("pieces-ouvertes" in before, "pieces-ouvertes" in after) == (True, False)


def test_a_school_reads_its_own_files_and_never_who_else_opened_them(client, received):
    application, stored, author = received
    note_reading(stored, person(Role.OFFICER, first_name="Anne", last_name="Colin"))
    for reader in (author, person(Role.MEMBER, at=application.establishment), person(Role.HEAD, at=application.establishment)):
        client.force_login(reader)
        assert client.get(stored.get_absolute_url()).status_code == 200
        page = client.get(application.get_absolute_url()).content.decode()
        assert "Colin" not in page and "Pièce ouverte" not in page and "pieces-ouvertes" not in page

    assert FileReading.objects.count() == 1


def test_a_refusal_writes_nothing(client, received):
    _application, stored, _author = received
    client.force_login(person(Role.JUROR))

    assert client.get(stored.get_absolute_url()).status_code == 404
    assert lines() == []


def test_nobody_has_opened_anything_yet(client, received):
    application, _stored, _author = received
    client.force_login(person(Role.OFFICER))

    assert "n’a encore ouvert une pièce de ce dossier" in client.get(application.get_absolute_url()).content.decode()
