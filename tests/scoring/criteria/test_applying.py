"""What the condition of a criterion says of a file: three answers, each with the facts that decide."""

import pytest

from calls.conditions.evaluation import Asked
from calls.conditions.references import Reference, Source, answer, lycee
from calls.conditions.truth import Truth
from calls.questionnaire import parse
from scoring.criteria.applying import catalogue_of_criteria, decided, errors_in_applies_if, may_leave_nothing, read_applies_if
from tests.factories.calls import DEFINITION

BOARDING = {"lycee": "boarding", "equals": True}
CABLING = {"answer": "besoins", "has_a_line": {"column": "kind", "equals": "cabling"}}
FIRST = {"answer": "niveau", "equals": "1re"}
SAYS_BOARDERS = {"answer": "resume", "contains": "internes"}


@pytest.fixture
def catalogue():
    return catalogue_of_criteria(parse(DEFINITION).questions, ())


def said(raw, facts, catalogue):
    found = decided(read_applies_if(raw, "Internat", catalogue, []), facts, catalogue)
    return found.truth, found.facts


LINES = [{"kind": "equipment"}]
SAID = [
    (BOARDING, {lycee("boarding"): True}, Truth.TRUE, "Le lycée a un internat."),
    (BOARDING, {lycee("boarding"): False}, Truth.FALSE, "Le lycée n’a pas d’internat."),
    (BOARDING, {}, Truth.UNKNOWN, "L’internat du lycée n’est pas connu."),
    (FIRST, {answer("niveau"): None}, Truth.UNKNOWN, "« Niveau principal » n’a pas de réponse."),
    (FIRST, {answer("niveau"): Asked.NOT}, Truth.FALSE, "« Niveau principal » n’est pas posée."),
    (CABLING, {answer("besoins"): LINES}, Truth.FALSE, "Le tableau « Équipements et câblage » ne contient aucune ligne dont la nature est « Câblage et réseau »."),
    ({"not": CABLING}, {answer("besoins"): LINES}, Truth.TRUE, "Le tableau « Équipements et câblage » ne contient aucune ligne dont la nature est « Câblage et réseau »."),
    ({"any": [BOARDING, FIRST]}, {lycee("boarding"): False, answer("niveau"): "2nde"}, Truth.FALSE, "Le lycée n’a pas d’internat et « Niveau principal » est « Seconde »."),
    (SAYS_BOARDERS, {answer("resume"): "Un long résumé."}, Truth.FALSE, "« Résumé » ne contient pas « internes »."),
    (SAYS_BOARDERS, {answer("resume"): "Le soir, les internes lisent."}, Truth.TRUE, "« Résumé » contient « internes »."),
    ({"any": [BOARDING, FIRST]}, {lycee("boarding"): True}, Truth.TRUE, "Le lycée a un internat."),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "facts", "truth", "sentence"), SAID)
def test_each_answer_says_the_facts_that_make_it_so(raw, facts, truth, sentence, catalogue):
    assert said(raw, facts, catalogue) == (truth, sentence)


def test_what_a_wave_refused_or_delivered_to_a_lycee_decides_of_no_public_criterion():
    form = parse(DEFINITION | {"known": {"waves": [1]}})

    offered = {
        reference.key for reference in catalogue_of_criteria(form.questions, form.known.values()).terms if reference.source is Source.WAVE
    }

    assert {"retained_1", "granted_1"} <= offered
    assert not {"outcome_1", "delivered_1"} & offered
    assert Reference(Source.WAVE, "outcome_1") in form.known


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"all": [BOARDING, {"not": BOARDING}]}, "elle n’est vraie d’aucun dossier"),
        ({"any": [FIRST, {"answer": "niveau", "equals": "2nde"}]}, "elle est vraie de tous les dossiers"),
        ({"answer": "disparue", "equals": True}, "disparue"),
    ],
)
def test_a_condition_that_decides_nothing_or_cannot_be_read_is_not_kept(raw, sentence, catalogue):
    [error] = errors_in_applies_if(raw, catalogue)

    assert sentence in error


@pytest.mark.parametrize(
    ("raws", "leaves_nothing"),
    [
        ([BOARDING], True),
        ([BOARDING, None], False),  # one that always applies
        ([BOARDING, {"not": BOARDING}], False),  # one or the other
        ([BOARDING, FIRST], True),
        ([{"lycee": "pupils", "at_most": 500}, {"lycee": "pupils", "at_least": 400}], False),
        ([], False),
    ],
)
def test_criteria_that_may_all_be_out_for_some_file_are_found(raws, leaves_nothing, catalogue):
    conditions = [raw and read_applies_if(raw, "C", catalogue, []) for raw in raws]

    assert may_leave_nothing(conditions, catalogue) is leaves_nothing
