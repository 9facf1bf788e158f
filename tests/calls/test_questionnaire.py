from copy import deepcopy
from decimal import Decimal

import pytest

from calls.questionnaire import DefinitionError, errors_in, parse, read
from calls.shipped import bouquet_ressources, lycee_40, pack_numerique, usages_numeriques
from tests.factories.calls import DEFINITION


def one_question(**question) -> dict:
    base = {"key": "titre", "kind": "text", "label": "Titre du projet"}
    return {"sections": [{"key": "projet", "title": "Projet", "questions": [base, {"key": "q", "label": "Question", **question}]}]}


def test_parse_reads_every_kind():
    definition = parse(DEFINITION)

    kinds = {question.key: question.kind for question in definition.questions}
    assert kinds == {
        "titre": "text",
        "resume": "long_text",
        "niveau": "choice",
        "eleves": "number",
        "besoins": "needs",
        "cofinancement": "amount",
        "deliberation": "file",
    }
    assert definition.question("besoins").item("serveur").unit_price == Decimal("6480.00")
    assert definition.question("besoins").ceiling == Decimal("140000.00")
    assert definition.section_of("eleves").position == 1
    assert definition.section_of("eleves").place_of("eleves") == 4


def test_parse_asks_for_the_title_where_the_form_does_not():
    definition = deepcopy(DEFINITION)
    del definition["sections"][0]["questions"][0]

    first = parse(definition).sections[0].questions[0]

    assert (first.key, first.kind, first.required, first.max_length) == ("titre", "text", True, 160)


@pytest.mark.parametrize("shipped", [lycee_40, usages_numeriques, bouquet_ressources, pack_numerique])
def test_shipped_questionnaires_are_sound(shipped):
    assert errors_in(shipped.DEFINITION) == []


@pytest.mark.parametrize("definition", [None, [], {}, {"sections": []}, {"sections": "x"}])
def test_parse_refuses_what_is_no_form(definition):
    assert errors_in(definition) == ["Le questionnaire n’a aucune section."]


@pytest.mark.parametrize(
    ("question", "errors"),
    [
        ({"kind": "signature"}, ["La question « Question » a une nature inconnue : signature."]),
        ({"kind": "text", "max_length": 0.5}, ["La question « Question » : le nombre de signes va de 1 à 20000."]),
        ({"kind": "text", "max_length": 20_001}, ["La question « Question » : le nombre de signes va de 1 à 20000."]),
        ({"kind": "choice"}, ["La question « Question » ne propose aucun choix."]),
        (
            {"kind": "choice", "choices": [{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]},
            ["La question « Question » : la valeur de choix « a » est employée deux fois."],
        ),
        ({"kind": "number", "minimum": -1}, ["La question « Question » : le minimum n’est pas négatif."]),
        ({"kind": "amount", "maximum": "NaN"}, ["La question « Question » : le maximum n’est pas un nombre : NaN."]),
        ({"kind": "amount", "maximum": "beaucoup"}, ["La question « Question » : le maximum n’est pas un nombre : beaucoup."]),
        (
            {"kind": "file", "accept": "pdf"},
            ["La question « Question » : les formats acceptés sont une liste d’extensions, par exemple pdf."],
        ),
        ({"kind": "needs"}, ["La question « Question » ne propose aucun article."]),
        (
            {"kind": "needs", "items": [{"code": "a", "label": "A", "kind": "works", "unit_price": "-1"}]},
            [
                "La question « Question » : l’article « A » est un équipement (equipment) ou du câblage (cabling).",
                "La question « Question » : l’article « A » n’a pas de prix.",
            ],
        ),
    ],
)
def test_parse_says_what_is_wrong_with_a_question(question, errors):
    assert errors_in(one_question(**question)) == errors


def test_parse_says_every_fault_at_once():
    definition = {"sections": [{"key": "Projet !", "title": "", "questions": []}]}

    with pytest.raises(DefinitionError) as error:
        parse(definition)

    assert error.value.errors == [
        "La section 1 n’a pas de titre.",
        "La section « Section 1 » : la clé « Projet ! » n’est pas faite de minuscules, de chiffres et de tirets.",
    ]


def test_parse_refuses_two_questions_of_the_same_key():
    definition = deepcopy(DEFINITION)
    definition["sections"][1]["questions"][1]["key"] = "eleves"

    assert errors_in(definition) == ["La clé de question « eleves » est employée deux fois."]


def told(**parts) -> dict:
    notice = {"key": "prix", "kind": "notice", "label": "Les prix", "text": "Ils sont ceux du marché."} | parts
    return {"sections": [{"key": "s", "title": "S", "questions": [notice, {"key": "titre", "kind": "text", "label": "Titre"}]}]}


def test_a_notice_is_told_in_its_place_and_asks_nothing():
    section = parse(told()).sections[0]

    assert [part.key for part in section.parts] == ["prix", "titre"]
    assert [question.key for question in section.questions] == ["titre"]
    assert section.place_of("titre") == 1


def test_a_notice_without_words_and_a_key_used_twice_are_refused():
    assert errors_in(told(text="")) == ["L’information « Les prix » n’a pas de titre ou pas de texte."]
    assert errors_in(told(key="titre")) == ["La clé de question « titre » est employée deux fois."]


def test_the_same_content_is_read_once_and_another_is_read_again():
    first, again = read(deepcopy(DEFINITION)), read(deepcopy(DEFINITION))
    changed = deepcopy(DEFINITION)
    changed["sections"][0]["title"] = "Autre titre"

    assert first is again
    assert read(changed).sections[0].title == "Autre titre"
    assert first == parse(DEFINITION)


def test_what_no_json_holds_is_read_all_the_same_and_faults_are_told_each_time():
    odd = deepcopy(DEFINITION)
    odd["sections"][1]["questions"][0]["ceiling"] = Decimal("140000.00")

    assert read(odd) == parse(DEFINITION)
    for _ in range(2):
        with pytest.raises(DefinitionError, match="aucune section"):
            read({})
