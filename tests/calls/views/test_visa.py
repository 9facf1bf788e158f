from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from calls.models import Application, ApplicationVersion, CompletionRequest
from exports.issue import issue_document
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow import arrival
from portal.workflow.gate import perform
from tests.exports.reading import pdf_text
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.reading import text_of, tree_of, words_of

pytestmark = pytest.mark.django_db

FILE = "/dossiers/AAP-0001/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def approved(draft, member, head):
    perform(draft, "request_approval", actor=member)
    perform(draft, "approve", actor=head)
    return Application.objects.get()


def test_the_whole_way_from_the_draft_to_the_receipt(draft, member, head):
    team, director = signed_in(member), signed_in(head)

    asked = team.post(f"{FILE}action/request_approval/", follow=True)
    read = director.get(f"{FILE}action/approve/")
    director.post(f"{FILE}action/approve/")
    confirm = team.get(f"{FILE}action/submit/")
    receipt = team.post(f"{FILE}action/submit/", follow=True)

    application = Application.objects.get()
    version = ApplicationVersion.objects.get(reason="submission")
    assert "Visa demandé." in text_of(asked)
    assert "Les six classes de seconde coopèrent." in text_of(read)
    assert ApplicationVersion.objects.get(reason="approval").sha256 in text_of(confirm)
    assert "Heure du serveur" in text_of(confirm)
    assert receipt.redirect_chain == [(f"{FILE}depot/", 302)]
    assert (application.state, version.number) == ("submitted", 2)
    assert version.sha256 in text_of(receipt)
    assert "Votre dossier est déposé" in text_of(receipt)
    codes = list(JournalEntry.objects.order_by("pk").values_list("action", flat=True))
    assert codes == ["request_approval", "approve", "submit"]


def test_a_file_that_no_head_can_approve_says_so(client):
    application = ApplicationFactory(state="awaiting_approval", complete=True)
    client.force_login(person(Role.MEMBER, at=application.establishment))
    sentence = "Personne n’a ce rôle sur le portail pour ce lycée"

    without = text_of(client.get(application.get_absolute_url()))
    person(Role.HEAD, at=application.establishment)

    assert (sentence in without, sentence in text_of(client.get(application.get_absolute_url()))) == (True, False)


def test_the_head_returns_the_file_with_remarks_that_the_team_reads(draft, member, head):
    perform(draft, "request_approval", actor=member)
    director = signed_in(head)

    without = director.post(f"{FILE}action/return_to_team/", {"reason": " "})
    director.post(f"{FILE}action/return_to_team/", {"reason": "Revoir <b>les besoins</b>."})

    assert without.status_code == 422
    assert Application.objects.get().state == "draft"
    assert "Revoir &lt;b&gt;les besoins&lt;/b&gt;." in text_of(signed_in(member).get(FILE))


def test_a_member_does_not_give_the_visa(draft, member):
    perform(draft, "request_approval", actor=member)
    team = signed_in(member)

    assert team.get(f"{FILE}action/approve/").status_code == 403
    assert team.post(f"{FILE}action/approve/").status_code == 403
    assert Application.objects.get().approved_at is None


def test_the_visa_pressed_again_shows_to_its_giver_that_it_is_given(approved, head):
    director = signed_in(head)

    for _ in range(3):
        response = director.post(f"{FILE}action/approve/", follow=True)
        assert response.redirect_chain == [(FILE, 302)]
        assert "C’est déjà fait." in text_of(response)

    assert ApplicationVersion.objects.count() == 1


def test_the_visa_that_another_head_has_given_says_that_somebody_acted_before(approved):
    other = person(Role.HEAD, at=approved.establishment)

    response = signed_in(other).post(f"{FILE}action/approve/")

    assert response.status_code == 409
    assert "Le visa est déjà donné." in text_of(response)
    assert ApplicationVersion.objects.count() == 1


def test_an_act_confirmed_twice_shows_its_result_to_its_author(draft, member):
    team = signed_in(member)
    for _ in range(2):
        response = team.post(f"{FILE}action/withdraw/", {"reason": "Doublon."}, follow=True)
        assert response.redirect_chain == [(FILE, 302)]

    assert "C’est déjà fait." in text_of(response)
    assert JournalEntry.objects.filter(action="withdraw").count() == 1


def test_the_visa_that_is_given_has_no_button_and_says_so_to_whoever_asks(approved, head):
    director = signed_in(head)

    overview, page = director.get(FILE), director.get(f"{FILE}action/approve/")

    assert "action/approve/" not in text_of(overview)
    assert "Le visa est déjà donné." in text_of(page)


def test_complements_that_nobody_asked_for_are_refused_with_a_sentence(approved, member):
    perform(approved, "submit", actor=member)
    team = signed_in(member)

    page, posted = team.get(f"{FILE}action/answer_completion/"), team.post(f"{FILE}action/answer_completion/")

    assert (page.status_code, posted.status_code) == (200, 409)
    for response in (page, posted):
        assert "Aucun complément n’est demandé." in text_of(response)
    assert ApplicationVersion.objects.filter(reason="completion").count() == 0


def test_an_aid_that_was_not_granted_is_refused_with_a_sentence_to_the_head_alone(draft, head, member):
    Application.objects.update(state="decided", submitted_at=timezone.now(), outcome="rejected")

    page, posted = (getattr(signed_in(head), method)(f"{FILE}action/accept_award/") for method in ("get", "post"))

    assert (page.status_code, posted.status_code) == (200, 409)
    for response in (page, posted):
        assert "Aucune aide n’est attribuée à ce dossier." in text_of(response)
    assert signed_in(member).post(f"{FILE}action/accept_award/").status_code == 403
    assert Application.objects.get().state == "decided"


def test_submitting_without_visa_is_refused_with_a_sentence(draft, member):
    perform(draft, "request_approval", actor=member)
    team = signed_in(member)

    page, posted = team.get(f"{FILE}action/submit/"), team.post(f"{FILE}action/submit/")

    assert "Il manque le visa du chef d’établissement." in text_of(page)
    assert posted.status_code == 409
    assert "Il manque le visa du chef d’établissement." in text_of(posted)
    assert Application.objects.get().state == "awaiting_approval"


def test_submitting_twice_shows_the_receipt_and_tells_once(approved, member):
    team = signed_in(member)

    first = team.post(f"{FILE}action/submit/")
    second = team.post(f"{FILE}action/submit/")
    back = team.get(f"{FILE}action/submit/")

    assert [response.url for response in (first, second, back)] == [f"{FILE}depot/"] * 3
    assert JournalEntry.objects.filter(action="submit").count() == 1
    assert ApplicationVersion.objects.filter(reason="submission").count() == 1
    received = list(Message.objects.filter(code="application_received").values_list("to_email", flat=True))
    assert len(received) == len(set(received)) == 3


def test_two_numbers_with_one_fingerprint_are_explained_wherever_they_stand(approved, member):
    team = signed_in(member)
    team.post(f"{FILE}action/submit/")
    told = "Son contenu est celui de la version 1, figée au visa : les deux ont la même empreinte."
    receipt, overview, second, first = (
        words_of(tree_of(team.get(f"{FILE}{page}"))).replace("\u00a0", " ") for page in ("depot/", "", "versions/2/", "versions/1/")
    )

    assert f"Version 2, figée au dépôt. {told}" in receipt
    assert (told in second, told in first, overview.count(told)) == (True, False, 1)
    assert all(told in message.body for message in Message.objects.filter(code="application_received"))
    with issue_document("receipt", Application.objects.get()).file.content.open("rb") as content:
        assert "Son contenu est celui de la version 1" in pdf_text(content.read())


def test_the_page_of_confirmation_writes_nothing(approved, member):
    signed_in(member).get(f"{FILE}action/submit/")

    assert Application.objects.get().state == "awaiting_approval"
    assert ApplicationVersion.objects.count() == 1


def test_the_instant_of_reception_is_that_of_the_arrival(approved, member, monkeypatch):
    instant = timezone.now() - timedelta(seconds=30)
    monkeypatch.setattr(arrival, "timezone", SimpleNamespace(now=lambda: instant))

    signed_in(member).post(f"{FILE}action/submit/")

    assert Application.objects.get().submitted_at == instant


def test_a_file_that_arrived_in_time_is_received_whatever_the_time_it_takes(approved, member):
    approved.call.closes_at = timezone.now() - timedelta(seconds=1)
    approved.call.save()
    token = arrival._arrival.set(timezone.now() - timedelta(seconds=2))
    try:
        fresh = perform(approved, "submit", actor=member, received_at=arrival.arrived_at())
    finally:
        arrival._arrival.reset(token)

    assert fresh.submitted_at < approved.call.closes_at


def test_after_the_deadline_the_page_says_the_time_of_the_server(approved, member):
    approved.call.closes_at = timezone.now() - timedelta(minutes=1)
    approved.call.save()

    response = signed_in(member).post(f"{FILE}action/submit/")

    assert response.status_code == 409
    assert "au serveur. Votre dossier est conservé tel quel." in text_of(response)
    assert Application.objects.get().state == "awaiting_approval"


def test_the_receipt_of_a_file_not_submitted_does_not_exist(draft, member):
    assert signed_in(member).get(f"{FILE}depot/").status_code == 404


@pytest.mark.parametrize("name", ["decide", "mark_assessed", "request_completion", "delete", "declare_admissible"])
def test_crafted_transitions_are_refused_and_leave_no_trace(approved, member, head, name):
    traces = JournalEntry.objects.count()

    for user in (member, head):
        response = signed_in(user).post(f"{FILE}action/{name}/", {"reason": "x", "outcome": "awarded", "granted_amount": "1"})
        assert response.status_code in (403, 404)

    fresh = Application.objects.get()
    assert (fresh.state, fresh.outcome, fresh.granted_amount) == ("awaiting_approval", "", None)
    assert JournalEntry.objects.count() == traces


def test_a_draft_is_not_submitted_by_a_crafted_post(draft, member):
    response = signed_in(member).post(f"{FILE}action/submit/")

    assert response.status_code == 409
    assert (Application.objects.get().state, JournalEntry.objects.count()) == ("draft", 0)


def test_complements_are_asked_written_and_sent(approved, member):
    perform(approved, "submit", actor=member)
    officer = person(Role.OFFICER)
    request = CompletionRequest(
        application=approved, fields=["resume"], message="Précisez.", due_on=timezone.localdate(), opened_by=officer
    )
    perform(approved, "request_completion", actor=officer, request=request)
    team = signed_in(member)

    page = team.get(FILE)
    team.post(f"{FILE}reponses/resume/", {"q-resume": "Précisé", "v-resume": "1.x"})
    team.post(f"{FILE}action/answer_completion/")

    assert "La Région vous demande des compléments" in text_of(page)
    version = ApplicationVersion.objects.get(reason="completion")
    assert version.content["sections"][0]["entries"][1]["value"] == "Précisé"
    assert CompletionRequest.objects.get().answered_by == member
    assert Message.objects.filter(code="completion_answered", to_email=officer.email).count() == 1


def test_the_head_accepts_the_award(draft, head, member):
    Application.objects.all().delete()
    ApplicationFactory(
        reference="AAP-0001",
        establishment=draft.establishment,
        state="decided",
        submitted_at=timezone.now(),
        outcome="awarded",
        granted_amount="5000.00",
    )

    page = signed_in(head).get(FILE)
    signed_in(member).post(f"{FILE}action/accept_award/")
    assert Application.objects.get().state == "decided"
    signed_in(head).post(f"{FILE}action/accept_award/")

    assert "Votre projet est retenu." in text_of(page)
    assert "5 000,00 €" in text_of(page)
    assert Application.objects.get().state == "accepted_by_school"


def test_a_withdrawn_file_gives_its_reason_and_frees_the_place(draft, member):
    signed_in(member).post(f"{FILE}action/withdraw/", {"reason": "Projet reporté."})

    assert Application.objects.get().state == "withdrawn"
    assert JournalEntry.objects.get(action="withdraw").reason == "Projet reporté."


def test_a_frozen_version_is_read_as_it_was(approved, member):
    approved.answers.filter(question_key="resume").update(value="Changé depuis")

    response = signed_in(member).get(f"{FILE}versions/1/")

    assert "Les six classes de seconde coopèrent." in text_of(response)
    assert "Changé depuis" not in text_of(response)
