"""A piece that its call lets follow the filing: the file is filed without it, it comes alone, and it is said to be late."""

from copy import deepcopy
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from calls.actions.bulk import preflight
from calls.actions.bulk_kinds import Admissible
from calls.actions.completion import has_typed
from calls.actions.instruction import open_completion_request
from calls.actions.next_wave import Wave, prepare_next_wave
from calls.actions.reminders import send_reminders
from calls.admissibility import checklist
from calls.checks import following_filed
from calls.models import Application, ApplicationVersion, Call, Reminder
from calls.questionnaire import errors_in
from exports.papers.receipt import receipt_row
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.ui.todo import items_for
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.outcomes import told
from tests.portal.files.samples import pdf
from tests.reading import text_of

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOW, CLOSING = datetime(2027, 4, 1, 9, tzinfo=PARIS), datetime(2027, 4, 9, 18, tzinfo=PARIS)
PAGE, SENDING = "/dossiers/AAP-0001/", "/dossiers/AAP-0001/suite/deliberation/"
VOTE = {
    "q-deliberation-held_on": "2027-04-20",
    "q-deliberation-for": "14",
    "q-deliberation-against": "2",
    "q-deliberation-abstentions": "0",
}


def form_with(**changes) -> dict:
    form = deepcopy(DEFINITION)
    form["sections"][2]["questions"][0] |= {"required": True, "follows_until": "2027-05-14"} | changes
    return form


@pytest.fixture(autouse=True)
def in_april():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def school():
    return EstablishmentFactory()


@pytest.fixture
def member(school):
    return person(Role.MEMBER, at=school, email="equipe@x.example")


@pytest.fixture
def head(school):
    return person(Role.HEAD, at=school, email="chef@x.example")


@pytest.fixture
def officer():
    return person(Role.OFFICER, email="instruction@x.example")


def filed_with(form, school, member, head) -> Application:
    call = CallFactory(opens_at=NOW - timedelta(days=20), closes_at=CLOSING, with_questionnaire=form)
    file = ApplicationFactory(reference="AAP-0001", call=call, establishment=school, complete=True)
    perform(file, "request_approval", actor=member)
    perform(file, "approve", actor=head)
    return perform(file, "submit", actor=member, received_at=timezone.now())


@pytest.fixture(params=["file", "board_vote"])
def filed(request, school, member, head):
    return filed_with(form_with(kind=request.param), school, member, head)


def resolution(name="deliberation.pdf"):
    return SimpleUploadedFile(name, pdf(), content_type="application/pdf")


def test_filed_without_it_everybody_reads_that_it_is_to_follow(client, filed, member, officer):
    assert [item.label for item in following_filed(filed)] == ["Délibération du conseil d’administration"]
    assert receipt_row(filed).following == ("« Délibération du conseil d’administration », à envoyer jusqu’au 14 mai 2027 inclus.",)
    assert "jusqu’au 14 mai 2027 inclus" in Message.objects.filter(code="application_received").first().body
    client.force_login(member)
    assert all("Jusqu’au" in text_of(client.get(address)) for address in (PAGE, f"{PAGE}depot/"))
    assert any("Envoyer « Délibération" in item.title for item in items_for(member))
    checks = {check.label: check for check in checklist(filed)}
    assert checks["« Délibération du conseil d’administration » : à suivre"].level == "warn" and "Dossier complet" in checks
    client.force_login(officer)
    assert "à suivre" in text_of(client.get(PAGE))
    found = preflight(Admissible(), [filed.pk], actor=officer, params={})
    assert not found.ready and found.groups[0][0] == "À examiner à part"


def test_it_comes_alone_is_journalled_and_told_to_who_follows_the_file(client, filed, member, officer):
    open_completion_request(application=filed, fields=["resume"], message="Précisez.", due_on=timezone.localdate(), actor=officer)
    filed.answers.filter(question_key="resume").update(value="Pas encore envoyé.")
    before = filed.submitted_version.content
    client.force_login(member)
    assert "jusqu’au <strong>14" in text_of(client.get(SENDING))
    empty = client.post(SENDING, VOTE)
    assert empty.status_code == 422 and "joint" in text_of(empty) and ApplicationVersion.objects.count() == 2

    done = client.post(SENDING, VOTE | {"file": resolution()}, follow=True)

    assert "est envoyé à la Région" in text_of(done)
    version = ApplicationVersion.objects.get(reason="following")
    entries = [[entry for entry in section["entries"] if entry["key"] != "deliberation"] for section in version.content["sections"]]
    assert entries == [[entry for entry in section["entries"] if entry["key"] != "deliberation"] for section in before["sections"]]
    assert version.content["sections"][2]["entries"][0]["files"][0]["name"] == "deliberation.pdf"
    now = Application.objects.get()
    assert (now.submitted_at, now.requested_amount, following_filed(now)) == (filed.submitted_at, filed.requested_amount, [])
    assert told("following_sent") == {"instruction@x.example"}
    assert JournalEntry.objects.get(action="send_following").data["late"] is False
    assert client.post(SENDING, VOTE | {"file": resolution("autre.pdf")}).status_code == 409
    assert has_typed(now, ["resume"])
    client.force_login(officer)
    page = text_of(client.get(PAGE))
    assert "Ce que la pièce envoyée après le dépôt a ajouté" in page and "Pas encore envoyé." not in page


def test_late_it_is_said_and_the_officer_decides(client, filed, member, officer, in_april):
    in_april.move_to(datetime(2027, 5, 17, 9, tzinfo=PARIS))
    client.force_login(officer)
    assert "en retard" in text_of(client.get(PAGE))
    assert Application.objects.get().state == "submitted"
    client.force_login(member)
    assert "Ce jour est passé" in text_of(client.get(SENDING))
    client.post(SENDING, VOTE | {"file": resolution()})
    assert ", en retard" in Message.objects.get(code="following_sent").subject
    assert "en retard" in text_of(client.get(PAGE))


def test_who_sends_it_and_until_what(client, filed, member, officer):
    for somebody, status in (
        (person(Role.MEMBER, at=EstablishmentFactory()), 404),
        (officer, 404),
        (person(Role.READER, at=filed.establishment), 403),
    ):
        client.force_login(somebody)
        assert client.post(SENDING, VOTE | {"file": resolution()}).status_code == status
    client.force_login(member)
    assert client.get(f"{PAGE}suite/resume/").status_code == 404
    assert client.post(SENDING, VOTE | {"file": SimpleUploadedFile("x.pdf", b"MZ")}).status_code == 422
    perform(filed, "declare_admissible", actor=officer)
    assert client.post(SENDING, VOTE | {"file": resolution()}).status_code == 302
    assert ApplicationVersion.objects.filter(reason="following").count() == 1


def test_inadmissible_or_asked_among_complements_it_comes_otherwise(client, filed, member, officer):
    open_completion_request(application=filed, fields=["deliberation"], message="Joignez-la.", due_on=timezone.localdate(), actor=officer)
    client.force_login(member)
    assert client.post(SENDING, VOTE | {"file": resolution()}).status_code == 409
    assert "parmi des compléments" in text_of(client.get(SENDING))
    Call.objects.update(closes_at=NOW - timedelta(days=1))
    perform(filed, "declare_inadmissible", actor=officer, reason="Hors sujet.", motive="Hors sujet.")
    assert "ne s’y ajoute plus" in text_of(client.get(SENDING))


def test_teams_are_reminded_once_in_working_days(filed, member, in_april):
    in_april.move_to(datetime(2027, 5, 11, 9, tzinfo=PARIS))
    assert [send_reminders(), send_reminders()] == [2, 0]
    assert set(Reminder.objects.values_list("kind", flat=True)) == {"following"}
    assert "une pièce doit les suivre" in Message.objects.filter(code="deadline_reminder").first().body


def test_the_next_wave_moves_the_day_and_a_question_that_decides_cannot_follow(client):
    call = CallFactory(opens_at=datetime(2027, 3, 1, 8, tzinfo=PARIS), closes_at=CLOSING, with_questionnaire=form_with(), wave=2)
    manager = person(Role.CALL_MANAGER)
    new = Wave(reference="L40-V3", title="Vague 3", opens_at=datetime(2028, 3, 1, 8, tzinfo=PARIS), budget_amount=call.budget_amount)
    following = prepare_next_wave(call=call, wave=new, actor=manager)
    until = following.questionnaire.schema.question("deliberation").follows_until
    assert str(until) == "2028-05-17"  # as many working days after the opening
    form = form_with()
    form["sections"].append(
        {
            "key": "plus",
            "title": "Plus",
            "questions": [{"key": "p", "kind": "text", "label": "P", "shown_if": {"answer": "deliberation", "is_answered": True}}],
        }
    )
    assert "ne peut pas suivre le dépôt" in " ".join(errors_in(form))
    assert "n’est pas une date" in " ".join(errors_in(form_with(follows_until="demain")))
    client.force_login(person())
    page = text_of(client.get(f"/appels/{call.slug}/"))
    assert "jusqu’au" in page or client.get(f"/appels/{call.slug}/").status_code == 404


@pytest.mark.parametrize("filed", ["file"], indirect=True)
def test_once_refused_nothing_is_to_follow_and_the_lycee_reads_how_to_contest(client, filed, member, officer):
    Call.objects.update(closes_at=timezone.now() - timezone.timedelta(days=1))
    refused = perform(Application.objects.get(), "declare_inadmissible", actor=officer, reason="Hors objet.", motive="Hors objet.")

    client.force_login(member)
    page = text_of(client.get(PAGE))

    assert following_filed(refused) == [] and "À envoyer après le dépôt" not in page
    assert "R421-1 et R421-5" in page and "recours gracieux" in page
    assert "devant le tribunal administratif" in Message.objects.filter(code="declared_inadmissible").first().body
