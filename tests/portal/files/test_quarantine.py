"""While the antivirus has not answered, a file is kept and nobody but its sender opens it; once it has, everybody concerned knows."""

import io
import shutil
import subprocess
import time

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfWriter

from calls.actions.files import attach_file
from calls.admissibility import checklist
from calls.enums import ApplicationState
from portal.files import rescan
from portal.files.antivirus import find_malware
from portal.files.models import StoredFile
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import EstablishmentFactory
from tests.portal.files import samples

pytestmark = pytest.mark.django_db
REFUSED_WORDS = b"preau contenu refuse par essai"
NOBODY = "/nonexistent/clamd.sock"


@pytest.fixture(scope="module")
def real_clamd(tmp_path_factory):
    """The program itself, with one signature of our own: that of a harmless sentence. Gives its address."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if program is None:
        pytest.skip("clamd is not installed (Debian: clamav-daemon)")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "database").mkdir()
    (folder / "database" / "preau.ndb").write_text(f"Preau.Essai:0:*:{REFUSED_WORDS.hex()}\n")
    (folder / "clamd.conf").write_text(f"DatabaseDirectory {folder / 'database'}\nLocalSocket {folder / 'socket'}\nForeground yes\n")
    running = subprocess.Popen([program, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (folder / "socket").exists() and running.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
    yield str(folder / "socket")
    running.terminate()
    running.wait(20)


@pytest.fixture
def draft():
    application = ApplicationFactory()
    return application, person(Role.MEMBER, at=application.establishment), person(Role.MEMBER, at=application.establishment)


def question_of(application):
    return next(q for q in application.questionnaire.schema.questions if getattr(q, "joins_files", False) and q.multiple is False)


def joined(application, author, content=None):
    uploaded = samples.upload("devis.pdf", content or samples.pdf())
    return attach_file(application=application, question=question_of(application), uploaded=uploaded, actor=author).file


def infected_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.add_metadata({"/Title": REFUSED_WORDS.decode()})
    writer.write(out)
    return out.getvalue()


def test_a_file_waits_for_the_antivirus_and_opens_to_others_once_it_is_cleared(client, draft, settings, real_clamd):
    application, author, colleague = draft
    settings.CLAMD_ADDRESS = NOBODY

    stored = joined(application, author)

    client.force_login(author)
    page = client.get(f"{application.get_absolute_url()}").status_code
    own = client.get(stored.get_absolute_url())
    client.force_login(colleague)
    held = client.get(stored.get_absolute_url())
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))
    stranger = client.get(stored.get_absolute_url())
    assert (page, stored.get_scan_display(), own.status_code, held.status_code, stranger.status_code) == (
        200,
        "En cours d’analyse",
        200,
        423,
        404,
    )
    assert b"%PDF" not in held.content and "reconnu sain" in held.content.decode()
    waiting = next(check for check in checklist(application) if "pièce jointe" in check.label)
    assert (waiting.level, waiting.details) == ("warn", ("En cours d’analyse par l’antivirus : devis.pdf.",))

    settings.CLAMD_ADDRESS = real_clamd
    assert rescan.scan_waiting() == "1 fichiers analysés, 0 avec un programme malveillant"
    client.force_login(colleague)
    assert client.get(stored.get_absolute_url()).status_code == 200


def test_who_sent_it_reads_that_it_is_being_looked_at(client, draft, settings):
    application, author, _colleague = draft
    settings.CLAMD_ADDRESS = NOBODY
    joined(application, author)
    client.force_login(author)
    section = application.questionnaire.schema.section_of(question_of(application).key).key

    page = client.get(reverse("calls:section", args=[application.reference, section])).content.decode()

    said = " ".join(page.split())
    assert "en cours d’analyse</span>" in said and "seule la personne qui l’a envoyé peut l’ouvrir" in said


def test_a_file_found_infected_leaves_the_draft_and_everybody_is_told(client, draft, settings, real_clamd):
    application, author, colleague = draft
    settings.CLAMD_ADDRESS = NOBODY
    stored = joined(application, author, infected_pdf())
    settings.CLAMD_ADDRESS = real_clamd

    told = rescan.scan_waiting()
    again = rescan.scan_waiting()

    stored.refresh_from_db()
    assert (told, again) == ("1 fichiers analysés, 1 avec un programme malveillant", "0 fichiers analysés, 0 avec un programme malveillant")
    assert (stored.is_infected, stored.deleted_at is not None, application.attachments.current().count()) == (True, True, 0)
    assert set(Message.objects.filter(code="malware_found").values_list("recipient", flat=True)) == {author.pk, colleague.pk}
    assert Message.objects.filter(code="malware_found").first().subject == "Fichier écarté par l’antivirus : devis.pdf"
    lines = JournalEntry.objects.filter(action="malware_found").order_by("pk")
    assert [(line.subject_type.model, line.data["name"]) for line in lines] == [("storedfile", "devis.pdf"), ("application", "devis.pdf")]
    assert lines[0].data["malware"].startswith("Preau.Essai")
    for someone, status in ((author, 403), (colleague, 403), (person(Role.MEMBER, at=EstablishmentFactory()), 404)):
        client.force_login(someone)
        answer = client.get(stored.get_absolute_url())
        assert (answer.status_code, b"%PDF" in answer.content) == (status, False)


def test_what_was_filed_stays_and_the_officer_is_told(draft, settings, real_clamd):
    application, author, _colleague = draft
    settings.CLAMD_ADDRESS = NOBODY
    stored = joined(application, author, infected_pdf())
    officer = person(Role.OFFICER)
    type(application).objects.filter(pk=application.pk).update(
        state=ApplicationState.SUBMITTED, submitted_at=timezone.now(), approved_at=timezone.now(), officer=officer
    )
    application.refresh_from_db()
    settings.CLAMD_ADDRESS = real_clamd

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("calls.hooks.files.was_received", lambda application, stored: True)
        rescan.scan_waiting()

    assert application.attachments.current().count() == 1
    assert officer.pk in Message.objects.filter(code="malware_found").values_list("recipient", flat=True)
    found = next(check for check in checklist(application) if "pièce jointe" in check.label)
    assert (found.level, found.details) == ("err", ("Programme malveillant reconnu : devis.pdf.",))
    assert StoredFile.objects.filter(pk=stored.pk).exists()


def test_an_infected_file_is_refused_at_once_by_the_real_antivirus(settings, real_clamd):
    settings.CLAMD_ADDRESS = real_clamd

    assert find_malware([infected_pdf()]).startswith("Preau.Essai")
    assert find_malware([samples.pdf()]) == ""


def test_a_portal_without_antivirus_holds_nothing(draft, settings):
    application, author, _colleague = draft
    settings.CLAMD_ADDRESS = NOBODY
    stored = joined(application, author)
    settings.CLAMD_ADDRESS = ""

    rescan.scan_waiting()

    stored.refresh_from_db()
    assert (stored.is_held, stored.get_scan_display()) == (False, "Non analysé")
