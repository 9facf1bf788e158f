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

from calls.questionnaire import parse
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
    "file": [({"accept": ["pdf", "odt"]}, [])],
    "needs": [({"items": [{"code": "serveur", "label": "Serveur", "kind": "equipment", "unit_price": "6480.00"}]}, [])],
}


def question_of(kind: str, **options) -> Question:
    raw = {"key": "q", "kind": kind, "label": "Question", **options}
    return parse({"sections": [{"key": "s", "title": "S", "questions": [raw]}]}).question("q")


def cases(*, simple: bool = False) -> list:
    """(kind, question) of every example; with `simple`, (kind, question, stored value)."""
    found = [(kind, question_of(kind, **options), values) for kind, examples in EXAMPLES.items() for options, values in examples]
    if not simple:
        return [(kind, question) for kind, question, _ in found]
    return [(kind, question, value) for kind, question, values in found for value in values]


def posted(question: FieldQuestion, typed) -> QueryDict:
    data = QueryDict(mutable=True)
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
