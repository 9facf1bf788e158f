"""What became of the parts that pay no whole need: the figures of the sentence add up, whatever is shared."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.allocation.sharing import share
from scoring.models import SelectionScenario
from scoring.optimiser.shared import leftover_of
from tests.scoring.allocation.test_again import claimants, steps

EUROS = re.compile(r"([\d\u00a0\u202f]+(?:,\d\d)?)[\u00a0\u202f ]€ (des parts|n’entr|ont été|a été)|Il reste ([\d\u00a0\u202f]+(?:,\d\d)?)")


def figures(sentence: str) -> dict[str, int]:
    """Cents by what is said of them: of parts, in no part, shared again, left."""
    found = {"des parts": 0, "n’entr": 0, "ont été": 0, "Il reste": 0}
    for amount, what, left in EUROS.findall(sentence):
        whole, _, rest = re.sub(r"[\u00a0\u202f]", "", amount or left).partition(",")
        found["ont été" if what == "a été" else what or "Il reste"] += 100 * int(whole) + int(rest or 0)
    return found


def test_by_hand_parts_in_steps_of_ten_euros():
    """A cannot use 3 452,80 € of its part; B has 3 156,40 € of them; 8,40 € were in no part."""
    files = [
        ["A", 2_000_000, 1, None, 0, [], 1_000_000 - 345_280, 1_000_000],
        ["B", 2_000_000, 1, None, 0, [], 1_000_000 + 315_640, 1_000_000],
    ]
    kept = {"line": "commune", "envelope": 2_000_840, "step": 1000, "left": 30_480, "files": files}

    told = leftover_of(SelectionScenario(result={"sharing": {"lines": [kept]}}))

    assert figures(told) == {"des parts": 345_280, "n’entr": 840, "ont été": 315_640, "Il reste": 30_480}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(claimants(), st.integers(0, 150_000)), min_size=1, max_size=2), steps)
def test_what_parts_leave_with_what_is_in_none_less_what_is_shared_again_is_what_is_left(lines, step):
    accounts = []
    for files, envelope in lines:
        shared = share(files, envelope, step=step)
        rows = [
            [
                one.key,
                one.asked,
                one.weight,
                one.ceiling,
                one.floor,
                [[lot.quantity, str(lot.unit)] for lot in one.lots],
                part.amount,
                part.part,
            ]
            for part in shared.shares
            for one in [part.claimant]
        ]
        accounts.append({"line": "commune", "envelope": envelope, "step": step, "left": shared.left, "files": rows})

    said = figures(leftover_of(SelectionScenario(result={"sharing": {"lines": accounts}})))

    if said["des parts"] or said["ont été"]:
        assert said["des parts"] + said["n’entr"] - said["ont été"] == said["Il reste"]
        assert said["Il reste"] == sum(account["left"] for account in accounts)
