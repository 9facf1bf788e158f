"""The ranked list, compared with an exhaustive search on small instances; and what a rule of balance does beside it."""

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.ranked_list import Limits, ListedFile, Obstacle, ranked_list
from scoring.selection.solve import Doctrine, solve

# -- An independent oracle: enumeration, no shared code ----------------------------------------------------------------


def merit_order(files):
    return sorted(files, key=lambda f: (f.score is None, -(f.score or 0), f.rank, f.key))


def cost(files):
    return sum((f.amount for f in files), Decimal(0))


def eligible(file):
    return file.score is not None and file.amount > 0


def oracle_selection(files, limits):
    """Of every selection within the money and the places, the first in order of merit."""
    files = merit_order(files)
    candidates = [f for f in files if eligible(f)]
    most = len(candidates) if limits.places is None else limits.places
    choices = [
        set(chosen)
        for size in range(min(most, len(candidates)) + 1)
        for chosen in combinations(candidates, size)
        if cost(chosen) <= max(limits.budget, Decimal(0))
    ]
    best = max(choices, key=lambda chosen: [f in chosen for f in files])
    return {f.key for f in best}


# -- Instances ---------------------------------------------------------------------------------------------------------

cents = st.integers(min_value=0, max_value=3000).map(lambda n: Decimal(n) / 100)
scores = st.one_of(st.none(), st.integers(min_value=0, max_value=8).map(lambda n: Decimal(n) * Decimal("12.50")))


@st.composite
def instances(draw):
    size = draw(st.integers(min_value=0, max_value=7))
    files = [ListedFile(f"F{i}", i + 1, draw(scores), draw(cents)) for i in draw(st.permutations(range(size)))]
    budget = draw(st.integers(min_value=0, max_value=8000).map(lambda n: Decimal(n) / 100))
    places = draw(st.one_of(st.none(), st.integers(min_value=0, max_value=5)))
    return files, Limits(budget, places, draw(st.integers(min_value=0, max_value=3)))


def chosen(lines):
    return [line.file for line in lines if line.is_selected]


# -- Properties --------------------------------------------------------------------------------------------------------


@settings(max_examples=600, deadline=None)
@given(instances())
def test_list_equals_exhaustive_search(instance):
    files, limits = instance

    assert {file.key for file in chosen(ranked_list(files, limits))} == oracle_selection(files, limits)


@settings(max_examples=400, deadline=None)
@given(instances())
def test_list_never_breaks_budget_nor_places(instance):
    files, limits = instance

    lines = ranked_list(files, limits)

    assert cost(chosen(lines)) <= limits.budget
    assert limits.places is None or len(chosen(lines)) <= limits.places
    assert [line.position for line in lines] == list(range(1, len(files) + 1))
    assert [line.file for line in lines] == merit_order(files)


@settings(max_examples=600, deadline=None)
@given(instances())
def test_every_reason_is_true(instance):
    files, limits = instance
    lines = ranked_list(files, limits)
    inside = chosen(lines)

    for line in lines:
        file = line.file
        before = [f for f in inside if f.merit < file.merit]
        missing = file.amount - (limits.budget - cost(before))
        taken = limits.places is not None and len(before) >= limits.places
        if line.obstacle is None:
            assert eligible(file)
            assert missing <= 0
            assert not taken
        elif line.obstacle == Obstacle.MONEY:
            assert eligible(file)
            assert line.missing == missing > 0
            assert not taken
        elif line.obstacle == Obstacle.PLACES:
            assert eligible(file)
            assert taken
            assert len(inside) == limits.places
            assert all(f.merit < file.merit for f in inside)
        elif line.obstacle == Obstacle.NO_SCORE:
            assert file.score is None
        else:
            assert (file.score is not None, file.amount) == (True, 0)
        assert (line.missing is not None) == (line.obstacle == Obstacle.MONEY)


@settings(max_examples=300, deadline=None)
@given(instances())
def test_better_file_is_only_passed_over_for_money(instance):
    files, limits = instance
    lines = ranked_list(files, limits)

    for out in lines:
        for inside in lines:
            if not out.is_selected and inside.is_selected and eligible(out.file) and out.position < inside.position:
                assert out.obstacle == Obstacle.MONEY
                assert out.file.amount > inside.file.amount
                assert out.file.amount > limits.budget - cost(chosen(lines))


@settings(max_examples=200, deadline=None)
@given(instances(), st.randoms())
def test_list_does_not_depend_on_the_order_of_its_input(instance, random):
    files, limits = instance
    shuffled = random.sample(files, len(files))

    assert ranked_list(shuffled, limits) == ranked_list(files, limits)


@settings(max_examples=200, deadline=None)
@given(instances())
def test_waiting_list_holds_the_best_refused_files(instance):
    files, limits = instance
    lines = ranked_list(files, limits)

    refused = [line.file.key for line in lines if not line.is_selected and eligible(line.file)]
    waiting = sorted((line.waiting_rank, line.file.key) for line in lines if line.waiting_rank)
    assert [key for _, key in waiting] == refused[: limits.waiting_places]
    assert [rank for rank, _ in waiting] == list(range(1, len(waiting) + 1))


# -- Cases that a person can check by hand ------------------------------------------------------------------------------


def file(key, score, amount, rank=None):
    return ListedFile(key, rank or ord(key) - 64, None if score is None else Decimal(score), Decimal(amount))


def told(lines):
    return {line.file.key: line.obstacle and line.obstacle.value for line in lines}


RANKING = [
    file("A", 90, 50),
    file("B", 80, 60),
    file("C", 70, 40),
    file("D", 60, 30),
    file("E", 50, 10),
    file("F", None, 20),
    file("G", 40, 0),
]
GROUP = ("D", "E")


def test_list_passes_over_what_does_not_fit():
    lines = ranked_list(RANKING, Limits(Decimal(100)))

    assert told(lines) == {"A": None, "B": "money", "C": None, "D": "money", "E": None, "F": "no_score", "G": "no_amount"}
    assert lines[1].missing == Decimal(10)
    assert cost(chosen(lines)) == 100


def test_list_ends_with_its_places():
    lines = ranked_list(RANKING, Limits(Decimal(100), places=2, waiting_places=2))

    assert told(lines) == {"A": None, "B": "money", "C": None, "D": "places", "E": "places", "F": "no_score", "G": "no_amount"}
    assert [line.waiting_rank for line in lines] == [None, 1, None, 2, None, None, None]
    assert lines[3].missing is None


def test_places_of_the_first_files_stop_the_list_before_the_first_that_does_not_fit():
    lines = ranked_list(RANKING, Limits(Decimal(100), places=1))

    assert told(lines) == {"A": None, "B": "places", "C": "places", "D": "places", "E": "places", "F": "no_score", "G": "no_amount"}


def test_without_money_nobody_enters():
    lines = ranked_list(RANKING, Limits(Decimal(0)))

    assert chosen(lines) == []
    assert lines[0].missing == Decimal(50)


def test_equal_scores_follow_the_rank_given():
    ranking = [file("A", 70, 60, rank=2), file("B", 70, 60, rank=1)]

    lines = ranked_list(ranking, Limits(Decimal(100)))

    assert [file.key for file in chosen(lines)] == ["B"]


# -- What one rule on a group does, under the order of merit --------------------------------------------------------------


def under_rule(ranking, budget, *, group=GROUP, **bounds):
    """The files selected by order of merit under one rule on a group, and the status of the answer."""
    instance = Instance.from_dict(
        {
            "applications": [
                {
                    "id": f.key,
                    "rank": f.rank,
                    "score": str(f.score),
                    "amounts": {"commune": int(f.amount * 100)},
                    "groups": ["agricole"] if f.key in group else [],
                }
                for f in ranking
                if eligible(f)
            ],
            "rules": [
                {"id": "argent", "measure": "amount", "line": "commune", "max": budget * 100},
                {"id": "regle", "measure": "count", "scope": "agricole", **bounds},
            ],
        }
    )
    result = solve(instance, Doctrine.MERIT)
    return result.status, sorted(reference for reference, _ in result.selection or ())


def test_minimum_reserves_places_for_the_best_of_the_group():
    assert under_rule(RANKING, 100, min=2) == ("proven", ["A", "D", "E"])


def test_maximum_refuses_beyond_it():
    assert under_rule(RANKING, 500, max=1) == ("proven", ["A", "B", "C", "D"])


def test_minimum_keeps_money_when_the_best_of_the_group_is_too_dear():
    ranking = [file("A", 90, 95), file("B", 80, 90), file("C", 70, 10)]

    assert under_rule(ranking, 100, group=("A", "B", "C"), min=2) == ("proven", ["B", "C"])


def test_rule_that_the_money_cannot_hold_is_impossible():
    assert under_rule(RANKING, 35, min=2) == ("infeasible", [])


@pytest.mark.parametrize(("bounds", "code"), [({"min": 2, "max": 1}, "min-above-max"), ({"min": 3}, "min-above-eligible")])
def test_rule_that_cannot_be_is_refused_on_reading(bounds, code):
    with pytest.raises(InvalidInstance) as refusal:
        under_rule(RANKING, 100, **bounds)

    assert [problem.code for problem in refusal.value.problems] == [code]
