"""The form of a model is written on the pages that write the form of a call, by those who make calls."""

import pytest
from django.urls import reverse

from calls.actions.call_models import save_as_model
from calls.models import Call, CallModel
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.cms.test_call_models import NAME, new
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.reading import text_of, tree_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(site, manager) -> CallModel:
    EstablishmentFactory()
    return save_as_model(call=CallFactory(reference="L40-V2", with_questionnaire=DEFINITION), name=NAME, actor=manager)


@pytest.fixture
def at(model):
    return lambda name="form", *args: reverse(f"calls:{name}", args=[model.call.reference, *args])


def said(page) -> str:
    return text_of(page).replace("\u00a0", " ")


def test_from_its_page_to_its_form_and_back(client, manager, model, at):
    assert at() in client.get(model.get_absolute_url()).content.decode()

    page = client.get(at())

    assert "Élèves concernés" in said(page)
    assert model.get_absolute_url() in page.content.decode()
    assert model.call.reference not in words_of(tree_of(page))
    assert f'/pilotage/{model.call.reference}/"' not in page.content.decode()


def test_a_question_added_is_in_the_calls_that_come_of_it_and_in_no_other(client, manager, model, at):
    client.post(at("form_part_add", "projet", "number"), {"label": "Salles à câbler"})

    read = said(client.get(model.get_absolute_url()))
    assert "Salles à câbler" in read
    asked = len(model.call.questionnaire.schema.questions)
    assert f"{asked} questions." in read and "de la version 1" not in read
    assert "Salles à câbler" not in str(Call.objects.get(reference="L40-V2").questionnaire.definition)
    told = new(programme=model.call.programme)
    client.post(reverse("calls:new_call", args=[model.pk]), {
        "programme": model.call.programme_id, "title": told.title, "reference": "RUR-V1", "opens_at": "2028-03-01T08:00", "budget_amount": "9000",
    })  # fmt: skip
    assert "Salles à câbler" in str(Call.objects.get(reference="RUR-V1").questionnaire.definition)


def test_the_history_of_the_model_tells_it_and_one_press_takes_it_back(client, manager, model, at):
    client.post(at("form_act"), {"copier": "question:eleves"})
    assert JournalEntry.objects.filter(action="edit_questionnaire").get().subject_id == str(model.pk)
    assert "Questionnaire modifié" in said(client.get(model.get_absolute_url()))

    client.post(at("form_act"), {"annuler": "oui"})

    assert "copie" not in str(model.call.questionnaire.definition)


@pytest.mark.parametrize("page", ["form", "form_preview_start", "form_section_add", "form_limit_add"])
def test_its_pages_open_for_those_who_make_calls_and_are_not_there_for_others(client, manager, model, at, page):
    assert client.get(at(page)).status_code == 200
    for role in (Role.OFFICER, Role.AUDITOR, Role.COMMUNICATION, None):
        client.force_login(person(role))
        assert client.get(at(page)).status_code == 404


def test_it_is_never_put_in_force(client, manager, model, at):
    assert client.post(at("form_force")).status_code == 409
    assert client.post(at("form_renew")).status_code in (302, 409)
    assert model.call.questionnaires.get().frozen_at is None
