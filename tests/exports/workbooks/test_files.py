import pytest
from django.urls import reverse
from django.utils import timezone

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.models import Answer, Application, Questionnaire
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.roles import Role
from tests.exports.reading import sheet_rows
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.conditions import CONDITIONAL
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.factories.opinions import an_opinion, asking_call, examined_file
from tests.factories.orders import OrderLineFactory, PurchaseOrderFactory
from tests.factories.scoring import EnvelopeFactory, FundingDecisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks, settings):
    """Ask for a workbook as this person and let the worker make it; returns the bytes, or None when it was refused."""

    def do(user, code, **params):
        client.force_login(user)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("exports:ask", args=[code]), params)
        if answer.status_code != 302:
            return answer.status_code
        with Job.objects.get().result_file.content.open("rb") as content:
            return content.read()

    return do


def test_applications_have_one_row_each_with_answers_and_needs(ask):
    call = CallFactory()
    application = ApplicationFactory(call=call, submitted=True, complete=True)
    ApplicationFactory(call=call)  # a draft: not exported
    Answer.objects.filter(application=application, question_key="resume").update(value="=1+1 <b>gras</b>")

    content = ask(person(Role.CALL_MANAGER), "dossiers", call=call.reference)

    keys, headings, *rows = sheet_rows(content, "Dossiers")
    row = dict(zip(keys, rows[0], strict=True))
    assert len(rows) == 1
    assert headings[0] == "Référence"
    assert (row["reference"], row["resume"], row["montant_demande_ttc"]) == (application.reference, "=1+1 <b>gras</b>", 57792.0)
    assert [r[0] for r in sheet_rows(content, "Besoins")[2:]] == [application.reference] * 2


def test_amounts_are_numbers_and_each_key_is_there_once(ask):
    application = ApplicationFactory(submitted=True, complete=True)
    Answer.objects.create(application=application, question_key="cofinancement", value="2500.50")
    Answer.objects.create(application=application, question_key="niveau", value="2nde")

    content = ask(person(Role.CALL_MANAGER), "dossiers", call=application.call.reference)

    keys, _, values = sheet_rows(content, "Dossiers")
    row = dict(zip(keys, values, strict=True))
    assert len(keys) == len(set(keys))
    assert (row["titre"], row["cofinancement"], row["eleves"], row["niveau"]) == (application.title, 2500.5, 180, "Seconde")


def test_answers_to_an_older_form_keep_their_column(ask):
    application = ApplicationFactory(submitted=True)
    Answer.objects.create(application=application, question_key="resume", value="Texte de l’ancien formulaire")
    questions = [{"key": "etat", "kind": "text", "label": "État du projet"}, {"key": "resume", "kind": "number", "label": "Rang"}]
    newer = {"sections": [{"key": "projet", "title": "Projet", "questions": questions}]}
    Questionnaire.objects.create(call=application.call, version=2, definition=newer, frozen_at=timezone.now())

    content = ask(person(Role.CALL_MANAGER), "dossiers", call=application.call.reference)

    keys, headings, values = sheet_rows(content, "Dossiers")
    row = dict(zip(keys, values, strict=True))
    assert headings[keys.index("reponse_etat")] == "État du projet"
    assert (row["etat"], row["reponse_etat"], row["resume"]) == ("Déposé", None, "Texte de l’ancien formulaire")


def test_an_officer_exports_the_files_of_the_perimeter_only(ask):
    call, reims = CallFactory(), AuthorityFactory(reims=True)
    mine = ApplicationFactory(call=call, submitted=True, establishment=EstablishmentFactory(authority=reims))
    ApplicationFactory(call=call, submitted=True)

    content = ask(person(Role.OFFICER, authority=reims), "dossiers", call=call.reference)

    assert [row[0] for row in sheet_rows(content, "Dossiers")[2:]] == [mine.reference]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.HEAD, Role.JUROR, Role.TECHNICIAN])
def test_applications_are_not_exported_by_other_roles(ask, role):
    application = ApplicationFactory(submitted=True)

    assert ask(person(role, at=application.establishment), "dossiers", call=application.call.reference) == 404
    assert Job.objects.count() == 0


def test_opinions_have_their_sheet_for_who_reads_them_without_drafts(ask):
    call = asking_call()
    given = an_opinion(examined_file(call), "given", reserves="Câbler d’abord.")
    asked = an_opinion(examined_file(call), written=True, remark="Brouillon secret")

    content = ask(person(Role.OFFICER, authority=given.authority), "dossiers", call=call.reference)

    keys, _, *found = sheet_rows(content, "Avis")
    rows = {row[0]: dict(zip(keys, row, strict=True)) for row in found}
    assert rows[given.application.reference]["avis"] == "Favorable" and rows[given.application.reference]["reserves"] == "Câbler d’abord."
    assert rows[asked.application.reference]["etat_avis"] == "Attendu" and "Brouillon secret" not in str(rows)


def test_an_unknown_call_is_refused_in_french(client):
    CallFactory()
    client.force_login(person(Role.CALL_MANAGER))

    answer = client.post(reverse("exports:ask", args=["dossiers"]), {"call": "L40-V99"})

    assert answer.status_code == 422
    assert "Cet appel n’existe pas ou ne vous est pas ouvert." in answer.content.decode()


def test_an_export_is_served_to_the_person_who_asked_only(ask, client):
    call = ApplicationFactory(submitted=True).call
    ask(person(Role.CALL_MANAGER), "dossiers", call=call.reference)
    file = StoredFile.objects.get(purpose="export")
    client.force_login(person(Role.CALL_MANAGER))

    assert client.get(file.get_absolute_url()).status_code == 404


def test_the_same_export_asked_twice_while_it_waits_is_one_job(client):
    call = ApplicationFactory(submitted=True).call
    client.force_login(person(Role.CALL_MANAGER))

    for _ in range(2):
        client.post(reverse("exports:ask", args=["dossiers"]), {"call": call.reference})

    assert Job.objects.count() == 1


def test_orders_have_one_row_per_line(ask):
    line = OrderLineFactory(order=PurchaseOrderFactory(sent=True))

    content = ask(person(Role.ORDERS), "commandes")

    keys, _, row = sheet_rows(content, "Lignes")
    values = dict(zip(keys, row, strict=True))
    assert (values["numero"], values["quantite"], values["total_ht"]) == (line.order.number, 100, 41200)


def test_complements_that_are_not_sent_yet_are_not_there(ask):
    """The workbook holds what the school sent, title, answers and needs; then, once they are sent, the complements."""
    application = ApplicationFactory(submitted=True, complete=True)
    freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=person())
    sent = (application.title, application.requested_amount)
    Application.objects.filter(pk=application.pk).update(title="Titre en cours", requested_amount=1)
    Answer.objects.filter(application=application, question_key="titre").update(value="Titre en cours")
    Answer.objects.filter(application=application, question_key="resume").update(value="Texte en cours")
    application.lines.all().delete()
    manager = person(Role.CALL_MANAGER)

    keys, _, values = sheet_rows(ask(manager, "dossiers", call=application.call.reference), "Dossiers")
    row = dict(zip(keys, values, strict=True))
    assert (row["titre"], row["montant_demande_ttc"], "en cours" in row["resume"]) == (sent[0], float(sent[1]), False)

    application.refresh_from_db()
    freeze_version(application=application, reason=VersionReason.COMPLETION, actor=person())
    Job.objects.all().delete()
    content = ask(manager, "dossiers", call=application.call.reference)

    row = dict(zip(keys, sheet_rows(content, "Dossiers")[2], strict=True))
    assert (row["titre"], row["resume"], sheet_rows(content, "Besoins")[2:]) == ("Titre en cours", "Texte en cours", [])


def test_what_is_to_be_paid_is_told_once_released_and_until_declined(ask):
    """The three files of a call: proposed and unknown to its lycée, released, declined."""
    envelope = EnvelopeFactory()
    call = envelope.call
    known = {"voted_at": timezone.now(), "released_at": timezone.now()}
    for state, granted, dates in (
        ("proposed", None, {}),
        ("released", "1000.00", known),
        ("declined", "1000.00", known | {"declined_at": timezone.now()}),
    ):
        made = FundingDecisionFactory(
            application__call=call, envelope=envelope, state=state, granted_amount="1000.00", to_pay_amount="400.00", **dates
        )
        Application.objects.filter(pk=made.application_id).update(granted_amount=granted)

    keys, _, *rows = sheet_rows(ask(person(Role.CALL_MANAGER), "dossiers", call=call.reference), "Dossiers")

    assert [row[keys.index("a_verser_ttc")] for row in rows] == [None, 400.0, None]


def test_a_question_that_was_not_asked_is_told_apart_from_one_without_an_answer(ask):
    call = CallFactory(with_questionnaire=CONDITIONAL)
    asked = ApplicationFactory(call=call, submitted=True, complete=True)
    other = ApplicationFactory(call=call, submitted=True, complete=True)
    Answer.objects.create(application=asked, question_key="niveau", value="1re")
    Answer.objects.create(application=other, question_key="niveau", value="2nde")

    content = ask(person(Role.CALL_MANAGER), "dossiers", call=call.reference)

    keys, _, *rows = sheet_rows(content, "Dossiers")
    told = {row[0]: dict(zip(keys, row, strict=True)) for row in rows}
    assert (told[asked.reference]["eleves"], told[asked.reference]["cofinancement"]) == (180, None)
    assert (told[other.reference]["eleves"], told[other.reference]["cofinancement"]) == ("Non posée", "Non posée")
    assert [row[0] for row in sheet_rows(content, "Besoins")[2:]] == [asked.reference] * 2
