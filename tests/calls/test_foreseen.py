"""What a form will ask of known lycées: against the naive reading of every way to answer."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.asking import asking
from calls.conditioned.foreseen import foresee
from calls.conditioned.lycee_terms import facts_of_lycee
from calls.conditioned.outlooks import Foreseen
from calls.conditions.references import lycee
from calls.conditions.truth import Truth
from calls.questionnaire import parse
from calls.questions.base import Given
from portal.directory.models import Establishment

KEYS = ("a", "b", "c")
CHOICES = [{"value": "x", "label": "X"}, {"value": "y", "label": "Y"}]


def question(key: str, **more) -> dict:
    return {"key": key, "kind": "choice", "label": key.upper(), "choices": CHOICES, **more}


def form(*questions: dict, limits: list | None = None) -> dict:
    title = {"key": "titre", "kind": "text", "label": "Titre", "required": True}
    return {"sections": [{"key": "s", "title": "S", "questions": [title, *questions]}]} | ({"limits": limits} if limits else {})


def school(pupils: int | None = 500, boarding: bool | None = True) -> Establishment:
    return Establishment(uai="0540001A", pupils=pupils, has_boarding=boarding)


def outlook(definition: dict, *schools: Establishment):
    read = parse(definition)
    sections = [(section.key, section.title, section.questions) for section in read.sections]
    return foresee(read.rules, sections, [facts_of_lycee(each, read.rules.of_lycee) for each in schools])


def states(found) -> list[Foreseen]:
    places = {place: state for state, members in found.members.items() for place in members}
    return [places[place] for place in sorted(places)]


# -- Against enumeration ------------------------------------------------------------------------------------------------------

LYCEE_LEAVES = st.one_of(
    st.builds(lambda least: {"lycee": "pupils", "at_least": least}, st.sampled_from([100, 400])),
    st.builds(lambda so: {"lycee": "boarding", "equals": so}, st.booleans()),
)


def conditions_on(*keys: str):
    answers = [st.builds(lambda code, key=key: {"answer": key, "equals": code}, st.sampled_from("xy")) for key in keys]
    return st.recursive(
        st.one_of(LYCEE_LEAVES, *answers),
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=2, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=2, max_size=3)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=5,
    )


FORMS = st.builds(
    lambda b, c, required: form(
        question("a"),
        question("b", **({"shown_if": b} if b else {})),
        question("c", **({"shown_if": c} if c else {}), **({"required_if": required} if required else {})),
    ),
    st.none() | conditions_on("a"),
    st.none() | conditions_on("a", "b"),
    st.none() | conditions_on("a", "b"),
)
SCHOOLS = st.builds(school, st.sampled_from([None, 50, 200, 500]), st.sampled_from([None, True, False]))


def ways(definition, establishment):
    """Each way to answer all of a, b and c, as the form is then asked."""
    for answers in product("xy", repeat=3):
        given = {key: Given(code) for key, code in zip(KEYS, answers, strict=True)}
        yield asking(definition, given, establishment)


def told(truths: list[bool], when_known: list[bool]) -> Foreseen:
    """`truths`: of each way to answer; `when_known`: whether some value of the unknown facts makes one true."""
    if all(truths):
        return Foreseen.ALWAYS
    if any(truths):
        return Foreseen.SOMETIMES
    return Foreseen.WAITING if any(when_known) else Foreseen.NEVER


def completed(establishment: Establishment):
    """The lycée with each value that its unknown facts may take."""
    for pupils in [establishment.pupils] if establishment.pupils is not None else [50, 200, 500]:
        for boarding in [establishment.has_boarding] if establishment.has_boarding is not None else [True, False]:
            yield school(pupils, boarding)


@given(FORMS, SCHOOLS)
@settings(max_examples=400, deadline=None)
def test_who_meets_a_question_is_what_every_way_to_answer_says(raw, establishment):
    definition = parse(raw)
    found = outlook(raw, establishment)

    for key, seen in found.asked.items():
        now = [asked.truth(key) is Truth.TRUE for asked in ways(definition, establishment)]
        later = [asked.truth(key) is Truth.TRUE for one in completed(establishment) for asked in ways(definition, one)]
        assert states(seen) == [told(now, later)], key


@given(FORMS, SCHOOLS)
@settings(max_examples=200, deadline=None)
def test_who_must_answer_is_what_every_way_to_answer_says(raw, establishment):
    definition = parse(raw)
    found = outlook(raw, establishment)

    for key, seen in found.required.items():
        every = list(ways(definition, establishment))
        now = [asked.question(key).required for asked in every if asked.is_asked(key)]
        if seen.count(Foreseen.APART):
            assert not now
        elif establishment.pupils is not None and establishment.has_boarding is not None:
            assert states(seen) == [told(now, now)], key


@given(FORMS, st.lists(SCHOOLS, min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_lycees_alike_are_decided_as_each_alone(raw, schools):
    together = outlook(raw, *schools)

    for key, seen in together.asked.items():
        assert states(seen) == [state for each in schools for state in states(outlook(raw, each).asked[key])]


# -- What is said of a form -----------------------------------------------------------------------------------------------------


def test_a_form_without_conditions_has_nothing_to_foresee():
    assert outlook(form(question("a")), school()).asked == {}


def test_a_question_is_counted_by_who_may_meet_it():
    shown = {"all": [{"lycee": "boarding", "equals": True}, {"answer": "a", "equals": "x"}]}
    found = outlook(form(question("a"), question("b", shown_if=shown)), school(), school(boarding=False), school(boarding=None)).asked["b"]

    assert states(found) == [Foreseen.SOMETIMES, Foreseen.NEVER, Foreseen.WAITING]
    assert (found.total, found.reached, found.awaited) == (3, 1, {lycee("boarding"): 1})


def test_a_question_shown_by_one_that_nobody_meets_is_met_by_nobody():
    shown = {"lycee": "pupils", "at_least": 5000}
    found = outlook(form(question("a", shown_if=shown), question("b", shown_if={"answer": "a", "equals": "x"})), school(), school(90))

    assert found.asked["b"].is_all(Foreseen.NEVER)


def test_a_question_shown_when_another_is_not_asked_is_asked_of_all_those_who_never_meet_it():
    shown = {"lycee": "pupils", "at_least": 5000}
    found = outlook(form(question("a", shown_if=shown), question("b", shown_if={"not": {"answer": "a", "equals": "x"}})), school())

    assert found.asked["b"].is_all(Foreseen.ALWAYS)


NUMBER = {"key": "n", "kind": "number", "label": "N", "required": True, "minimum": 10}


@pytest.mark.parametrize(
    ("pupils", "state"), [(5, Foreseen.NEVER), (10, Foreseen.SOMETIMES), (500, Foreseen.SOMETIMES), (None, Foreseen.WAITING)]
)
def test_a_limit_on_a_fact_of_the_lycee(pupils, state):
    limit = {"key": "l", "condition": {"answer": "n", "at_most": {"lycee": "pupils"}}, "message": "Trop d’élèves."}
    found = outlook(form(NUMBER, limits=[limit]), school(pupils))

    assert states(found.limits["l"]) == [state]
    assert found.blocked == ({frozenset("l"): [0]} if state is Foreseen.NEVER else {})


def test_limits_that_cannot_be_kept_together_are_named_and_no_other():
    limits = [
        {"key": "low", "condition": {"answer": "n", "at_most": 20}, "message": "20 au plus."},
        {"key": "high", "condition": {"any": [{"answer": "n", "at_least": 30}, {"lycee": "boarding", "equals": False}]}, "message": "30."},
        {"key": "other", "condition": {"answer": "n", "at_most": 400}, "message": "400 au plus."},
    ]
    found = outlook(form(NUMBER, limits=limits), school(), school(boarding=False))

    assert found.blocked == {frozenset({"low", "high"}): [0]}


def test_a_limit_on_a_question_that_may_be_left_blank_blocks_nobody():
    limit = {"key": "l", "condition": {"answer": "n", "at_most": 5}, "message": "5 au plus."}
    found = outlook(form(NUMBER | {"required": False}, limits=[limit]), school())

    assert found.limits["l"].is_all(Foreseen.NEVER) and not found.blocked


def test_too_many_ways_to_answer_are_said_not_to_be_decided():
    several = [question(f"q{n}") for n in range(20)]
    pairs = [[{"answer": f"q{n}", "equals": "x"}, {"answer": f"q{n + 10}", "equals": "x"}] for n in range(10)]
    either, neither = {"all": [{"any": pair} for pair in pairs]}, {"any": [{"not": {"any": pair}} for pair in pairs]}
    found = outlook(form(*several, question("b", shown_if={"all": [either, neither]})), school())

    assert found.asked["b"].is_all(Foreseen.UNDECIDED)


def test_a_fact_with_too_many_values_is_taken_to_be_anything():
    limit = {"key": "l", "condition": {"answer": "n", "at_most": {"lycee": "pupils"}}, "message": "Trop."}
    schools = [school(pupils) for pupils in range(1, 4002)]
    found = outlook(form(NUMBER, limits=[limit]), *schools)

    assert found.limits["l"].is_all(Foreseen.SOMETIMES)
