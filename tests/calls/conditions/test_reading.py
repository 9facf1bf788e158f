import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.conditions.reading import as_json, keys_in, read_condition
from calls.conditions.references import answer, lycee
from tests.calls.conditions.terms import CATALOGUE, conditions


def faults(raw) -> list[str]:
    errors: list[str] = []
    assert (read_condition(raw, CATALOGUE, "Ici", errors) is None) is bool(errors)
    return [error.removeprefix("Ici : ") for error in errors]


@given(conditions())
@settings(max_examples=120, deadline=None)
def test_what_is_stored_reads_back_to_the_same(condition):
    errors: list[str] = []

    assert read_condition(as_json(condition), CATALOGUE, "Ici", errors) == condition
    assert errors == []


_KEYS = st.sampled_from(["all", "any", "not", "answer", "lycee", "column", "part", "equals", "between", "has_a_line", "is_answered", "x"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["besoins", "referent", "oui", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(_JSON)
@settings(max_examples=150, deadline=None)
def test_whatever_is_given_is_read_or_refused_in_words(raw):
    errors: list[str] = []

    assert (read_condition(raw, CATALOGUE, "Ici", errors) is None) is bool(errors)
    assert all(error.startswith("Ici : ") for error in errors)
    keys_in(raw)


ONE = {"answer": "referent", "equals": "oui"}


@pytest.mark.parametrize(
    ("raw", "sentences"),
    [
        (None, ["la condition n’est pas écrite comme une condition."]),
        ({}, ["la condition n’est pas écrite comme une condition."]),
        ({"all": []}, ["« all » réunit au moins une condition."]),
        ({"all": [ONE], "any": [ONE]}, ["« all » est seul à son niveau."]),
        ({"equals": "oui"}, ["une comparaison porte sur une seule chose, parmi : answer, column, lycee, declared, wave, date, data."]),
        ({"answer": "perdue", "equals": "oui"}, ["« perdue » (answer) n’existe pas."]),
        ({"answer": "besoins", "part": "poids", "at_least": 1}, ["« besoins.poids » (answer) n’existe pas."]),
        ({"column": "quantity", "at_least": 1}, ["« quantity » (column) n’existe pas."]),
        ({"answer": 3, "equals": "oui"}, ["ce sur quoi porte une comparaison se nomme par sa clé."]),
        (
            {"answer": "referent"},
            ["« Avez-vous un référent ? » se compare d’une seule façon, parmi : is_answered, equals, is_one_of."],
        ),
        (
            {"answer": "referent", "at_least": 2},
            ["« Avez-vous un référent ? » ne se compare pas par « at_least », mais par : is_answered, equals, is_one_of."],
        ),
        (
            {"answer": "referent", "equals": "peut-être"},
            ["« Avez-vous un référent ? » : « peut-être » n’est pas, ou n’est plus, parmi les choix."],
        ),
        ({"answer": "eleves", "at_least": "30"}, ["« Élèves concernés » se compare à un nombre entier, pas à « 30 »."]),
        ({"answer": "eleves", "at_least": True}, ["« Élèves concernés » se compare à un nombre entier, pas à « True »."]),
        ({"answer": "part", "at_least": 0.1}, ["« Part du lycée » se compare à un nombre, pas à « 0.1 »."]),
        ({"answer": "debut", "at_most": "2027-02-30"}, ["« Début » se compare à une date (2027-03-12), pas à « 2027-02-30 »."]),
        ({"answer": "eleves", "between": [1]}, ["« Élèves concernés » : « between » attend une liste de deux bornes."]),
        ({"answer": "eleves", "between": [2, 1]}, ["« Élèves concernés » : la première borne dépasse la seconde."]),
        ({"answer": "niveau", "is_one_of": ["cap", "cap"]}, ["« Niveau » : une même valeur est donnée deux fois."]),
        (
            {"answer": "eleves", "is_answered": False},
            ["« Élèves concernés » : « is_answered » vaut true ; le contraire s’écrit avec « not »."],
        ),
        ({"answer": "eleves", "at_least": {"answer": "eleves"}}, ["« Élèves concernés » ne se compare pas à « Élèves concernés »."]),
        ({"answer": "eleves", "at_least": {"answer": "debut"}}, ["« Élèves concernés » ne se compare pas à « Début »."]),
        (
            {"answer": "eleves", "between": {"answer": "part"}},
            ["« Élèves concernés » se compare à autre chose par : equals, at_least, at_most."],
        ),
        (
            {"any": [{"answer": "a", "equals": 1}, {"answer": "b", "equals": 1}]},
            ["« a » (answer) n’existe pas.", "« b » (answer) n’existe pas."],
        ),
        ({"any": [ONE] * 41}, ["la condition compare plus de 40 fois ; elle ne se relirait plus."]),
        (
            {"not": {"not": {"not": {"not": {"not": {"not": ONE}}}}}},
            ["la condition s’emboîte plus de 6 fois ; elle ne se relirait plus."],
        ),
    ],
)
def test_a_fault_is_told_in_a_sentence(raw, sentences):
    assert faults(raw) == sentences


def test_the_comparisons_inside_lines_count_too():
    line = {"column": "quantity", "at_least": 1}

    assert faults({"answer": "besoins", "has_a_line": {"any": [line] * 40}}) == [
        "la condition compare plus de 40 fois ; elle ne se relirait plus."
    ]


def test_what_cannot_be_read_still_says_what_it_uses():
    raw = {"all": [{"answer": "perdue", "poids": 3}, {"not": {"lycee": "pupils", "at_least": {"answer": "autre"}}}]}

    assert keys_in(raw) == {answer("perdue"), answer("autre"), lycee("pupils")}


DEEPER_THAN_PYTHON = 100_000


def nested(raw, *names):
    """The condition within as many others as Python cannot follow."""
    for rank in range(DEEPER_THAN_PYTHON):
        name = names[rank % len(names)]
        raw = {name: [raw] if name in ("all", "any") else raw}
    return raw


@pytest.mark.parametrize("names", [("not",), ("all",), ("any", "not"), ("all", "any")])
def test_a_condition_deeper_than_any_reader_is_refused_in_words(names):
    assert faults(nested(ONE, *names)) == ["la condition s’emboîte plus de 6 fois ; elle ne se relirait plus."]


def test_what_is_compared_may_not_be_deep_either():
    operand: list = []
    for _rank in range(DEEPER_THAN_PYTHON):
        operand = [operand]

    assert faults({"answer": "referent", "equals": operand}) == ["la condition s’emboîte plus de 6 fois ; elle ne se relirait plus."]
    assert keys_in(nested(ONE, "not")) == {answer("referent")}
