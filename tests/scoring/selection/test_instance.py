"""The instance: one canonical form, whatever the order in which it was written."""

import random

import pytest
from hypothesis import given, settings

from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.rules import RELAXED_CENTS
from tests.scoring.selection.cases import amount, count, file, instance, legal, sample
from tests.scoring.selection.families import family
from tests.scoring.selection.strategies import instances


@settings(max_examples=100, deadline=None, derandomize=True)
@given(instances().filter(legal))
def test_reading_what_was_printed_gives_the_same_instance(value):
    read = Instance.from_dict(value)

    again = Instance.from_dict(read.to_dict())

    assert (again, again.digest, again.to_dict()) == (read, read.digest, read.to_dict())


def test_the_digest_ignores_the_order_and_the_writing():
    value = family("places", 50, 1)
    read = Instance.from_dict(value)
    shuffled = value | {"applications": random.Random(1).sample(value["applications"], 50)}
    for application in shuffled["applications"]:
        application["score"] += "0"

    assert Instance.from_dict(shuffled).digest == read.digest


def test_the_digest_changes_with_one_cent():
    before, after = (Instance.from_dict(instance(file("A", "10", cents))).digest for cents in (1000, 1001))

    assert before != after


def test_applications_are_in_canonical_order():
    read = Instance.from_dict(instance(file("C", rank=2), file("B", rank=1), file("A", rank=2)))

    assert [application.id for application in read.applications] == ["B", "A", "C"]


def test_the_defaults_of_the_format():
    read = Instance.from_dict(instance(file("A", "10", 5), rules=[count("r", max=1), amount("b", max=7)]))

    (option,) = read.applications[0].options
    assert (option.id, option.value, option.cost) == ("full", 10, 5)
    assert [(rule.unit, rule.relax_weight, rule.relax_unit, rule.penalty) for rule in read.rules] == [
        (1, 1, 1, None),
        (1, 1, RELAXED_CENTS, None),
    ]


def test_keys_used_for_sentences():
    value = instance(
        file("A", name="Lycée Couffignal", labels={"x": "y"}),
        rules=[count("r", max=3, label="Places", negotiable={"max": 5}), count("s", max=2, negotiable=False)],
        labels={"agri": "Lycées agricoles"},
    )

    read = Instance.from_dict(value)

    assert (read.applications[0].title, read.rules[0].title, read.label_of("agri")) == ("Lycée Couffignal", "Places", "Lycées agricoles")
    assert [(rule.negotiable, rule.highest_max) for rule in read.rules] == [(True, 5), (False, None)]
    assert read.warnings == ()


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (count("r", min=3, max=2), ("rules[0].min", "min-above-max")),
        (count("r", "ghost", min=1), ("rules[0].scope", "unknown-group")),
        (count("r", {"ids": ["Z"]}, max=1), ("rules[0].scope", "unknown-id")),
        (count("r", "g", min=3), ("rules[0].min", "min-above-eligible")),
        ({"id": "r", "measure": "count_share", "scope": "g", "max": "1.5"}, ("rules[0].max", "too-large")),
    ],
)
def test_a_hard_rule_that_cannot_be_meant_is_refused(rule, problem):
    with pytest.raises(InvalidInstance) as refused:
        Instance.from_dict(instance(file("A", "1", 1, "g"), file("B", "1", 1, "g"), rules=[rule]))

    assert (refused.value.problems[0].where, refused.value.problems[0].code) == problem


def test_a_soft_rule_on_nobody_is_a_warning():
    read = Instance.from_dict(instance(file("A"), rules=[count("r", "ghost", min=1, penalty="2.5")]))

    assert [warning.code for warning in read.warnings] == ["unknown-group", "min-above-eligible"]


def test_names_are_given_once():
    with pytest.raises(InvalidInstance) as refused:
        Instance.from_dict(instance(file("A"), file("A"), rules=[count("r", max=1), count("r", max=2)]))

    assert [(problem.where, problem.code) for problem in refused.value.problems] == [("applications", "duplicate"), ("rules", "duplicate")]


@pytest.mark.official
def test_a_sample_is_read_with_or_without_its_expected_values():
    wrapped = sample("s03_levels")

    assert Instance.from_dict(wrapped) == Instance.from_dict(wrapped["instance"])
