"""Questionnaires in the editing site: composed, frozen once schools rely on them, renewed."""

import json
from unicodedata import normalize

import pytest
from wagtail.test.utils.form_data import nested_form_data, streamfield

from calls.actions.steering import freeze_questionnaire
from calls.enums import CallState
from calls.models import Questionnaire
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, CallFactory
from tests.factories.conditions import CONDITIONAL
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db


def form_of_one_question(call, label="Décrivez votre projet"):
    question = {"label": label, "help": "", "required": "on", "criterion": "", "key": "", "max_length": "1200"}
    section = {"title": "Projet pédagogique", "help": "", "key": "", "questions": streamfield([("long_text", question)])}
    return nested_form_data({"call": call.pk, "sections": streamfield([("section", section)])})


def test_questions_typed_with_accents_apart_are_composed(client, manager):
    call = CallFactory(state=CallState.DRAFT, with_questionnaire=False)

    client.post("/gestion/questionnaires/new/", form_of_one_question(call, label=normalize("NFD", "Élèves concernés")))

    question = Questionnaire.objects.get(call=call).definition["sections"][0]["questions"][0]
    assert (question["key"], question["label"]) == ("eleves-concernes", "Élèves concernés")


def test_questionnaire_is_composed_with_codes_made_from_the_labels(client, manager):
    call = CallFactory(state=CallState.DRAFT, with_questionnaire=False)

    client.post("/gestion/questionnaires/new/", form_of_one_question(call))

    section = Questionnaire.objects.get(call=call).definition["sections"][0]
    assert (section["key"], section["questions"]) == (
        "projet-pedagogique",
        [
            {
                "key": "decrivez-votre-projet",
                "kind": "long_text",
                "label": "Décrivez votre projet",
                "help": "",
                "required": True,
                "max_length": 1200,
            }
        ],
    )


def test_questionnaire_that_makes_no_form_is_refused(client, manager):
    call = CallFactory(state=CallState.DRAFT, with_questionnaire=False)
    empty = nested_form_data({"call": call.pk, "sections": streamfield([])})

    response = client.post("/gestion/questionnaires/new/", empty)

    assert response.status_code == 200
    assert Questionnaire.objects.count() == 0


def test_frozen_questionnaire_is_read_not_edited(client, manager):
    questionnaire = CallFactory().questionnaire

    read = client.get(f"/gestion/questionnaires/edit/{questionnaire.pk}/", follow=True)
    client.post(f"/gestion/questionnaires/edit/{questionnaire.pk}/", form_of_one_question(questionnaire.call))

    assert "Préparer une nouvelle version" in read.content.decode()
    assert "<td>Texte long</td>" in read.content.decode()
    assert "<td>long_text</td>" not in read.content.decode()
    assert Questionnaire.objects.get(pk=questionnaire.pk).definition == DEFINITION


def test_new_version_is_prepared_then_put_in_force(client, manager):
    call = CallFactory()
    first = call.questionnaire

    client.post(f"/gestion/questionnaires/nouvelle-version/{first.pk}/")
    second = call.questionnaires.get(version=2)
    client.post(f"/gestion/questionnaires/edit/{second.pk}/", form_of_one_question(call, "Une autre question"))
    assert call.questionnaire == first

    client.post(f"/gestion/questionnaires/mettre-en-vigueur/{second.pk}/")
    assert call.questionnaire == second
    assert call.questionnaire.definition["sections"][0]["questions"][0]["label"] == "Une autre question"


@pytest.mark.parametrize("path", ["nouvelle-version", "mettre-en-vigueur"])
def test_versions_do_not_move_by_reading_nor_for_others(client, site, path):
    questionnaire = CallFactory().questionnaire
    client.force_login(person(Role.CALL_MANAGER))
    assert client.get(f"/gestion/questionnaires/{path}/{questionnaire.pk}/").status_code == 405

    client.force_login(person(Role.AUDITOR))
    assert client.post(f"/gestion/questionnaires/{path}/{questionnaire.pk}/").status_code == 403
    assert Questionnaire.objects.count() == 1


def test_freezing_twice_changes_nothing():
    call = CallFactory()
    frozen_at = call.questionnaire.frozen_at

    freeze_questionnaire(call=call, actor=person(Role.CALL_MANAGER))

    assert call.questionnaire.frozen_at == frozen_at


def form_with_conditions(call, *, shown_if: str, limits: str = ""):
    blank = {"help": "", "criterion": "", "shown_if": "", "required_if": ""}
    first = blank | {"label": "Avez-vous un référent ?", "key": "referent", "required": "on"}
    second = blank | {"label": "Son nom", "key": "nom", "max_length": "200", "shown_if": shown_if}
    section = {"title": "Projet", "help": "", "key": "", "shown_if": "", "questions": streamfield([("yes_no", first), ("text", second)])}
    return nested_form_data({"call": call.pk, "sections": streamfield([("section", section)]), "limits": limits})


def test_conditions_and_limits_are_typed_with_the_questions(client, manager):
    call = CallFactory(state=CallState.DRAFT, with_questionnaire=False)
    limit = {"key": "nom", "condition": {"answer": "nom", "contains": "M"}, "message": "Écrivez M. ou Mme devant le nom."}

    client.post(
        "/gestion/questionnaires/new/",
        form_with_conditions(call, shown_if='{"answer": "referent", "equals": true}', limits=json.dumps([limit])),
    )

    definition = Questionnaire.objects.get(call=call).definition
    assert definition["sections"][0]["questions"][1]["shown_if"] == {"answer": "referent", "equals": True}
    assert "shown_if" not in definition["sections"][0]["questions"][0]
    assert definition["limits"] == [limit]


@pytest.mark.parametrize(
    ("shown_if", "limits", "told"),
    [
        ('{"answer": "perdue", "equals": true}', "", "n’existe pas, ou n’existe plus ; en dépend la question « Son nom »."),
        ('{"not": {"answer": "referent", "is_answered": true}}', "", "la condition ne peut jamais être vraie"),
        ("", "[", "Ces limites ne sont pas du JSON lisible."),
        ("", '[{"key": "x", "message": "Non."}]', "La limite « x » : la condition n’est pas écrite comme une condition."),
    ],
)
def test_conditions_that_cannot_hold_are_refused_and_nothing_is_kept(client, manager, shown_if, limits, told):
    call = CallFactory(state=CallState.DRAFT, with_questionnaire=False)

    response = client.post("/gestion/questionnaires/new/", form_with_conditions(call, shown_if=shown_if, limits=limits))

    errors = [str(error) for messages in response.context["form"].errors.values() for error in messages]
    assert any(told in error for error in errors)
    assert Questionnaire.objects.count() == 0


def test_who_reads_a_frozen_form_and_the_public_read_its_conditions(client, manager):
    questionnaire = CallFactory(slug="appel", with_questionnaire=CONDITIONAL).questionnaire

    kept = words_of(tree_of(client.get(f"/gestion/questionnaires/inspect/{questionnaire.pk}/"))).replace("\u00a0", " ")
    public = words_of(tree_of(client.get("/appels/appel/formulaire/"))).replace("\u00a0", " ")

    assert "« Élèves concernés » est posée si « Niveau principal » est « Première »." in kept
    assert "Posée si « Niveau principal » est « Première »." in public
    assert "Obligatoire si « Élèves concernés » est d’au moins 10." in public
    assert "La part du lycée ne dépasse pas le total des besoins." in public
