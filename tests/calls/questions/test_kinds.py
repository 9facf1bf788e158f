"""Every kind of question has every face, and each face agrees with the others."""

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import get_template
from hypothesis import given
from hypothesis import strategies as st

from calls.questionnaire import DefinitionError, parse
from calls.questions.base import FieldQuestion, Given, Holding, Question
from calls.questions.comparison import Operator, ValueType
from calls.questions.registry import KINDS
from exports.workbooks.files import ANSWER_FORMATS

# For each kind, definitions of its options and, for those answered in a field, values as stored.
EXAMPLES = {
    "text": [({}, ["Parler, produire"])],
    "long_text": [({"max_length": 60}, ["Une ligne\nune autre"])],
    "choice": [
        ({"choices": [{"value": "a", "label": "Avant"}, {"value": "b", "label": "Après"}]}, ["a", "b"]),
    ],
    "choices": [({"choices": [{"value": "a", "label": "Avant"}, {"value": "b", "label": "Après"}]}, [["a"], ["a", "b"]])],
    "yes_no": [({}, ["yes", "no"])],
    "date": [({}, ["2026-12-01"]), ({"earliest": "2026-09-01", "latest": "2027-08-31"}, ["2026-09-01", "2027-08-31"])],
    "commitments": [
        (
            {"commitments": [{"key": "cadre", "label": "Encadrer les usages"}, {"key": "listes", "label": "Tenir les listes à jour"}]},
            [["cadre", "listes"]],
        )
    ],
    "number": [({"minimum": 0, "maximum": 5000}, [0, 1200])],
    "amount": [({"maximum": "140000.00"}, ["0.00", "12345.60"])],
    "board_vote": [
        ({"accept": ["pdf"]}, [{"held_on": "2026-11-12", "for": 14, "against": 1, "abstentions": 0}]),
    ],
    "group": [
        (
            {
                "columns": [
                    {"key": "salle", "kind": "text", "label": "Salle", "required": True},
                    {"key": "places", "kind": "number", "label": "Places"},
                    {"key": "cout", "kind": "amount", "label": "Coût"},
                    {"key": "ouverte", "kind": "yes_no", "label": "Ouverte à tous"},
                    {"key": "depuis", "kind": "date", "label": "Depuis"},
                    {"key": "etage", "kind": "choice", "label": "Étage", "choices": [{"value": "rdc", "label": "Rez-de-chaussée"}]},
                ],
                "most": 5,
            },
            [
                [
                    {"salle": "B12", "places": 24, "cout": "1200.50"},
                    {"salle": "B14", "ouverte": "no", "depuis": "2026-09-01", "etage": "rdc"},
                ]
            ],
        ),
    ],
    "file": [
        ({"accept": ["pdf", "odt"]}, []),
        ({"accept": ["ods"], "to_fill": {"id": "6f1e7f0e-5f0c-4b7a-9a57-0d5d3f3f8c11", "name": "budget.ods", "size": 8_412}}, []),
    ],
    "partners": [({}, []), ({"least": 2, "most": 4}, [])],
    "computed": [({"operation": "sum", "terms": ["part"]}, [])],
    "needs": [({"items": [{"code": "serveur", "label": "Serveur", "kind": "equipment", "unit_price": "6480.00"}]}, [])],
}


def question_of(kind: str, **options) -> Question:
    raw = {"key": "q", "kind": kind, "label": "Question", **options}
    before = {"key": "part", "kind": "amount", "label": "Une part"}  # what a computed answer adds up
    return parse({"sections": [{"key": "s", "title": "S", "questions": [before, raw]}]}).question("q")


def cases(*, simple: bool = False) -> list:
    """(kind, question) of every example; with `simple`, (kind, question, stored value)."""
    found = [(kind, question_of(kind, **options), values) for kind, examples in EXAMPLES.items() for options, values in examples]
    if not simple:
        return [(kind, question) for kind, question, _ in found]
    return [(kind, question, value) for kind, question, values in found for value in values]


def posted(question: FieldQuestion, typed) -> QueryDict:
    """What a browser sends of these fields: those of a record and of the rows of a group have the names that the page gives them."""
    data = QueryDict(mutable=True)
    records = {f"q-{question.key}": typed} if isinstance(typed, dict) else {}
    if isinstance(typed, list) and typed and isinstance(typed[0], dict):
        records = {f"q-{question.key}-{rank}": row for rank, row in enumerate(typed)}
    for prefix, record in records.items():
        data.update({f"{prefix}-{column}": value for column, value in record.items()})
    if not records:
        data.setlist(f"q-{question.key}", typed if isinstance(typed, list) else [typed])
    return data


def test_every_kind_has_its_examples_here():
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize(("kind", "question"), cases())
def test_every_kind_says_what_it_is(kind, question):
    assert type(question) is KINDS[kind]
    assert question.kind == kind
    assert question.name
    assert question.is_simple == isinstance(question, FieldQuestion) == (question.holding is Holding.ANSWER)
    assert question.sheet_format is None or question.sheet_format in ANSWER_FORMATS
    assert get_template(question.template)


@pytest.mark.parametrize(("kind", "question"), cases())
def test_nothing_given_is_nothing_on_every_face(kind, question):
    nothing = Given()

    assert (question.text(nothing), question.cell(nothing), question.compared(nothing)) == ("", None, None)
    assert question.gap(nothing, None) is None
    assert type(question)(**{f.name: getattr(question, f.name) for f in fields(question)} | {"required": True}).gap(nothing, None).sentence
    assert question.frozen(nothing) == {
        "key": "q", "label": "Question", "kind": kind, "value": None, "text": "", "lines": [], "files": [],
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "question"), cases())
def test_what_a_condition_compares_has_a_type_and_operators(kind, question):
    assert isinstance(question.value_type, ValueType)
    assert Operator.IS_ANSWERED in question.value_type.operators
    assert len(set(question.value_type.operators)) == len(question.value_type.operators) > 1


@pytest.mark.parametrize(("kind", "question", "stored"), cases(simple=True))
def test_a_stored_answer_goes_round_every_face(kind, question, stored):
    answer = Given(stored)

    typed = question.typed(stored)
    assert question.posted(posted(question, typed)) == typed
    assert question.clean(typed) == stored
    assert question.store(question.read(stored)) == stored
    assert isinstance(question.compared(answer), question.value_type.python)
    assert isinstance(question.cell(answer), str | int | Decimal | date)
    assert question.text(answer)
    frozen = json.loads(json.dumps(question.frozen(answer)))
    assert (frozen["value"], frozen["text"]) == (stored, question.text(answer))
    assert type(question).thawed(frozen) == answer
    assert question.gap(answer, None) is None


@pytest.mark.parametrize(("kind", "question"), [case for case in cases() if case[1].is_simple])
def test_a_blank_field_is_stored_as_nothing(kind, question):
    assert question.clean(question.typed(None)) in (None, "", [])
    assert question.read(question.clean(question.typed(None))) is None


@pytest.mark.parametrize(("kind", "question"), [case for case in cases() if case[1].is_simple])
@given(seed=st.integers(0, 10_000))
def test_a_sample_is_an_answer_that_the_field_takes(kind, question, seed):
    sample = question.sample(Random(seed))

    assert question.clean(question.typed(sample)) == sample


@given(typed=st.text(max_size=80))
@pytest.mark.parametrize("kind", ["text", "long_text", "number", "amount", "choice", "yes_no", "date"])
def test_whatever_is_typed_is_refused_or_read_back_as_stored(kind, typed):
    question = question_of(kind, **EXAMPLES[kind][0][0])
    try:
        stored = question.clean(typed)
    except ValidationError as error:
        assert all(error.messages)
        return
    assert json.loads(json.dumps(stored)) == stored
    assert question.clean(question.typed(stored)) == stored
    if question.read(stored) is not None:
        assert question.store(question.read(stored)) == stored


def test_amounts_and_numbers_are_numbers_in_a_sheet_and_in_a_condition():
    amount, number = question_of("amount"), question_of("number")

    assert (amount.cell(Given("12345.60")), amount.sheet_format) == (Decimal("12345.60"), "money")
    assert (amount.compared(Given("12345.60")), number.compared(Given(12))) == (Decimal("12345.60"), 12)


def test_choices_read_as_their_labels_and_compare_as_their_values():
    question = question_of("choices", **EXAMPLES["choices"][0][0])

    assert question.text(Given(["a", "b"])) == question.cell(Given(["a", "b"])) == "Avant, Après"
    assert question.compared(Given(["b", "a"])) == frozenset({"a", "b"})
    assert question.text(Given(["a", "retiré"])) == "Avant, retiré"


def test_a_vote_in_part_is_kept_and_says_what_it_lacks():
    question = question_of("board_vote", required=True)
    part = {"held_on": "2026-11-12", "for": 14}
    whole = part | {"against": 1, "abstentions": 2}

    assert question.gap(Given(part), None).sentence == "« Question » : il manque voix contre et abstentions."
    assert question.gap(Given(whole), None).sentence == "« Question » : la délibération n’est pas jointe."
    assert question.gap(Given(whole, files=[object()]), None) is None
    assert question.text(Given(part)) == "Séance du 12 novembre 2026 : 14 pour"
    assert question.text(Given(whole)) == "Séance du 12 novembre 2026 : 14 pour, 1 contre et 2\u00a0abstentions"


@pytest.mark.parametrize(("votes", "carried"), [((3, 2, 9), True), ((2, 2, 0), False), ((0, 0, 4), False), ((3, None, 0), None)])
def test_a_vote_is_carried_by_more_votes_for_than_against(votes, carried):
    names = ("for", "against", "abstentions")
    record = {name: found for name, found in zip(names, votes, strict=True) if found is not None}

    assert question_of("board_vote").compared(Given({"held_on": "2026-11-12"} | record)) is carried


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"held_on": "hier", "for": "14"}, "« Date de la séance » : indiquez une date, par exemple"),
        ({"for": "cent"}, "« Voix pour » : indiquez un nombre entier"),
        ({"for": "61"}, "« Voix pour » : le nombre va de 0 à 60."),
        ({"held_on": "2026-11-12", "for": "0", "against": "0", "abstentions": "0"}, "Un vote compte au moins une voix ou une abstention."),
    ],
)
def test_a_vote_that_cannot_be_is_refused_and_kept_as_it_was_typed(typed, refusal):
    question = question_of("board_vote")

    with pytest.raises(ValidationError) as raised:
        question.clean(typed)

    assert raised.value.messages[0].startswith(refusal)
    assert question.typed_again(question.kept(typed)) == typed
    assert all(value in question.said(question.kept(typed)) for value in typed.values())


def group(**options) -> Question:
    return question_of("group", **EXAMPLES["group"][0][0] | options)


def test_a_row_of_a_group_that_is_blank_or_taken_away_is_no_row():
    rows = [{"salle": "B12"}, {"salle": ""}, {"salle": "B14"}]

    assert [row["salle"] for row in group().posted(posted(group(), rows))] == ["B12", "B14"]
    data = posted(group(), rows)
    data["drop-q"] = "0"
    assert [row["salle"] for row in group().posted(data)] == ["B14"]


def test_a_group_says_what_is_wrong_by_row_and_column_and_keeps_it():
    typed = [{"salle": "B12", "places": "24"}, {"salle": "B14", "places": "beaucoup"}]

    with pytest.raises(ValidationError) as raised:
        group().clean(typed)

    assert raised.value.messages[0].startswith("Ligne 2, « Places » : indiquez un nombre entier")
    assert group().typed_again(group().kept(typed)) == typed


def test_a_group_says_before_it_is_filled_what_each_column_takes():
    columns = [
        {"key": "salle", "kind": "text", "label": "Salle", "required": True, "max_length": 40},
        {"key": "usage", "kind": "choice", "label": "Usage", "choices": [{"value": "a", "label": "Cours"}, {"value": "b", "label": "TP"}]},
    ]
    read = group(columns=columns)

    assert read.possible == [
        "Salle (obligatoire) : un texte de 40 signes au plus, espaces compris",
        "Usage : un choix parmi : Cours, TP",
    ]
    assert read.always_filled == "« Salle »"


def test_a_group_wants_its_rows_and_their_required_columns():
    wanted = group(required=True, least=2)

    assert wanted.gap(Given(), None).sentence == "« Question » n’est pas rempli."
    assert wanted.gap(Given([{"salle": "B12"}]), None).sentence == "« Question » : 2\u00a0lignes au moins, 1\u00a0remplie."
    assert wanted.gap(Given([{"salle": "B12"}, {"places": 3}]), None).sentence == "« Question », ligne 2 : il manque « Salle »."
    assert wanted.gap(Given([{"salle": "B12"}, {"salle": "B14"}]), None) is None


def test_a_group_takes_no_more_rows_than_it_may():
    with pytest.raises(ValidationError) as raised:
        group().clean([{"salle": f"B{rank}"} for rank in range(6)])

    assert raised.value.messages == ["5\u00a0lignes au plus : retirez-en 1."]


def test_commitments_are_complete_when_each_one_is_taken():
    question = question_of("commitments", required=True, **EXAMPLES["commitments"][0][0])

    assert question.gap(Given(), None).sentence == "« Question » : aucun engagement n’est pris."
    assert question.gap(Given(["cadre"]), None).sentence == "« Question » : il reste 1\u00a0engagement à prendre."
    assert question.gap(Given(["cadre", "listes"]), None) is None
    assert question.text(Given(["cadre", "retiré"])) == "Encadrer les usages\nretiré"


def test_no_is_an_answer_and_a_day_keeps_its_bounds():
    bounded = question_of("date", earliest="2026-09-01", latest="2027-08-31")

    assert question_of("yes_no", required=True).gap(Given("no"), None) is None
    assert question_of("yes_no").compared(Given("no")) is False
    assert bounded.clean("01/09/2026") == "2026-09-01"
    with pytest.raises(ValidationError, match="La date est au plus tard le 31 août 2027"):
        bounded.clean("2027-09-01")


@pytest.mark.parametrize(
    ("kind", "options", "fault"),
    [
        ("date", {"earliest": "2027-01-01", "latest": "2026-01-01"}, "la dernière date possible précède la première"),
        ("date", {"earliest": "un jour"}, "la première date possible n’est pas une date : un jour"),
        ("commitments", {}, "ne propose aucun engagement"),
        ("group", {"columns": []}, "un groupe a de 1 à 8 colonnes"),
        ("group", {"columns": [{"key": "a", "label": "A", "kind": "file"}]}, "colonne « A » : une colonne est"),
        ("file", {"to_fill": {"id": "../etc/passwd", "name": "a", "size": 1}}, "le document à remplir n’est pas un fichier du portail"),
        ("partners", {"least": 3, "most": 2}, "le nombre de partenaires va de 1 à 20"),
        ("partners", {"most": 50}, "le nombre de partenaires va de 1 à 20"),
        ("file", {"to_fill": "budget.ods"}, "le document à remplir n’est pas un fichier du portail"),
        (
            "group",
            {"columns": [{"key": "a", "label": "A", "kind": "choice", "multiple": True, "choices": [{"value": "o", "label": "O"}]}]},
            "colonne « A » : une colonne n’a qu’un choix par ligne",
        ),
        ("group", {"columns": [{"key": "a", "label": "A", "kind": "text"}] * 2}, "la clé de colonne « a » est employée deux fois"),
        ("group", {"columns": [{"key": "a", "label": "A", "kind": "text"}], "least": 5, "most": 2}, "le nombre de lignes va de 0 à 60"),
    ],
)
def test_a_definition_that_makes_no_question_says_why(kind, options, fault):
    with pytest.raises(DefinitionError) as raised:
        question_of(kind, **options)

    assert fault in str(raised.value)
