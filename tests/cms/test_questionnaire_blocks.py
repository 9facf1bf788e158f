"""The editor's blocks and the JSON definition say the same thing, in both directions."""

from copy import deepcopy
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from calls.questionnaire import NOTICE, errors_in, parse
from calls.questions.registry import KINDS
from calls.shipped import bouquet_ressources, lycee_40, pack_numerique, usages_numeriques
from cms.admin.questionnaire_blocks import ConditionBlock, QuestionsBlock, SectionsBlock
from cms.admin.questionnaire_stream import definition_of, stream_of
from tests.calls.questions.test_kinds import EXAMPLES
from tests.factories.calls import DEFINITION

SHIPPED = [DEFINITION, lycee_40.DEFINITION, usages_numeriques.DEFINITION, bouquet_ressources.DEFINITION, pack_numerique.DEFINITION]


@pytest.mark.parametrize("definition", SHIPPED, ids=["tests", "lycee_40", "usages", "bouquet", "pack"])
def test_definition_survives_the_editor(definition):
    edited = definition_of(SectionsBlock().clean(stream_of(definition)), definition.get("limits"))

    assert parse(edited) == parse(definition)


@pytest.mark.parametrize(("kind", "options"), [(kind, options) for kind, examples in EXAMPLES.items() for options, _ in examples])
def test_every_kind_survives_the_editor(kind, options):
    part = {"key": "part", "kind": "amount", "label": "Une part", "required": False}
    asked = {"key": "q", "kind": kind, "label": "Q", "required": False, **options}
    definition = {"sections": [{"key": "s", "title": "S", "questions": [part, asked]}]}

    edited = definition_of(SectionsBlock().clean(stream_of(definition)))

    assert parse(edited).question("q") == parse(definition).question("q")


def test_several_choices_written_before_they_were_a_kind_become_that_kind():
    asked = {"key": "q", "kind": "choice", "multiple": True, "label": "Q", "choices": [{"value": "a", "label": "A"}]}

    edited = definition_of(SectionsBlock().clean(stream_of({"sections": [{"key": "s", "title": "S", "questions": [asked]}]})))

    assert edited["sections"][0]["questions"][0]["kind"] == "choices"
    assert parse(edited).question("q").reads("choice")


def test_what_is_told_survives_the_editor_in_its_place():
    told = {"key": "prix", "kind": "notice", "label": "Les prix", "text": "Ils sont ceux du marché."}
    asked = {"key": "q", "kind": "text", "label": "Q", "required": False}
    definition = {"sections": [{"key": "s", "title": "S", "questions": [told, asked]}]}

    edited = definition_of(SectionsBlock().clean(stream_of(definition)))

    assert parse(edited) == parse(definition)
    assert [part.key for part in parse(edited).sections[0].parts] == ["titre", "prix", "q"]


def test_conditions_and_limits_survive_the_editor():
    definition = deepcopy(DEFINITION)
    definition["sections"][1]["shown_if"] = {"answer": "eleves", "at_least": 10}
    definition["sections"][1]["questions"][1] |= {
        "shown_if": {"answer": "niveau", "equals": "1re"},
        "required_if": {"lycee": "boarding", "equals": True},
    }
    limit = {"key": "part", "condition": {"answer": "cofinancement", "at_most": "1000"}, "message": "Mille euros au plus."}
    definition["limits"] = [limit]

    edited = definition_of(SectionsBlock().clean(stream_of(definition)), definition["limits"])

    assert parse(edited) == parse(definition)
    assert edited["sections"][1]["questions"][1]["shown_if"] == {"answer": "niveau", "equals": "1re"}
    assert edited["limits"] == [limit]


@pytest.mark.parametrize(
    ("typed", "told"), [("{", "Cette condition n’est pas du JSON lisible."), ("[]", "Une condition s’écrit entre accolades.")]
)
def test_a_condition_that_is_not_written_as_one_is_refused_where_it_is_typed(typed, told):
    with pytest.raises(ValidationError, match=told):
        ConditionBlock().clean(typed)


def test_every_kind_of_question_has_its_block():
    assert set(QuestionsBlock().child_blocks) == {*KINDS, NOTICE}


def blank(*questions):
    return stream_of({"sections": [{"title": "Projet", "questions": list(questions)}]})


def test_codes_are_made_from_labels_and_never_twice():
    edited = definition_of(
        blank(
            {"kind": "text", "label": "Élèves"}, {"kind": "text", "label": "Élèves"}, {"kind": "text", "label": "Autre", "key": "eleves-2"}
        )
    )

    assert [question["key"] for question in edited["sections"][0]["questions"]] == ["eleves", "eleves-3", "eleves-2"]
    assert errors_in(edited) == []


def test_code_stays_when_the_label_changes():
    edited = definition_of(blank({"kind": "text", "label": "Nouvel intitulé", "key": "resume"}))

    assert edited["sections"][0]["questions"][0]["key"] == "resume"


def test_prices_are_written_to_the_cent():
    item = {"label": "Serveur", "kind": "equipment", "unit_price": Decimal("6480"), "vat_rate": Decimal("20"), "code": ""}

    edited = definition_of(blank({"kind": "needs", "label": "Besoins", "items": [item], "ceiling": Decimal("140000")}))

    question = edited["sections"][0]["questions"][0]
    assert question["ceiling"] == "140000.00"
    assert question["items"] == [{"code": "serveur", "label": "Serveur", "kind": "equipment", "unit_price": "6480.00", "vat_rate": "20.0"}]
