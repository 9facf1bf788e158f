"""The judge is judged: on a case worked out by hand, and on the samples with proven optima where the environment has them."""

import json
import os
from pathlib import Path

import pytest

from tests.scoring.selection.oracle import Oracle

SAMPLES = Path(os.environ.get("PREAU_DATA", "/nonexistent")) / "selection"
SMALL = ("s01_tiny", "s02_impossible", "s03_levels")


def file(key, rank, score, cents, *groups):
    return {"id": key, "rank": rank, "score": score, "groups": list(groups), "amounts": {"inv": cents}}


def test_two_places_out_of_four_with_a_minimum():
    oracle = Oracle(
        {
            "applications": [file("A", 1, "15", 10), file("B", 2, "14", 30), file("C", 3, "14", 30, "agri"), file("D", 4, "12", 5, "agri")],
            "rules": [
                {"id": "places", "measure": "count", "min": 2, "max": 2},
                {"id": "agri", "measure": "count", "scope": "agri", "min": 1},
            ],
        }
    )

    assert oracle.summary() == {
        "status": "optimal",
        "objective": "29",
        "cost_cents": 40,
        "count": 2,
        "selected": [["A", "full"], ["C", "full"]],
    }
    assert oracle.flip_loss() == {"A": "1", "B": "1", "C": "2", "D": "2"}
    assert oracle.tied() == []
    assert oracle.replacement() == {"A": ["B"], "C": ["D"]}
    assert oracle.rule_price() == {"places": "26", "agri": "0"}


def test_two_rules_that_pull_apart():
    oracle = Oracle(
        {
            "applications": [file("A", 1, "15", 250_000), file("B", 2, "14", 350_001)],
            "rules": [{"id": "both", "measure": "count", "min": 2}, {"id": "money", "measure": "amount", "max": 400_000}],
        }
    )

    assert oracle.summary("merit") == {"status": "infeasible"}
    assert oracle.minimal_conflicts() == [["both:min", "money:max"]]
    assert oracle.relaxation_cost() == 1


def test_nothing_to_select():
    oracle = Oracle({"applications": [], "rules": []})

    assert oracle.summary() == {"status": "optimal", "objective": "0", "cost_cents": 0, "count": 0, "selected": []}


@pytest.mark.official
@pytest.mark.parametrize("name", SMALL)
def test_the_judge_agrees_with_every_value_of_the_samples(name):
    sample = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    oracle = Oracle(sample["instance"])
    found = {"sum": oracle.summary("sum"), "merit": oracle.summary("merit")}
    feasible = found["sum"]["status"] == "optimal"
    questions = ("flip_loss", "tied", "replacement", "rule_price") if feasible else ("minimal_conflicts", "relaxation_cost")

    found |= {question: getattr(oracle, question)() for question in questions}

    assert found == {key: value for key, value in sample["expected"].items() if key != "verified_by"}
