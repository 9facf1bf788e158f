"""The export of one's own data: whole, one's own alone, gone after a day."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from calls.actions.files import attach_file
from calls.actions.withdrawals import ask_withdrawal, refuse_withdrawal
from calls.models import Answer
from portal.accounts.own_data.chapters import all_chapters
from portal.accounts.own_data.jobs import LIFETIME
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.tasks import run_job
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.threads.actions import thread_at, write
from portal.threads.enums import Audience, ThreadSide
from tests.factories.accounts import person
from tests.factories.calls import AnswerFactory, ApplicationFactory
from tests.portal.files import samples

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:own_data")
SECRET = "Ce que seule sa collègue a écrit"


def archive_of(client, user) -> tuple[zipfile.ZipFile, StoredFile]:
    client.force_login(user)
    asked = client.post(PAGE)
    job = Job.objects.get(owner=user)
    assert asked["Location"] == job.get_absolute_url()
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.is_done, job.error
    answer = client.get(job.result_file.get_absolute_url())
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))), job.result_file


def rows(archive, key) -> list[dict]:
    return json.loads(archive.read(f"donnees/{key}.json"))["lignes"]


@pytest.fixture
def school():
    """A file written by two people; each has sent a document, and one message is theirs."""
    application = ApplicationFactory()
    author, colleague = (person(Role.MEMBER, at=application.establishment, last_name=name) for name in ("Auteur", "Collegue"))
    AnswerFactory(application=application, question_key="resume", value="Mes mots <b>à moi</b>", updated_by=author)
    AnswerFactory(application=application, question_key="titre", value=SECRET, updated_by=colleague)
    question = application.questionnaire.schema.question("deliberation")
    attach_file(application=application, question=question, uploaded=samples.upload("vote.pdf", samples.pdf()), actor=author)
    thread = thread_at(application, "", Audience.SHARED)
    write(thread=thread, text="Bonjour, une question.", actor=author, side=ThreadSide.LYCEE)
    return application, author, colleague


def test_a_request_to_withdraw_is_in_the_archive_of_each_with_their_own_words(client):
    file = ApplicationFactory(complete=True, submitted=True)
    member, head = person(Role.MEMBER, at=file.establishment), person(Role.HEAD, at=file.establishment)
    asked = ask_withdrawal(application=file, reason="Travaux repoussés.", actor=member)
    refuse_withdrawal(asked=asked, reason="Nous le gardons.", actor=head)

    words = [rows(archive_of(client, user)[0], "retraits")[0] for user in (member, head)]

    assert [row["Votre motif"] for row in words] == ["Travaux repoussés.", ""]
    assert [row["Motif de votre réponse"] for row in words] == ["", "Nous le gardons."]


def test_the_archive_holds_what_is_theirs_and_nothing_of_others(client, school):
    application, author, colleague = school

    archive, stored = archive_of(client, author)

    whole = b"".join(archive.read(name) for name in archive.namelist() if not name.startswith("fichiers/")).decode()
    assert [row["Réponse"] for row in rows(archive, "reponses")] == ["Mes mots <b>à moi</b>"]
    assert [row["Message"] for row in rows(archive, "echanges")] == ["Bonjour, une question."]
    assert author.email in whole and SECRET not in whole and colleague.email not in whole
    files = [name for name in archive.namelist() if name.startswith("fichiers/")]
    assert [archive.read(name) for name in files] == [samples.pdf()] and files[0].endswith("-vote.pdf")
    page = archive.read("index.html").decode()
    assert "Mes mots &lt;b&gt;à moi&lt;/b&gt;" in page and "<script" not in page and files[0] in page
    assert [row["Acte"] for row in rows(archive, "journal")][-1] == "Export de ses données demandé par la personne"
    assert "Mot de passe" not in whole and author.password not in whole
    assert stored.expires_at - stored.created_at <= LIFETIME + timedelta(minutes=1) == timedelta(hours=24, minutes=1)


def test_nobody_else_opens_it_and_it_goes_after_a_day(client, school, time_machine):
    _application, author, colleague = school
    _archive, stored = archive_of(client, author)

    for someone in (colleague, person(Role.ADMIN), person(Role.AUDITOR)):
        client.force_login(someone)
        assert client.get(stored.get_absolute_url()).status_code == 404
        assert stored.name not in client.get(PAGE).content.decode()
    client.force_login(author)
    assert stored.name in client.get(PAGE).content.decode()
    time_machine.move_to(timezone.now() + LIFETIME + timedelta(minutes=1), tick=False)
    client.force_login(author)
    assert client.get(stored.get_absolute_url()).status_code == 410
    assert "Aucune archive n’est prête." in client.get(PAGE).content.decode()


def test_who_left_the_team_keeps_their_acts_and_reads_the_file_no_more(client, school):
    _application, author, _colleague = school
    author.role_grants.update(ended_at=timezone.now())

    archive, _stored = archive_of(client, get_user_model().objects.get(pk=author.pk))

    assert (rows(archive, "reponses"), rows(archive, "echanges"), rows(archive, "dossiers")) == ([], [], [])
    assert [name for name in archive.namelist() if name.startswith("fichiers/")] == []
    assert json.loads(archive.read("donnees/fichiers.json"))[0]["why"] == "Vous n’y avez plus accès."
    assert "attach_file" in JournalEntry.objects.filter(actor=author).values_list("action", flat=True)
    assert "Pièce jointe ajoutée" in [row["Acte"] for row in rows(archive, "journal")]


def test_asked_twice_it_is_one_work_and_one_line(client):
    author = person()
    client.force_login(author)

    assert client.post(PAGE)["Location"] == client.post(PAGE)["Location"]

    assert (Job.objects.count(), JournalEntry.objects.filter(action="export_own_data").count()) == (1, 1)


def test_a_closed_account_gets_nothing(client):
    author = person()
    client.force_login(author)
    client.post(PAGE)
    get_user_model().objects.filter(pk=author.pk).update(is_active=False)

    run_job(str(Job.objects.get().pk))

    assert (Job.objects.get().error, StoredFile.objects.count()) == ("Ce compte n’est plus ouvert.", 0)


# Columns that name a person beside what they wrote: the act itself is in the journal, hence in the archive.
TOLD_BY_THE_JOURNAL = (
    "_by", "officer", "author", "actor", "asked_by", "owner", "recipient", "person", "last_author", "by", "juror", "locked_by", "created_by",
)  # fmt: skip
# Rows about a person that the archive leaves out, and why.
LEFT_OUT = {
    "calls.Presence.user": "where a page was open, for ninety seconds",
    "calls.Reminder.user": "which messages were sent: the messages are there",
    "scoring.PanelMember.user": "a seat in a jury: the role is there, who sits where is the jury's own until the results",
}


def test_every_row_about_a_person_is_in_a_chapter_or_has_its_reason():
    covered = {column for chapter in all_chapters() for column in chapter.covers} | set(LEFT_OUT)
    ours = ("accounts", "directory", "journal", "notifications", "files", "jobs", "threads", "calls", "scoring", "orders")
    naming = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ours
        for field in model._meta.concrete_fields
        if field.related_model is get_user_model() and not field.name.endswith(TOLD_BY_THE_JOURNAL)
    }

    assert naming - covered == set()
    assert Answer._meta.get_field("updated_by").related_model is get_user_model()
