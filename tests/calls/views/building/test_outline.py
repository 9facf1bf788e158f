"""The outline of a form: what it shows, and what one press does."""

import pytest
from django.utils import timezone

from calls.models import FormRevision, Questionnaire
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.conditions import CONDITIONAL
from tests.reading import text_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def keys(definition, section=0):
    return [part["key"] for part in definition["sections"][section]["questions"]]


def test_the_manager_comes_from_the_page_of_the_call_and_reads_the_whole_form(as_manager, call, at):
    Questionnaire.objects.update(definition=CONDITIONAL)

    assert at() in as_manager.get(f"/pilotage/{call.reference}/").content.decode()
    read = text_of(as_manager.get(at()))

    for told in (
        "2. Projet pédagogique",
        "Texte long",
        "Posée si « Niveau principal » est « Première »",
        "Obligatoire si",
        "La part du lycée",
    ):
        assert told in read.replace("\u00a0", " ")
    assert "Sert à : la question « Élèves concernés »" in read.replace("\u00a0", " ")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.AUDITOR])
def test_others_do_not_write_forms(client, at, call, role):
    client.force_login(person(role))

    assert client.get(at()).status_code == 403
    assert client.post(at("form_act"), {"monter": "question:eleves"}).status_code == 403
    assert "Écrire le formulaire" not in client.get(f"/pilotage/{call.reference}/").content.decode()


def test_a_question_goes_up_and_down_with_the_focus_on_the_button(as_manager, at, stored):
    answer = as_manager.post(at("form_act"), {"monter": "question:eleves"})

    assert keys(stored()) == ["titre", "resume", "eleves", "niveau"]
    assert answer.url == f"{at()}?sur=monter-question-eleves#question-eleves"
    page = as_manager.get(answer.url.partition("#")[0])
    assert "maintenant 3e sur 4" in text_of(page)
    assert 'id="monter-question-eleves"\n' in page.content.decode() or "autofocus" in page.content.decode()
    as_manager.post(at("form_act"), {"descendre": "question:eleves"})
    assert keys(stored()) == ["titre", "resume", "niveau", "eleves"]


def test_a_press_by_htmx_brings_the_outline_back_and_says_what_was_done(as_manager, at):
    answer = as_manager.post(at("form_act"), {"descendre": "question:niveau"}, **HTMX)

    assert answer.status_code == 200 and "preau:announce" in answer["HX-Trigger"]
    assert "4e sur 4" in answer["HX-Trigger"].encode().decode("unicode_escape", "ignore")


def test_the_pointer_and_the_lists_put_a_question_in_another_section(as_manager, at, stored):
    focused = {"monter": "question:eleves"}  # a script sends the button that has the focus
    as_manager.post(at("form_act"), {"deplacer": "question:niveau", "vers": "pieces", "place": "0"} | focused)
    assert keys(stored(), 2) == ["niveau", "deliberation"]

    as_manager.post(at("form_act"), {"ranger": "question:niveau", "section": "besoins", "place": "2"})
    assert keys(stored(), 1) == ["besoins", "niveau", "cofinancement"]
    refused = as_manager.post(at("form_act"), {"ranger": "question:niveau", "section": "besoins", "place": "deux"})
    assert refused.status_code == 422 and "un nombre entier" in text_of(refused)


def test_sections_and_limits_move_are_copied_and_removed(as_manager, at, stored):
    Questionnaire.objects.update(definition=CONDITIONAL)
    for press in ({"copier": "limite:part"}, {"monter": "limite:part-2"}, {"retirer": "limite:part"}, {"copier": "section:pieces"}):
        assert as_manager.post(at("form_act"), press).status_code == 302

    assert [limit["key"] for limit in stored()["limits"]] == ["part-2"]
    assert [section["key"] for section in stored()["sections"]] == ["projet", "besoins", "pieces", "pieces-2"]
    as_manager.post(at("form_act"), {"monter": "section:pieces-2"})
    as_manager.post(at("form_act"), {"retirer": "section:pieces"})
    assert [section["key"] for section in stored()["sections"]] == ["projet", "besoins", "pieces-2"]


def test_what_others_depend_on_is_not_removed_and_they_are_named(as_manager, at, stored):
    Questionnaire.objects.update(definition=CONDITIONAL)

    refused = as_manager.post(at("form_act"), {"retirer": "question:niveau"})

    assert refused.status_code == 422 and stored() == CONDITIONAL
    assert "La question « Niveau principal » sert à : la question « Élèves concernés » et la section « Besoins »." in text_of(
        refused
    ).replace("\u00a0", " ")


def test_nothing_is_removed_unseen(as_manager, at, stored, client):
    seen = as_manager.get(at()).context["mark"]
    as_manager.post(at("form_act"), {"monter": "question:eleves"})
    before = stored()

    refused = as_manager.post(at("form_act"), {"retirer": "question:niveau", "seen": seen})

    assert refused.status_code == 409 and stored() == before
    assert "Hélène Vautrin a changé ce formulaire" in text_of(refused)
    again = as_manager.post(at("form_act"), {"retirer": "question:niveau", "seen": refused.context["mark"]})
    assert again.status_code == 302 and "niveau" not in keys(stored())


def test_what_is_not_there_any_more_is_said(as_manager, at):
    assert as_manager.post(at("form_act"), {"retirer": "question:ailleurs"}).status_code == 409
    assert as_manager.post(at("form_act"), {"monter": "chose:ailleurs"}).status_code == 422
    assert as_manager.post(at("form_act"), {}).status_code == 422


# -- Undo -------------------------------------------------------------------------------------------------------------


def test_each_change_is_put_back_by_one_press_the_last_first(as_manager, at, stored, call):
    first = stored()
    as_manager.post(at("form_act"), {"retirer": "question:niveau"})
    as_manager.post(at("form_act"), {"copier": "question:eleves"})

    for left in (1, 0):
        last = FormRevision.objects.first()
        page = as_manager.post(at("form_act"), {"annuler": last.pk}, follow=True)
        assert f"Annulé : {last.said}" in text_of(page).replace("\u00a0", " ") and FormRevision.objects.count() == left
    assert stored() == first
    assert as_manager.post(at("form_act"), {"annuler": ""}).status_code == 409
    acts = list(JournalEntry.objects.filter(subject_id=str(call.pk)).order_by("pk").values_list("action", flat=True))
    assert acts == ["edit_questionnaire"] * 2 + ["undo_form_edit"] * 2


def test_only_the_change_that_the_page_shows_is_undone(as_manager, at, stored):
    as_manager.post(at("form_act"), {"monter": "question:eleves"})
    shown = FormRevision.objects.first().pk
    as_manager.post(at("form_act"), {"monter": "question:eleves"})
    before = stored()

    assert as_manager.post(at("form_act"), {"annuler": shown}).status_code == 409
    assert stored() == before


def test_a_form_written_elsewhere_since_is_not_put_back_over(as_manager, at, stored):
    as_manager.post(at("form_act"), {"monter": "question:eleves"})
    Questionnaire.objects.update(definition=CONDITIONAL)

    assert as_manager.post(at("form_act"), {"annuler": FormRevision.objects.first().pk}).status_code == 422
    assert stored() == CONDITIONAL


# -- In force ---------------------------------------------------------------------------------------------------------


def test_a_form_in_force_is_read_and_not_changed(as_manager, at, stored, call):
    Questionnaire.objects.update(frozen_at=timezone.now())
    before = stored()

    page = as_manager.get(at())

    assert "elle ne change plus" in text_of(page) and 'name="monter"' not in page.content.decode()
    assert as_manager.post(at("form_act"), {"monter": "question:eleves"}).status_code == 409
    assert as_manager.get(at("form_part", "eleves")).url == at()
    refused = as_manager.post(at("form_part", "eleves"), {"label": "Combien d’élèves ?"})
    assert refused.status_code == 409 and "Combien d’élèves ?" in refused.content.decode()
    assert as_manager.get(at("form_kinds", "projet")).url == at()
    assert stored() == before


def test_the_number_of_queries_does_not_follow_the_form(as_manager, at, django_assert_num_queries):
    as_manager.get(at())
    with django_assert_num_queries(10):
        as_manager.get(at())
    for _ in range(3):
        as_manager.post(at("form_act"), {"copier": "section:projet"})
    as_manager.get(at())
    with django_assert_num_queries(10):
        as_manager.get(at())


def test_a_call_without_form_begins_by_a_section(as_manager):
    call = CallFactory(state="draft", with_questionnaire=False)
    address = f"/pilotage/{call.reference}/formulaire/"

    assert "Ce formulaire est vide" in text_of(as_manager.get(address))
    made = as_manager.post(f"{address}sections/ajouter/", {"title": "Votre projet", "help": ""})
    assert made.url == f"{address}#section-votre-projet"
    assert [part["key"] for part in call.questionnaire.definition["sections"][0]["questions"]] == ["titre"]
