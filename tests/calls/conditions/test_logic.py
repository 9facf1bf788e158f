from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calls.conditioned.form_rules import catalogue_of
from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.evaluation import Asked, truth_of
from calls.conditions.logic import Effort, Vacuity, is_possible, vacuity
from calls.conditions.reading import read_condition
from calls.conditions.references import answer, lycee
from calls.conditions.tree import AllOf, AnyOf, Comparison, Not
from calls.conditions.truth import Truth
from calls.questionnaire import errors_in, parse
from calls.questions.choice import CHOICE, CHOICES
from calls.questions.comparison import FLAG, Domain, Operator
from calls.questions.number import NUMBER
from tests.calls.conditions.terms import CATALOGUE, comparisons, conditions, facts

AB = Domain((("a", "A"), ("b", "B")))
FIRST = Term(answer("first"), "« 1 »", CHOICE, AB)
SECOND = Term(answer("second"), "« 2 »", NUMBER, Domain(minimum=0, maximum=3), asked_if=Comparison(answer("first"), Operator.EQUALS, "a"))
THIRD = Term(answer("third"), "« 3 »", CHOICES, AB, asked_if=Comparison(answer("second"), Operator.AT_LEAST, 2))
FLAGGED = Term(lycee("flag"), "« 4 »", FLAG)
SMALL = Catalogue.of([FIRST, SECOND, THIRD, FLAGGED])
SETS = [frozenset("a"), frozenset("b"), frozenset("ab")]


def every_world():
    """All that people may answer and all that the lycée may be: who is asked follows."""
    for first, second, third, flag in product("ab", range(4), SETS, (True, False)):
        asked = first == "a"
        yield {
            answer("first"): first,
            answer("second"): second if asked else Asked.NOT,
            answer("third"): third if asked and second >= 2 else Asked.NOT,
            lycee("flag"): flag,
        }


WORLDS = list(every_world())
_NUMBERS = [op for op in NUMBER.operators if op is not Operator.BETWEEN]
SMALL_LEAVES = st.one_of(
    st.builds(Comparison, st.just(answer("first")), st.just(Operator.EQUALS), st.sampled_from("ab")),
    st.builds(Comparison, st.just(answer("second")), st.sampled_from(_NUMBERS[1:]), st.integers(-1, 5)),
    st.builds(Comparison, st.just(answer("second")), st.just(Operator.BETWEEN), st.sampled_from([(0, 1), (1, 2), (3, 3), (4, 5)])),
    st.builds(Comparison, st.just(answer("third")), st.just(Operator.CONTAINS), st.sampled_from("ab")),
    st.builds(Comparison, st.just(answer("third")), st.just(Operator.IS_ANSWERED)),
    st.builds(Comparison, st.just(lycee("flag")), st.just(Operator.EQUALS), st.booleans()),
)


@given(conditions(leaves=SMALL_LEAVES))
@settings(max_examples=300, deadline=None)
def test_possible_is_exactly_what_some_world_makes_true(condition):
    assert is_possible(condition, SMALL) is any(truth_of(condition, world) is Truth.TRUE for world in WORLDS)


@given(conditions(leaves=SMALL_LEAVES))
@settings(max_examples=200, deadline=None)
def test_always_and_never_are_exactly_those_of_every_world(condition):
    truths = {truth_of(condition, world) for world in WORLDS}

    expected = {frozenset([Truth.TRUE]): Vacuity.ALWAYS, frozenset([Truth.FALSE]): Vacuity.NEVER}.get(frozenset(truths))
    assert vacuity(condition, SMALL) is expected


@given(conditions(), facts())
@settings(max_examples=200, deadline=None)
def test_what_some_facts_make_true_is_never_said_impossible(condition, some):
    some = {reference: None if value is Asked.NOT else value for reference, value in some.items()}
    truth = truth_of(condition, some)
    assume(truth is not Truth.UNKNOWN)

    assert is_possible(condition if truth is Truth.TRUE else Not(condition), CATALOGUE)


def found(raw, given=()):
    errors: list[str] = []
    condition = read_condition(raw, CATALOGUE, "Ici", errors)
    others = [read_condition(each, CATALOGUE, "Ici", errors) for each in given]
    assert errors == []
    return vacuity(condition, CATALOGUE, given=others)


def both(*parts):
    return {"all": list(parts)}


def either(*parts):
    return {"any": list(parts)}


CABLING = {"column": "kind", "equals": "cabling"}


@pytest.mark.parametrize(
    ("raw", "answer_"),
    [
        (both({"answer": "referent", "equals": "oui"}, {"answer": "referent", "equals": "non"}), Vacuity.NEVER),
        (either({"answer": "referent", "equals": "oui"}, {"answer": "referent", "equals": "non"}), Vacuity.ALWAYS),
        (both({"lycee": "pupils", "at_least": 300}, {"lycee": "pupils", "at_most": 299}), Vacuity.NEVER),
        (both({"lycee": "ips", "at_least": "100"}, {"lycee": "ips", "at_most": "99.9"}), Vacuity.NEVER),
        (both({"answer": "eleves", "at_least": 30}, {"not": {"answer": "eleves", "at_least": 31}}), None),
        ({"answer": "eleves", "at_least": 61}, Vacuity.NEVER),
        ({"answer": "eleves", "at_least": 0}, Vacuity.ALWAYS),
        ({"not": {"answer": "eleves", "is_answered": True}}, Vacuity.NEVER),
        (both({"answer": "debut", "at_least": "2027-03-13"}, {"answer": "debut", "at_most": "2027-03-12"}), Vacuity.NEVER),
        (
            both({"not": {"answer": "debut", "at_most": "2027-03-12"}}, {"not": {"answer": "debut", "at_least": "2027-03-13"}}),
            Vacuity.NEVER,
        ),
        ({"answer": "debut", "at_least": "0001-01-01"}, Vacuity.ALWAYS),
        (both({"answer": "resume", "contains": "lab"}, {"not": {"answer": "resume", "contains": "atelier"}}), None),
        (both({"answer": "resume", "contains": "lab"}, {"not": {"answer": "resume", "contains": "lab"}}), Vacuity.NEVER),
        ({"answer": "niveau", "is_one_of": ["2nde", "1re", "cap"]}, Vacuity.ALWAYS),
        ({"answer": "niveaux", "contains_any": ["2nde", "1re", "cap"]}, Vacuity.ALWAYS),
        (
            both({"not": {"answer": "niveaux", "contains": "2nde"}}, {"not": {"answer": "niveaux", "contains_any": ["1re", "cap"]}}),
            Vacuity.NEVER,
        ),
        ({"lycee": "boarding", "equals": True}, None),
        (either({"lycee": "boarding", "equals": True}, {"lycee": "boarding", "equals": False}), Vacuity.ALWAYS),
        ({"answer": "besoins", "has_a_line": both(CABLING, {"column": "kind", "equals": "equipment"})}, Vacuity.NEVER),
        ({"answer": "besoins", "has_a_line": {"column": "quantity", "at_least": 1}}, Vacuity.ALWAYS),
        ({"answer": "besoins", "has_a_line": CABLING}, None),
        ({"answer": "besoins", "has_a_line": both(CABLING, {"column": "quantity", "at_least": {"lycee": "pupils"}})}, None),
        (
            {"answer": "besoins", "has_a_line": both({"column": "quantity", "at_least": 51}, {"lycee": "boarding", "equals": True})},
            Vacuity.NEVER,
        ),
        ({"answer": "part", "at_most": {"lycee": "pupils"}}, None),
        (
            both({"answer": "part", "at_most": {"lycee": "pupils"}}, {"not": {"answer": "part", "at_most": {"lycee": "pupils"}}}),
            Vacuity.NEVER,
        ),
    ],
)
def test_vacuous_conditions_are_found(raw, answer_):
    assert found(raw) is answer_


def test_what_holds_around_a_condition_counts():
    is_cap, is_not = {"answer": "niveau", "equals": "cap"}, {"answer": "niveau", "equals": "2nde"}

    assert found(is_cap) is None
    assert found(is_cap, given=[is_not]) is Vacuity.NEVER
    assert found({"not": is_not}, given=[is_cap]) is Vacuity.ALWAYS


def test_a_question_is_answered_only_where_it_is_asked():
    asked = Comparison(answer("second"), Operator.AT_LEAST, 1)

    assert vacuity(AllOf((asked, Comparison(answer("first"), Operator.EQUALS, "b"))), SMALL) is Vacuity.NEVER
    assert vacuity(
        AnyOf((Comparison(answer("second"), Operator.IS_ANSWERED), Comparison(answer("first"), Operator.EQUALS, "b"))), SMALL
    ) is (Vacuity.ALWAYS)


def test_too_many_ways_to_look_at_conclude_nothing():
    words = [{"answer": "resume", "contains": f"mot {rank}"} for rank in range(9)]

    assert found(both(*words, {"not": words[0]})) is None


@given(st.lists(comparisons(), min_size=12, max_size=30))
@settings(max_examples=20, deadline=None)
def test_a_long_condition_is_looked_at_in_bounded_work(parts):
    assert is_possible(AnyOf(tuple(Not(part) for part in parts) + tuple(parts)), CATALOGUE)


def chain(length: int) -> dict:
    """A form in which each question is asked by the two that come before it, and by the lycée."""

    def asked_by(rank: int) -> dict:
        small = {"all": [{"lycee": "pupils", "at_least": 300}, {"answer": f"q{rank - 2}", "equals": False}]}
        return {
            "not": {"all": [{"answer": f"q{rank - 1}", "equals": True}, {"any": [{"not": small}, {"lycee": "pupils", "at_most": 900}]}]}
        }

    questions = [{"key": f"q{rank}", "kind": "yes_no", "label": f"Question {rank}"} for rank in range(length)]
    for rank in range(2, length):
        questions[rank]["shown_if"] = asked_by(rank)
    return {"sections": [{"key": "s", "title": "S", "questions": questions}]}


def test_conditions_that_follow_one_another_do_not_double_at_each_of_them():
    """Written out without being shared, the last of thirty would have a million pieces."""
    rules = parse(chain(30)).rules
    catalogue = catalogue_of(rules.questions, rules.shown)
    effort = Effort(100_000)

    assert vacuity(rules.shown["q29"], catalogue, effort=effort) is None
    assert effort.left > 0


def test_beyond_what_may_be_looked_at_nothing_is_said_of_a_form_and_it_is_read():
    assert errors_in(chain(120)) == []


def test_a_doubt_at_the_end_of_a_chain_is_still_found():
    form = chain(12)
    form["sections"][0]["questions"][11]["shown_if"] = {"all": [{"answer": "q10", "equals": True}, {"answer": "q10", "equals": False}]}

    assert any("ne peut jamais être vraie" in sentence for sentence in errors_in(form))
