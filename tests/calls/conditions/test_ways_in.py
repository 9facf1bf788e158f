from dataclasses import replace

import pytest
from hypothesis import given, settings

from calls.conditions.catalogue import Catalogue, Remedy
from calls.conditions.evaluation import Asked, truth_of
from calls.conditions.reading import read_condition
from calls.conditions.references import answer, lycee
from calls.conditions.truth import Truth
from calls.conditions.ways_in import ways_in
from tests.calls.conditions.terms import CATALOGUE, conditions, facts

ANSWERABLE = Catalogue.of(
    replace(term, remedy=Remedy(f"Répondez à {term.name} : {{}}", "avant le 12 mars 2027")) if term.reference.source == "answer" else term
    for term in CATALOGUE.terms.values()
    if not term.reference.part
)


def told(raw, known):
    errors: list[str] = []
    condition = read_condition(raw, ANSWERABLE, "Ici", errors)
    assert errors == []
    return [way.sentence for way in ways_in(condition, known, ANSWERABLE)]


YES = {"answer": "referent", "equals": "oui"}
MANY = {"answer": "eleves", "at_least": 30}
TOLD_YES = "Répondez à « Avez-vous un référent ? » : « Oui », avant le 12 mars 2027."
TOLD_MANY = "Répondez à « Élèves concernés » : au moins 30, avant le 12 mars 2027."


@pytest.mark.parametrize(
    ("raw", "known", "sentences"),
    [
        (YES, {answer("referent"): "non"}, [TOLD_YES]),
        (YES, {}, [TOLD_YES]),
        (YES, {answer("referent"): "oui"}, []),
        (YES, {answer("referent"): Asked.NOT}, []),
        ({"all": [YES, MANY]}, {answer("referent"): "non", answer("eleves"): 20}, []),
        ({"all": [YES, MANY]}, {answer("referent"): "non", answer("eleves"): 30}, [TOLD_YES]),
        ({"any": [YES, MANY]}, {answer("referent"): "non", answer("eleves"): 20}, [TOLD_YES, TOLD_MANY]),
        (
            {"lycee": "pathways", "contains_any": ["vocational"]},
            {},
            ["Le chef d’établissement déclare les voies : « Professionnelle », avant le 12 mars 2027."],
        ),
        ({"lycee": "pupils", "at_least": 300}, {lycee("pupils"): 250}, []),
        (
            {"not": YES},
            {answer("referent"): "oui"},
            ["Répondez à « Avez-vous un référent ? » : par exemple « Non », avant le 12 mars 2027."],
        ),
    ],
)
def test_the_one_act_that_would_do_is_told(raw, known, sentences):
    assert told(raw, known) == sentences


@given(conditions(ANSWERABLE), facts())
@settings(max_examples=150, deadline=None)
def test_doing_what_is_told_makes_it_true(condition, some):
    for way in ways_in(condition, some, ANSWERABLE):
        assert truth_of(condition, {**some, way.reference: way.value}) is Truth.TRUE
