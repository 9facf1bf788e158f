from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.evaluation import Asked, rule, truth_of
from calls.conditions.reading import read_condition
from calls.conditions.references import Reference, Source, answer, lycee
from calls.conditions.sentences import agreed, refusals, sentence, statement
from calls.conditions.truth import Truth
from calls.questions.comparison import FLAG
from portal.text.french import NBSP
from tests.calls.conditions.terms import CATALOGUE, conditions, facts


def condition(raw):
    errors: list[str] = []
    found = read_condition(raw, CATALOGUE, "Ici", errors)
    assert errors == []
    return found


YES = {"answer": "referent", "equals": "oui"}
MANY = {"lycee": "pupils", "at_least": 300}
CAP = {"answer": "niveau", "equals": "cap"}


@pytest.mark.parametrize(
    ("raw", "positive", "negative"),
    [
        (YES, "« Avez-vous un référent ? » est « Oui »", "« Avez-vous un référent ? » n’est pas « Oui »"),
        (MANY, "le nombre d’élèves est d’au moins 300", "le nombre d’élèves est de moins de 300"),
        (
            {"lycee": "pupils", "at_most": 1200},
            f"le nombre d’élèves est d’au plus 1{NBSP}200",
            f"le nombre d’élèves est de plus de 1{NBSP}200",
        ),
        ({"lycee": "pupils", "equals": 3}, "le nombre d’élèves est de 3", "le nombre d’élèves n’est pas de 3"),
        (
            {"answer": "part", "at_least": "5000"},
            f"« Part du lycée » est d’au moins 5{NBSP}000{NBSP}€",
            f"« Part du lycée » est de moins de 5{NBSP}000{NBSP}€",
        ),
        (
            {"lycee": "ips", "between": ["80", "100.5"]},
            "l’IPS est compris entre 80 et 100,5",
            "l’IPS n’est pas compris entre 80 et 100,5",
        ),
        (
            {"answer": "besoins", "part": "quantity", "between": [1, 3]},
            "la quantité totale de le tableau « Besoins » est comprise entre 1 et 3",
            "la quantité totale de le tableau « Besoins » n’est pas comprise entre 1 et 3",
        ),
        (
            {"answer": "niveau", "is_one_of": ["2nde", "cap"]},
            "« Niveau » est « Seconde » ou « CAP »",
            "« Niveau » n’est ni « Seconde » ni « CAP »",
        ),
        ({"answer": "niveau", "is_one_of": ["cap"]}, "« Niveau » est « CAP »", "« Niveau » n’est pas « CAP »"),
        ({"answer": "niveaux", "contains": "cap"}, "« Niveaux » comprend « CAP »", "« Niveaux » ne comprend pas « CAP »"),
        (
            {"answer": "niveaux", "contains_any": ["2nde", "1re", "cap"]},
            "« Niveaux » comprend « Seconde », « Première » ou « CAP »",
            "« Niveaux » ne comprend ni « Seconde » ni « Première » ni « CAP »",
        ),
        (
            {"lycee": "pathways", "contains": "general"},
            "les voies comprennent « Générale »",
            "les voies ne comprennent pas « Générale »",
        ),
        ({"lycee": "pathways", "is_answered": True}, "les voies sont connues", "les voies ne sont pas connues"),
        ({"answer": "resume", "contains": "lab"}, "« Résumé » contient « lab »", "« Résumé » ne contient pas « lab »"),
        ({"answer": "resume", "is_answered": True}, "« Résumé » a une réponse", "« Résumé » n’a pas de réponse"),
        (
            {"answer": "debut", "at_least": "2027-03-01"},
            "« Début » est le 1er mars 2027 ou après",
            "« Début » est avant le 1er mars 2027",
        ),
        (
            {"answer": "debut", "at_most": "2027-03-12"},
            "« Début » est le 12 mars 2027 ou avant",
            "« Début » est après le 12 mars 2027",
        ),
        ({"answer": "debut", "equals": "2027-03-12"}, "« Début » est le 12 mars 2027", "« Début » n’est pas le 12 mars 2027"),
        (
            {"date": "today", "between": ["2027-01-01", "2027-03-12"]},
            "la date du jour est comprise entre le 1er janvier 2027 et le 12 mars 2027",
            "la date du jour n’est pas comprise entre le 1er janvier 2027 et le 12 mars 2027",
        ),
        ({"lycee": "boarding", "equals": True}, "le lycée a un internat", "le lycée n’a pas d’internat"),
        ({"lycee": "boarding", "equals": False}, "le lycée n’a pas d’internat", "le lycée a un internat"),
        ({"answer": "plan", "is_answered": True}, "la pièce « Plan » est jointe", "la pièce « Plan » n’est pas jointe"),
        (
            {"answer": "plan", "at_least": 2},
            "la pièce « Plan » compte au moins 2 fichiers",
            "la pièce « Plan » ne compte pas au moins 2 fichiers",
        ),
        (
            {"answer": "plan", "at_least": 1},
            "la pièce « Plan » compte au moins 1 fichier",
            "la pièce « Plan » ne compte pas au moins 1 fichier",
        ),
        ({"answer": "besoins", "is_answered": True}, "le tableau « Besoins » est rempli", "le tableau « Besoins » n’est pas rempli"),
        (
            {"answer": "part", "at_most": {"answer": "besoins", "part": "lines"}},
            "« Part du lycée » est inférieur ou égal au nombre de lignes de le tableau « Besoins »",
            "« Part du lycée » n’est pas inférieur ou égal au nombre de lignes de le tableau « Besoins »",
        ),
        (
            {"answer": "besoins", "part": "quantity", "at_least": {"answer": "eleves"}},
            "la quantité totale de le tableau « Besoins » est supérieure ou égale à « Élèves concernés »",
            "la quantité totale de le tableau « Besoins » n’est pas supérieure ou égale à « Élèves concernés »",
        ),
        (
            {"answer": "debut", "at_most": {"date": "today"}},
            "« Début » n’est pas après la date du jour",
            "« Début » est après la date du jour",
        ),
        (
            {"answer": "debut", "at_least": {"date": "today"}},
            "« Début » n’est pas avant la date du jour",
            "« Début » est avant la date du jour",
        ),
        (
            {"answer": "debut", "equals": {"date": "today"}},
            "« Début » est le même jour que la date du jour",
            "« Début » n’est pas le même jour que la date du jour",
        ),
        (
            {"answer": "eleves", "equals": {"lycee": "pupils"}},
            "« Élèves concernés » est égal au nombre d’élèves",
            "« Élèves concernés » n’est pas égal au nombre d’élèves",
        ),
        (
            {"answer": "besoins", "has_a_line": {"column": "kind", "equals": "cabling"}},
            "le tableau « Besoins » contient une ligne dont la nature est « Câblage »",
            "le tableau « Besoins » ne contient aucune ligne dont la nature est « Câblage »",
        ),
        (
            {
                "answer": "besoins",
                "has_a_line": {"all": [{"column": "kind", "equals": "cabling"}, {"not": {"column": "quantity", "at_least": 9}}]},
            },
            "le tableau « Besoins » contient une ligne dont la nature est « Câblage » et dont la quantité est de moins de 9",
            "le tableau « Besoins » ne contient aucune ligne dont la nature est « Câblage » et dont la quantité est de moins de 9",
        ),
    ],
)
def test_a_comparison_reads_in_french_and_so_does_its_contrary(raw, positive, negative):
    assert sentence(condition(raw), CATALOGUE) == f"si {positive.replace(' de le ', ' du ')}"
    assert sentence(condition({"not": raw}), CATALOGUE) == f"si {negative.replace(' de le ', ' du ')}"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"all": [YES, MANY]}, "si « Avez-vous un référent ? » est « Oui » et si le nombre d’élèves est d’au moins 300"),
        (
            {"any": [YES, MANY, CAP]},
            "si « Avez-vous un référent ? » est « Oui », si le nombre d’élèves est d’au moins 300 ou si « Niveau » est « CAP »",
        ),
        (
            {"not": {"any": [YES, MANY]}},
            "si « Avez-vous un référent ? » n’est pas « Oui » et si le nombre d’élèves est de moins de 300",
        ),
        (
            {"all": [CAP, {"any": [YES, MANY]}]},
            "si « Niveau » est « CAP » et (si « Avez-vous un référent ? » est « Oui » ou si le nombre d’élèves est d’au moins 300)",
        ),
        ({"all": [{"all": [CAP]}, {"all": [YES]}]}, "si « Niveau » est « CAP » et si « Avez-vous un référent ? » est « Oui »"),
        ({"not": {"not": CAP}}, "si « Niveau » est « CAP »"),
    ],
)
def test_conditions_put_together_read_without_doubt(raw, text):
    assert sentence(condition(raw), CATALOGUE) == text


def test_a_statement_stands_by_itself():
    assert statement(condition({"all": [MANY, CAP]}), CATALOGUE) == "Le nombre d’élèves est d’au moins 300 et « Niveau » est « CAP »"


@given(conditions())
@settings(max_examples=120, deadline=None)
def test_every_condition_has_its_sentence(drawn):
    text = sentence(drawn, CATALOGUE)

    assert text.lstrip("(").startswith("si ")
    assert " de le " not in text and "  " not in text and "None" not in text


@pytest.mark.parametrize(
    ("raw", "known", "sentences"),
    [
        (MANY, {lycee("pupils"): 250}, ["Le nombre d’élèves est de 250 ; l’appel demande au moins 300."]),
        (MANY, {}, ["Le nombre d’élèves n’est pas connu ; l’appel demande au moins 300."]),
        (MANY, {lycee("pupils"): 300}, []),
        ({"not": MANY}, {lycee("pupils"): 350}, ["Le nombre d’élèves est de 350 ; l’appel demande moins de 300."]),
        (
            {"not": {"answer": "debut", "at_most": "2027-03-12"}},
            {answer("debut"): date(2027, 3, 1)},
            ["« Début » est le 1er mars 2027 ; l’appel demande une date après le 12 mars 2027."],
        ),
        (
            {"lycee": "sector", "equals": "public"},
            {lycee("sector"): "private"},
            ["Le secteur est « Privé » ; l’appel demande « Public »."],
        ),
        (
            {"not": {"lycee": "sector", "equals": "private"}},
            {lycee("sector"): "private"},
            ["Le secteur est « Privé » ; l’appel exclut « Privé »."],
        ),
        (
            {"lycee": "pathways", "contains_any": ["general", "vocational"]},
            {},
            ["Les voies ne sont pas connues ; l’appel demande « Générale » ou « Professionnelle »."],
        ),
        (
            {"not": {"lycee": "pathways", "contains": "general"}},
            {lycee("pathways"): frozenset(["general", "vocational"])},
            ["Les voies comprennent « Générale » et « Professionnelle » ; l’appel exclut « Générale »."],
        ),
        (
            {"lycee": "boarding", "equals": True},
            {lycee("boarding"): False},
            ["Le lycée n’a pas d’internat ; l’appel demande : le lycée a un internat."],
        ),
        (
            {"not": {"lycee": "boarding", "equals": True}},
            {lycee("boarding"): True},
            ["Le lycée a un internat ; l’appel demande : le lycée n’a pas d’internat."],
        ),
        (
            {"all": [MANY, {"lycee": "ips", "at_most": "100"}]},
            {lycee("pupils"): 250, lycee("ips"): Decimal("101.5")},
            ["Le nombre d’élèves est de 250 ; l’appel demande au moins 300.", "L’IPS est de 101,5 ; l’appel demande au plus 100."],
        ),
        (
            {"all": [MANY, {"lycee": "ips", "at_most": "100"}]},
            {lycee("pupils"): 800, lycee("ips"): Decimal("101.5")},
            ["L’IPS est de 101,5 ; l’appel demande au plus 100."],
        ),
        (
            {"any": [MANY, {"lycee": "boarding", "equals": True}]},
            {lycee("pupils"): 250, lycee("boarding"): False},
            [
                "Le nombre d’élèves est de 250 et le lycée n’a pas d’internat ; l’appel demande l’un ou l’autre : "
                "le nombre d’élèves est d’au moins 300 ou le lycée a un internat."
            ],
        ),
        (YES, {answer("referent"): Asked.NOT}, ["« Avez-vous un référent ? » n’est pas posée ; l’appel demande « Oui »."]),
        (YES, {}, ["« Avez-vous un référent ? » n’a pas encore de réponse ; l’appel demande « Oui »."]),
        (
            {"answer": "debut", "between": ["2027-01-01", "2027-03-12"]},
            {answer("debut"): None},
            ["« Début » n’a pas encore de réponse ; l’appel demande une date du 1er janvier 2027 au 12 mars 2027."],
        ),
        ({"answer": "plan", "at_least": 2}, {answer("plan"): 1}, ["La pièce « Plan » compte 1 fichier ; l’appel demande au moins 2."]),
        (
            {"not": {"answer": "plan", "is_answered": True}},
            {answer("plan"): 3},
            ["La pièce « Plan » compte 3 fichiers ; l’appel n’en attend pas."],
        ),
        ({"lycee": "ips", "is_answered": True}, {}, ["L’IPS n’est pas connu ; l’appel demande qu’il le soit."]),
        (
            {"not": {"lycee": "ips", "is_answered": True}},
            {lycee("ips"): Decimal("101.5")},
            ["L’IPS est de 101,5 ; l’appel demande qu’il ne le soit pas."],
        ),
        (
            {"answer": "eleves", "at_most": {"lycee": "pupils"}},
            {answer("eleves"): 60, lycee("pupils"): 30},
            ["« Élèves concernés » est de 60 et le nombre d’élèves est de 30 ; l’appel demande au plus le nombre d’élèves."],
        ),
        (
            {"answer": "besoins", "has_a_line": {"column": "kind", "equals": "cabling"}},
            {answer("besoins"): ({"kind": "equipment", "quantity": 1},)},
            ["Le tableau « Besoins » ne contient aucune ligne dont la nature est « Câblage » ; l’appel en demande une."],
        ),
        (
            {"not": {"answer": "besoins", "has_a_line": {"column": "quantity", "at_least": 9}}},
            {answer("besoins"): ({"kind": "equipment", "quantity": 9},)},
            ["Le tableau « Besoins » contient une ligne dont la quantité est d’au moins 9 ; l’appel n’en admet aucune."],
        ),
        (
            {"date": "today", "at_least": "2027-03-12"},
            {Reference(Source.DATE, "today"): None},
            ["La date du jour n’est pas connue ; l’appel demande une date à partir du 12 mars 2027."],
        ),
    ],
)
def test_a_refusal_says_the_fact_and_what_is_asked(raw, known, sentences):
    assert refusals(rule(condition(raw), known), CATALOGUE) == sentences


@given(conditions(), facts())
@settings(max_examples=150, deadline=None)
def test_whatever_does_not_hold_says_why(drawn, some):
    told = refusals(rule(drawn, some), CATALOGUE)

    assert bool(told) is (truth_of(drawn, some) is not Truth.TRUE)
    assert all(text[0] == text[0].upper() and text.endswith(".") and " de le " not in text for text in told)


@pytest.mark.parametrize(
    ("feminine", "plural", "words"),
    [
        (False, False, ("égal", "compris", "joint")),
        (True, False, ("égale", "comprise", "jointe")),
        (False, True, ("égaux", "compris", "joints")),
        (True, True, ("égales", "comprises", "jointes")),
    ],
)
def test_words_agree(feminine, plural, words):
    term = Term(lycee("x"), "x", FLAG, feminine=feminine, plural=plural)

    assert tuple(agreed(word, term) for word in ("égal", "compris", "joint")) == words


def test_a_yes_or_no_without_sentences_of_its_own_reads_yes_or_no():
    catalogue = Catalogue.of([Term(answer("accord"), "« D’accord ? »", FLAG)])
    errors: list[str] = []
    agreed_on = read_condition({"answer": "accord", "equals": True}, catalogue, "Ici", errors)

    assert sentence(agreed_on, catalogue) == "si « D’accord ? » est « Oui »"
    assert refusals(rule(agreed_on, {answer("accord"): False}), catalogue) == ["« D’accord ? » est « Non » ; l’appel demande « Oui »."]
