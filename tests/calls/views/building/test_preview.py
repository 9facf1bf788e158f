"""The form tried as a lycée fills it in: conditions followed, nothing written."""

import pytest

from calls.models import Answer, Application, Questionnaire, RequestLine
from tests.calls.views.building.test_parts import cases, with_kind
from tests.factories.conditions import CONDITIONAL
from tests.factories.directory import EstablishmentFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def lycee():
    return EstablishmentFactory(name="Lycée Fabert", uai="0570054X")


def test_a_section_is_tried_and_conditions_follow_without_javascript(as_manager, at):
    Questionnaire.objects.update(definition=CONDITIONAL)
    page = as_manager.get(at("form_preview_start"))
    assert "Vu par un lycée : Lycée Fabert" in text_of(page).replace("\u00a0", " ")
    assert 'name="q-eleves"' not in page.content.decode()

    answer = as_manager.post(at("form_preview", "projet"), {"v-niveau": "", "q-niveau": "1re"})
    assert answer.url == at("form_preview", "projet")
    page = as_manager.get(answer.url)
    assert 'name="q-eleves"' in page.content.decode() and "Besoins" in text_of(page)
    assert not Application.objects.exists() and not Answer.objects.exists() and not RequestLine.objects.exists()


def test_with_htmx_the_page_comes_back_at_once(as_manager, at):
    Questionnaire.objects.update(definition=CONDITIONAL)

    page = as_manager.post(at("form_preview", "projet"), {"v-niveau": "", "q-niveau": "1re"}, **HTMX)

    assert page.status_code == 200 and 'name="q-eleves"' in page.content.decode()


def test_a_wrong_answer_is_told_with_what_was_typed(as_manager, at):
    page = as_manager.post(at("form_preview", "projet"), {"v-eleves": "", "q-eleves": "beaucoup"})

    assert page.status_code == 422 and 'value="beaucoup"' in page.content.decode() and "un nombre entier" in text_of(page)


def test_needs_files_and_limits_are_tried(as_manager, at):
    limit = {"key": "prises", "condition": {"answer": "besoins", "part": "quantity", "at_most": 5}, "message": "Cinq prises au plus."}
    Questionnaire.objects.update(definition=with_kind("text", {}) | {"limits": [limit]})

    as_manager.post(at("form_preview", "besoins"), {"n-besoins-prise-rj45": "9"})
    as_manager.post(at("form_preview", "pieces"), {"t-deliberation": "1", "f-deliberation": "on"})

    assert "Cinq prises au plus." in text_of(as_manager.get(at("form_preview", "besoins")))
    assert "checked" in as_manager.get(at("form_preview", "pieces")).content.decode()
    as_manager.post(at("form_preview", "besoins"), {"effacer": "1"})
    assert "Cinq prises au plus." not in text_of(as_manager.get(at("form_preview", "besoins")))


def test_the_facts_are_those_of_the_lycee_that_is_chosen(as_manager, at):
    EstablishmentFactory(name="Lycée Jean-Zay", uai="0540001A")

    page = as_manager.post(at("form_preview", "projet"), {"lycee": "jean-zay"}, follow=True)

    assert "Lycée Jean-Zay" in text_of(page)


def test_a_section_that_is_not_asked_says_so_and_a_broken_form_is_not_tried(as_manager, at):
    Questionnaire.objects.update(definition=CONDITIONAL)
    as_manager.post(at("form_preview", "projet"), {"v-niveau": "", "q-niveau": "2nde"})
    assert "n’est pas demandée" in text_of(as_manager.get(at("form_preview", "besoins")))
    assert as_manager.get(at("form_preview", "ailleurs")).status_code == 404

    Questionnaire.objects.update(definition={"sections": []})
    assert as_manager.get(at("form_preview_start")).url == at()


@pytest.mark.parametrize("kind, options", cases(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_question_of_each_kind_is_drawn(as_manager, at, kind, options):
    Questionnaire.objects.update(definition=with_kind(kind, options))

    assert "Essai" in text_of(as_manager.get(at("form_preview", "pieces")))


def test_a_lycee_that_the_directory_has_not_is_said_and_the_one_before_stays(as_manager, at):
    EstablishmentFactory(name="Lycée Jean-Prouvé", uai="0540038Z")
    as_manager.post(at("form_preview", "projet"), {"lycee": "prouve"})

    page = as_manager.post(at("form_preview", "projet"), {"lycee": "Poudlard"})

    assert page.status_code == 422
    said = text_of(page).replace("\u00a0", " ")
    assert "Aucun lycée de l’annuaire ne répond à « Poudlard »" in said and "Vu par un lycée : Lycée Jean-Prouvé" in said


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_one_goes_on_with_what_was_typed_and_stays_where_something_is_wrong(as_manager, at, htmx):
    wrong = as_manager.post(at("form_preview", "projet"), {"v-eleves": "", "q-eleves": "beaucoup", "next": "1"}, **htmx)
    assert wrong.status_code == 422

    kept = as_manager.post(at("form_preview", "projet"), {"v-eleves": "", "q-eleves": "30", "next": "1"}, **htmx)

    place = kept["HX-Redirect"] if htmx else kept.url
    assert place != at("form_preview", "projet") and as_manager.get(place).status_code == 200
    assert 'value="30"' in as_manager.get(at("form_preview", "projet")).content.decode()
