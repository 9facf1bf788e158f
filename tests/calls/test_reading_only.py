"""Who reads the files of a school reads them all and writes in none: no act, no answer, no file, nothing to do."""

import pytest

from calls.models import Answer, Application
from portal.accounts.models import User
from portal.notifications.models import Message
from portal.roles import Role
from portal.ui.todo import items_for
from portal.workflow.gate import available_transitions, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.orders import OrderLineFactory, PurchaseOrderFactory
from tests.reading import elements_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return ApplicationFactory(reference="AAP-0001", complete=True)


@pytest.fixture
def reader(application, client):
    user = person(Role.READER, at=application.establishment)
    client.force_login(user)
    return user


def first_section(application) -> str:
    return application.questionnaire.schema.sections[0].key


def test_reads_the_files_of_the_school_and_is_told_that_they_write_nothing(client, application, reader):
    for page in ("", f"section/{first_section(application)}/", "apercu/"):
        answer = client.get(f"/dossiers/AAP-0001/{page}")
        assert answer.status_code == 200
        assert "Vous lisez les dossiers de ce lycée sans y écrire" in text_of(answer)
        controls = elements_of(answer, "main form[method=post], main textarea, main select")
        assert not [control for control in controls if "pr-lang" not in control.get("class", [])]
        assert "Continuer le dossier" not in text_of(answer)


def test_reads_nothing_of_another_school(client, reader):
    ApplicationFactory(reference="AAP-0002", complete=True)

    assert client.get("/dossiers/AAP-0002/").status_code == 404


def test_no_act_is_offered_nor_done(client, application, reader):
    assert available_transitions(application, User.objects.get(pk=reader.pk)) == []
    for name in ("request_approval", "withdraw"):
        answer = client.post(f"/dossiers/AAP-0001/action/{name}/", {"reason": "Motif."})
        assert answer.status_code == 403
        assert "Vous lisez sans écrire" in text_of(answer)
    assert Application.objects.get().state == "draft"


def test_an_answer_is_refused_with_a_sentence(client, application, reader):
    before = list(Answer.objects.order_by("pk").values_list("question_key", "value", "version"))

    page = client.post(f"/dossiers/AAP-0001/section/{first_section(application)}/", {"v-titre": "1", "q-titre": "Un autre titre"})

    assert page.status_code == 403
    assert "une personne de l’équipe peut faire cet acte" in text_of(page)
    assert list(Answer.objects.order_by("pk").values_list("question_key", "value", "version")) == before


def test_begins_no_file(client, application, reader):
    call = CallFactory()

    page = text_of(client.get(f"/appels/{call.slug}/deposer/"))
    answer = client.post(f"/appels/{call.slug}/deposer/", {"establishment": application.establishment.uai})

    assert answer.status_code in (403, 404)
    assert not Application.objects.filter(call=call).exists()
    assert "Vous lisez les dossiers de votre lycée sans y écrire" in page
    assert "rattaché à aucun lycée" not in page


def test_has_nothing_to_do_and_receives_no_mail_of_the_team(application, reader):
    PurchaseOrderFactory(sent=True, establishment=application.establishment, late=True)
    member = person(Role.MEMBER, at=application.establishment)
    perform(perform(application, "request_approval", actor=member), "return_to_team", actor=member, reason="Relire.")

    assert items_for(User.objects.get(pk=reader.pk)) == []
    told = set(Message.objects.values_list("to_email", flat=True))
    assert reader.email not in told


def test_reads_the_orders_of_the_school_and_records_nothing(client, application, reader):
    order = OrderLineFactory(order=PurchaseOrderFactory(sent=True, establishment=application.establishment)).order

    assert client.get(f"/commandes/{order.number}/").status_code == 200
    assert client.get(f"/commandes/{order.number}/livraison/").status_code == 403
    assert client.get(f"/commandes/{order.number}/reception/").status_code == 403


def test_their_presence_is_not_noted(client, application, reader):
    answer = client.post("/dossiers/AAP-0001/presence/", {"section": ""})

    assert answer.status_code == 200
    assert not application.presences.exists()
