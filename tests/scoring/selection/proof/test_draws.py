"""Drawn answers against enumeration and against another model; drawn alterations against the checker.

`make draws` draws thousands (PREAU_DRAWS=5000); the suite draws a few hundred.
"""

import cProfile
import os
import pstats
import random

import pytest

from scoring.selection.instance import Instance
from scoring.selection.proof.proving import best
from scoring.selection.proof.tree import Budget
from scoring.selection.result import ACCEPTED, Doctrine, Status
from tests.scoring.selection.draws import draw
from tests.scoring.selection.families import family
from tests.scoring.selection.oracle import LIMIT, Oracle
from tests.scoring.selection.other_model import OtherModel
from tests.scoring.selection.proof.answers import proved, verdict
from tests.scoring.selection.proof.test_check_selection import altered

pytestmark = pytest.mark.draws

DRAWS = int(os.environ.get("PREAU_DRAWS", "300"))
PARTS = 10
ENOUGH = 10_000  # lines of a proof against enumeration: none of the suite's draws needs as many
MOST_LINES = 2_000  # of a proof against the other model, which has its own limit
CLAIMED = ("selected", "objective", "cost_cents", "count", "gap", "status", "bound", "doctrine", "digest")


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_proved_is_what_enumeration_finds(part):
    largest = 14 if DRAWS > 1000 else 9
    left = []
    for number in range(part, DRAWS, PARTS):
        value, doctrine = draw(random.Random(number), (1, largest), LIMIT), [*Doctrine][number // PARTS % 2]

        result = best(Instance.from_dict(value), doctrine, budget=Budget(lines=ENOUGH))

        if not result.is_proved:
            left.append(number)
            continue
        found = [list(pair) for pair in result.selection] if result.selection is not None else None
        assert found == Oracle(value).summary(doctrine).get("selected"), number
    assert len(left) <= DRAWS // 1000, left


@pytest.mark.parametrize("part", range(PARTS))
def test_another_model_finds_nothing_better(part):
    pytest.importorskip("ortools")
    largest = 80 if DRAWS > 1000 else 30
    answered = 0
    for number in range(part, DRAWS // 10, PARTS):
        value, doctrine = draw(random.Random(f"other {number}"), (12, largest)), [*Doctrine][number // PARTS % 2]

        result = best(Instance.from_dict(value), doctrine, budget=Budget(lines=MOST_LINES), time_limit=2)

        other = OtherModel(value, doctrine.value, [list(pair) for pair in result.selection or ()])
        better = other.exists() if result.selection is None else other.is_better()
        assert better is not True or result.status is Status.BOUNDED, number  # where time was short, and the answer says so
        answered += better is False
    assert answered


@pytest.mark.parametrize("doctrine", Doctrine)
@pytest.mark.parametrize(("name", "size"), [("places", 20), ("envelopes", 15), ("levels", 8)])
def test_no_alteration_passes_or_costs_more_than_the_proof(name, size, doctrine):
    value, chance = family(name, size, 9), random.Random(f"{name} {doctrine}")
    printed = proved(value, doctrine).to_dict()
    honest = work(value, printed)[1]

    for _ in range(DRAWS // 15):
        other = altered(printed, chance)
        code, calls = work(value, other)
        assert code != ACCEPTED or all(other[key] == printed[key] for key in CLAIMED)
        assert calls <= 10 * honest


def work(value, printed):
    """(the verdict, how many calls it takes): the same on any machine."""
    with cProfile.Profile() as profile:
        code = verdict(value, printed)
    return code, pstats.Stats(profile).total_calls
