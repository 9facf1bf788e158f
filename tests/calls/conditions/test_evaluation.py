import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.conditions.evaluation import Asked, rule, truth_of
from calls.conditions.reading import as_json
from calls.conditions.references import answer, column, lycee
from calls.conditions.tree import AllOf, AnyOf, Comparison, LineSuchThat, Not, plain_form
from calls.conditions.truth import Truth, all_true, any_true
from calls.questions.comparison import Operator
from tests.calls.conditions.terms import by_name, conditions, facts, known_more, naive

YES = Comparison(answer("referent"), Operator.EQUALS, "oui")
MANY = Comparison(lycee("pupils"), Operator.AT_LEAST, 300)
NUMBERS = {Truth.FALSE: 0, Truth.UNKNOWN: 0.5, Truth.TRUE: 1}


@given(conditions(), facts())
@settings(max_examples=150, deadline=None)
def test_the_truth_is_that_of_the_plain_evaluator(condition, some):
    assert NUMBERS[truth_of(condition, some)] == naive(as_json(condition), by_name(some))


@given(conditions(), facts(), st.data())
@settings(max_examples=120, deadline=None)
def test_answering_never_takes_back_what_was_decided(condition, some, data):
    before = truth_of(condition, some)

    after = truth_of(condition, known_more(data.draw, some))

    assert before is Truth.UNKNOWN or after is before


@given(conditions(), facts())
@settings(max_examples=80, deadline=None)
def test_not_is_always_the_opposite(condition, some):
    assert truth_of(Not(condition), some) is ~truth_of(condition, some)


@given(conditions(), facts())
@settings(max_examples=80, deadline=None)
def test_the_form_that_sentences_are_read_from_says_the_same(condition, some):
    assert truth_of(plain_form(condition), some) is truth_of(condition, some)


@given(conditions(), facts())
@settings(max_examples=80, deadline=None)
def test_what_is_said_to_have_decided_is_enough_to_decide(condition, some):
    ruling = rule(condition, some)
    read = dict(ruling.used)

    if ruling.truth is Truth.UNKNOWN:
        assert ruling.awaited
        assert all(some.get(reference.whole) is None for reference in ruling.awaited)
    else:
        assert truth_of(condition, read) is ruling.truth


@pytest.mark.parametrize(
    ("known", "truth"),
    [
        ({}, Truth.UNKNOWN),
        ({answer("referent"): "oui"}, Truth.TRUE),
        ({answer("referent"): "non"}, Truth.FALSE),
        ({answer("referent"): Asked.NOT}, Truth.FALSE),
    ],
)
def test_a_question_not_asked_makes_no_comparison_true_and_its_not_true(known, truth):
    assert truth_of(YES, known) is truth
    assert truth_of(Not(YES), known) is ~truth


def test_one_false_part_decides_before_the_others_are_known():
    assert truth_of(AllOf((YES, MANY)), {answer("referent"): "non"}) is Truth.FALSE
    assert truth_of(AnyOf((YES, MANY)), {answer("referent"): "oui"}) is Truth.TRUE
    assert truth_of(AllOf((YES, MANY)), {answer("referent"): "oui"}) is Truth.UNKNOWN


def test_two_answers_compare_once_both_are_known():
    within = Comparison(answer("part"), Operator.AT_MOST, answer("besoins", "quantity"))
    lines = ({"kind": "cabling", "quantity": 30},)

    assert truth_of(within, {answer("part"): 30}) is Truth.UNKNOWN
    assert truth_of(within, {answer("part"): 30, answer("besoins"): lines}) is Truth.TRUE
    assert truth_of(within, {answer("part"): 31, answer("besoins"): lines}) is Truth.FALSE
    assert truth_of(within, {answer("part"): Asked.NOT}) is Truth.FALSE


def test_a_line_such_that_holds_when_one_line_meets_all_of_it():
    both = AllOf((Comparison(column("kind"), Operator.EQUALS, "cabling"), Comparison(column("quantity"), Operator.AT_LEAST, 10)))
    apart = ({"kind": "cabling", "quantity": 1}, {"kind": "equipment", "quantity": 50})

    assert truth_of(LineSuchThat(answer("besoins"), both), {answer("besoins"): apart}) is Truth.FALSE
    assert truth_of(LineSuchThat(answer("besoins"), both), {answer("besoins"): ({"kind": "cabling", "quantity": 10},)}) is Truth.TRUE


def test_a_ruling_names_only_what_decided():
    ruling = rule(AllOf((YES, MANY)), {answer("referent"): "non", lycee("pupils"): 800})

    assert ruling.deciding == (YES,)
    assert ruling.used == ((answer("referent"), "non"),)
    assert ruling.awaited == ()


def test_a_ruling_names_what_is_awaited():
    assert rule(AllOf((YES, MANY)), {lycee("pupils"): 800}).awaited == (answer("referent"),)


def test_a_truth_of_three_is_never_taken_for_a_boolean():
    with pytest.raises(TypeError, match="three answers"):
        bool(Truth.FALSE)


@pytest.mark.parametrize("truths", [[a, b] for a in Truth for b in Truth])
def test_all_and_any_are_the_least_and_the_greatest(truths):
    values = [truth.value for truth in truths]

    assert all_true(truths).value == min(values)
    assert any_true(truths).value == max(values)
