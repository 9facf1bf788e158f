"""Conditions in the definition of a form: read, typed, named when something they use goes, and looked at before anybody answers."""

from copy import deepcopy

import pytest

from calls.questionnaire import errors_in, parse
from tests.factories.calls import DEFINITION

CAP = {"answer": "niveau", "equals": "1re"}


def form(**changes) -> dict:
    """The usual form; `niveau={…}` adds to that question, `s_besoins={…}` to that section, `limits=[…]` to the form."""
    definition = deepcopy(DEFINITION)
    if "limits" in changes:
        definition["limits"] = changes.pop("limits")
    for section in definition["sections"]:
        section |= changes.pop(f"s_{section['key']}", {})
        for question in section["questions"]:
            question |= changes.pop(question["key"], {})
    assert not changes
    return definition


def test_a_form_without_conditions_has_no_rules():
    assert not parse(DEFINITION).rules


def test_conditions_are_read_by_the_key_of_what_they_decide():
    rules = parse(
        form(
            s_besoins={"shown_if": {"answer": "eleves", "at_least": 10}},
            cofinancement={"shown_if": CAP, "required_if": {"lycee": "pupils", "at_least": 300}},
            limits=[{"key": "part", "condition": {"answer": "cofinancement", "at_most": "1000"}, "message": "Mille euros au plus."}],
        )
    ).rules

    assert (set(rules.sections), set(rules.shown), set(rules.required)) == ({"besoins"}, {"cofinancement"}, {"cofinancement"})
    assert [(limit.key, limit.message, set(limit.questions)) for limit in rules.limits] == [
        ("part", "Mille euros au plus.", {"cofinancement"})
    ]
    assert rules.looked_at == {"eleves", "niveau", "cofinancement"}
    assert rules.deciding == {"eleves", "niveau"}


def test_every_condition_of_a_form_is_told():
    rules = parse(
        form(
            s_besoins={"shown_if": {"answer": "eleves", "at_least": 10}},
            cofinancement={"shown_if": CAP, "required_if": {"lycee": "boarding", "equals": True}},
            limits=[
                {
                    "key": "part",
                    "condition": {"answer": "cofinancement", "at_most": {"answer": "besoins", "part": "gross_amount"}},
                    "message": "La part du lycée ne dépasse pas le total.",
                }
            ],
        )
    ).rules

    assert rules.told == [
        "La section « Besoins » est posée si « Élèves concernés » est d’au moins 10.",
        "« Part du lycée » est posée si « Niveau principal » est « Première ».",
        "« Part du lycée » est obligatoire si le lycée a un internat.",
        "« Part du lycée » est inférieur ou égal au total TTC du tableau « Équipements et câblage » ; "
        "sinon : La part du lycée ne dépasse pas le total.",
    ]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"eleves": {"shown_if": {"answer": "perdue", "equals": 1}}, "s_besoins": {"shown_if": {"answer": "perdue", "equals": 1}}},
            [
                "La question « perdue » n’existe pas, ou n’existe plus ; en dépendent la question « Élèves concernés », la section « Besoins »."
            ],
        ),
        (
            {"eleves": {"shown_if": {"answer": "niveau", "equals": "terminale"}}},
            [
                "La question « Élèves concernés », affichage : « Niveau principal » : « terminale » n’est pas, ou n’est plus, parmi les choix."
            ],
        ),
        (
            {"eleves": {"shown_if": {"answer": "niveau", "at_least": 3}}},
            [
                "La question « Élèves concernés », affichage : « Niveau principal » ne se compare pas par « at_least », "
                "mais par : is_answered, equals, is_one_of."
            ],
        ),
        (
            {"niveau": {"shown_if": {"answer": "eleves", "at_least": 3}}},
            [
                "La question « Niveau principal », affichage : elle dépend de « Élèves concernés », qui vient après ; "
                "placez avant ce dont elle dépend."
            ],
        ),
        (
            {"niveau": {"shown_if": {"answer": "eleves", "at_least": 3}}, "eleves": {"required": False, "required_if": CAP}},
            [
                "Des questions dépendent l’une de l’autre en cercle : « Niveau principal » dépend de « Élèves concernés », "
                "qui dépend de « Niveau principal »."
            ],
        ),
        (
            {"niveau": {"shown_if": CAP}},
            ["Des questions dépendent l’une de l’autre en cercle : « Niveau principal » dépend de « Niveau principal »."],
        ),
        (
            {"titre": {"shown_if": {"lycee": "boarding", "equals": True}}},
            ["Le titre du projet est toujours demandé : il n’a pas de condition d’affichage."],
        ),
        (
            {"s_projet": {"shown_if": {"lycee": "boarding", "equals": True}}},
            ["La section « Projet pédagogique » demande le titre du projet : elle est toujours posée, sans condition."],
        ),
        (
            {"eleves": {"required_if": CAP}},
            ["La question « Élèves concernés » est toujours obligatoire : la condition de réponse obligatoire est de trop."],
        ),
        (
            {"limits": [{"key": "x", "condition": CAP, "message": " "}]},
            ["La limite « x » ne dit rien à qui ne la respecte pas : donnez-lui un message."],
        ),
        (
            {"limits": [{"key": "x", "condition": CAP, "message": "Non."}] * 2},
            ["La clé de limite « x » est employée deux fois."],
        ),
        (
            {"limits": {"key": "x"}},
            ["Les limites sont une liste ; chacune a une clé (key), une condition (condition) et un message (message)."],
        ),
        (
            {"limits": [{"key": "x", "message": "Non."}]},
            ["La limite « x » : la condition n’est pas écrite comme une condition."],
        ),
    ],
)
def test_a_fault_of_a_condition_is_told_with_its_place(changes, errors):
    assert errors_in(form(**changes)) == errors


@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        (
            {"cofinancement": {"shown_if": {"answer": "eleves", "at_least": 5001}}},
            [
                "La question « Part du lycée », affichage : la condition ne peut jamais être vraie (si « Élèves concernés » est d’au moins 5\u00a0001)."
            ],
        ),
        (
            {"s_besoins": {"shown_if": {"answer": "niveau", "is_one_of": ["2nde", "1re"]}}},
            [
                "La section « Besoins », affichage : la condition est toujours vraie, elle ne décide de rien "
                "(si « Niveau principal » est « Seconde » ou « Première »)."
            ],
        ),
        (
            {"s_besoins": {"shown_if": CAP}, "cofinancement": {"shown_if": {"answer": "niveau", "equals": "2nde"}}},
            [
                "La question « Part du lycée », affichage : la condition ne peut jamais être vraie (si « Niveau principal » est « Seconde »)."
            ],
        ),
        (
            {"eleves": {"shown_if": CAP}, "cofinancement": {"shown_if": {"all": [{"not": CAP}, {"answer": "eleves", "at_least": 3}]}}},
            [
                "La question « Part du lycée », affichage : la condition ne peut jamais être vraie "
                "(si « Niveau principal » n’est pas « Première » et si « Élèves concernés » est d’au moins 3)."
            ],
        ),
        (
            {"cofinancement": {"shown_if": CAP, "required_if": CAP}},
            [
                "La question « Part du lycée », réponse obligatoire : la condition est toujours vraie, elle ne décide de rien "
                "(si « Niveau principal » est « Première »)."
            ],
        ),
        (
            {"limits": [{"key": "x", "condition": {"answer": "cofinancement", "at_most": "500000"}, "message": "Trop."}]},
            [
                "La limite « x » : la condition est toujours vraie, elle ne décide de rien "
                "(si « Part du lycée » est d’au plus 500\u00a0000\u00a0€)."
            ],
        ),
        ({"cofinancement": {"shown_if": CAP, "required_if": {"lycee": "rural", "equals": True}}}, []),
    ],
)
def test_a_condition_that_decides_nothing_is_found_when_the_form_is_saved(changes, doubts):
    definition = form(**changes)

    assert errors_in(definition) == doubts
    assert parse(definition).rules  # a form already in use stays readable
