"""A file on paper: a draft that cannot be taken for a deposit, a filed one with what proves it, for those alone who read it on screen."""

import io

import pytest
from pypdf import PdfReader

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.models import Answer, Application
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from tests.exports.reading import pdf_tags, pdf_text
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.conditions import CONDITIONAL
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.factories.jury import admissible_file, jury_call, reading
from tests.factories.scoring import PanelMemberFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
PDF = "/exports/dossier/AAP-0001/"


@pytest.fixture
def draft():
    return ApplicationFactory(reference="AAP-0001", complete=True)


@pytest.fixture
def member(draft):
    return person(Role.MEMBER, at=draft.establishment)


def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_a_draft_says_on_each_page_that_it_is_one_with_its_date_and_version(client, draft, member):
    Answer.objects.filter(question_key="resume").update(value="Une ligne du projet.\n" * 90)
    client.force_login(member)

    answer = client.get(PDF)

    assert answer["Content-Disposition"] == 'attachment; filename="dossier-AAP-0001.pdf"'
    every = pages(answer.content)
    assert len(every) > 1
    assert all("BROUILLON, non déposé" in page and "version " in page for page in every)
    whole = pdf_text(answer.content)
    assert "Une ligne du projet." in whole and "Niveau principal Sans réponse" in whole and "Prise RJ45" in whole
    assert {"H1", "H2", "H3", "Table", "TH"} <= set(pdf_tags(answer.content))
    assert PDF in text_of(client.get("/dossiers/AAP-0001/")) and PDF in text_of(client.get("/dossiers/AAP-0001/apercu/"))


def test_a_filed_file_has_the_reference_and_the_fingerprint_of_its_receipt_and_no_mark(client, draft, member):
    perform(draft, "request_approval", actor=member)
    perform(draft, "approve", actor=person(Role.HEAD, at=draft.establishment))
    filed = perform(Application.objects.get(), "submit", actor=member)
    Answer.objects.filter(question_key="resume").update(value="Écrit après le dépôt.")

    for reader in (member, person(Role.OFFICER), person(Role.AUDITOR)):
        client.force_login(reader)
        text = pdf_text(client.get(PDF).content)
        assert "BROUILLON" not in text and "Écrit après le dépôt." not in text
        assert "Dossier AAP-0001" in text and filed.submitted_version.sha256 in text.replace(" ", "")
    assert not Message.objects.filter(code="document_issued").exists()


def test_what_was_not_asked_is_told_apart_from_what_has_no_answer(client):
    """In a draft, and in what was filed: each says which questions it was not asked, whatever was answered before they were hidden."""
    files = [ApplicationFactory(call=CallFactory(with_questionnaire=CONDITIONAL), complete=True, submitted=sent) for sent in (False, True)]
    for file in files:
        file.answers.create(question_key="niveau", value="2nde")
        file.answers.filter(question_key="resume").delete()
        if file.submitted_at:
            freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=person(Role.MEMBER, at=file.establishment))
        client.force_login(person(Role.MEMBER, at=file.establishment))

        text = pdf_text(client.get(f"/exports/dossier/{file.reference}/").content)

        assert "Élèves concernés Non posée" in text and "Besoins Section non posée" in text
        assert "Niveau principal Seconde" in text and "Résumé Sans réponse" in text and "Prise RJ45" not in text


def test_nobody_else_has_it(client, draft):
    other = AuthorityFactory(reims=True)
    strangers = [
        person(Role.HEAD, at=EstablishmentFactory()),
        person(Role.CALL_MANAGER),
        person(Role.OFFICER),
        person(Role.JUROR),
        person(),
    ]

    for somebody in strangers:  # a draft is its team's
        client.force_login(somebody)
        assert client.get(PDF).status_code == 404
    Application.objects.update(state="submitted", submitted_at=draft.created_at)
    for somebody in (strangers[0], person(Role.OFFICER, authority=other), strangers[3], strangers[4]):
        client.force_login(somebody)
        assert client.get(PDF).status_code == 404
    client.logout()
    assert client.get(PDF).status_code == 302


def test_a_juror_has_those_that_are_confided_and_no_other(client):
    call = jury_call()
    region = AuthorityFactory(region=True)
    mine, other = admissible_file(call), admissible_file(call)
    juror = person(Role.JUROR, authority=region)
    PanelMemberFactory(call=call, user=juror, body=region)
    held = reading(mine, juror, 3)
    client.force_login(juror)

    assert client.get(f"/exports/dossier/{mine.reference}/").status_code == 200
    assert f"/exports/dossier/{mine.reference}/" in text_of(client.get(held.get_absolute_url()))
    assert client.get(f"/exports/dossier/{other.reference}/").status_code == 404
