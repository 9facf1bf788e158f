"""A share of a number of files that is known is a number of files: the proof says so before it looks at any file."""

import pytest

from scoring.selection.instance import Instance
from scoring.selection.proof.check_selection import Arithmetic
from scoring.selection.proof.roundings import roundings
from scoring.selection.result import Status
from tests.scoring.selection.cases import count, file, instance
from tests.scoring.selection.families import family
from tests.scoring.selection.proof.answers import explained, proved, verdict


def share(**bounds):
    return {"id": "share", "label": "Part", "scope": "rural", "measure": "count_share", **bounds}


def of(*rules, files=12):
    """Half of the files are rural, the best ones are not."""
    return instance(*(file(f"f{n:02}", f"{10 + n % 7}.{n:03}", 100, *["rural"] * (n % 2), rank=n) for n in range(files)), rules=rules)


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([count("places", min=7, max=7), share(min="0.37")], [(2, 2)]),  # 2.59 files: two at most, or three at least
        ([count("places", min=7, max=7), share(max="0.37")], [(2, 2)]),
        ([count("places", min=7, max=8), share(min="0.37", max="0.70")], [(2, 2), (2, 4), (2, 5)]),
        ([share(min="0.37"), count("places", min=7, max=7)], [(1, 2)]),
        ([count("places", min=8, max=8), share(min="0.25")], []),  # two files
        ([count("places", min=2, max=7), share(min="0.37")], []),
        ([count("places", max=7), share(min="0.37")], []),
        ([count("places", min=7, max=7), share(min="0.37", penalty="1")], []),
    ],
)
def test_a_hard_share_of_few_numbers_of_files_is_rounded(rules, found):
    assert roundings(Arithmetic(Instance.from_dict(of(*rules)).to_dict())) == found


def test_a_share_that_no_number_of_files_gives_is_impossible_in_three_lines():
    value = of(count("places", min=76, max=76), share(min="0.255", max="0.26"), files=160)  # between 19.38 and 19.76 files

    result = proved(value, lines=10)

    assert (result.status, result.proof["left"], verdict(value, result)) == (Status.INFEASIBLE, {}, 0)
    assert len(result.proof["steps"]["impossible"]["tree"]) == 3


def test_one_place_more_is_said_impossible_with_its_proof():
    value = of(count("places", min=4, max=4), share(min="0.25", max="0.26"), files=40)

    told = explained(value)

    (price,) = (row for row in told["explanations"]["prices"] if row["rule"] == "places")
    assert (price["marginal"]["more"], price["proved"]) == (None, True)


def test_a_share_between_two_numbers_of_files_takes_no_branch_on_files():
    value = family("places", 342, 2, cents=True)
    value["rules"][0] |= {"min": 76, "max": 76}  # 37 % of them: 28.12

    result = proved(value, lines=500)

    assert (result.proof["left"], verdict(value, result)) == ({}, 0)
