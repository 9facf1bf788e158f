"""The example of docs/selection.md where the envelope is shared: its table is worked out again; and sharing at the size of a Région."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from scoring.allocation.curve import curve_of_envelopes
from scoring.allocation.sharing import Claimant, share
from scoring.allocation.units import PricedLot
from scoring.allocation.weighing import MarkBand, by_band

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "selection.md").read_text().replace("\u00a0", " ")
FILES = {  # mark, thousands of euros asked
    "A": ("18", 60), "B": ("16", 50), "C": ("16", 50), "D": ("15.5", 20), "E": ("14.5", 100), "F": ("14", 30), "G": ("12", 90), "H": ("11", 60),
}  # fmt: skip
BANDS = [MarkBand(Decimal(16), 3), MarkBand(Decimal(14), 2), MarkBand(Decimal(12), 1)]


@pytest.mark.parametrize("retained", [4, 5, 6, 7])
def test_each_line_of_the_table_is_what_the_code_gives(retained):
    files = [
        Claimant(name, asked * 100_000, by_band(Decimal(mark), BANDS), floor=asked * 25_000)
        for name, (mark, asked) in list(FILES.items())[:retained]
    ]

    shares = share(files, 20_000_000, step=1_000).shares

    cells = [f"{one.amount // 100:,}".replace(",", " ") for one in shares] + [""] * (8 - retained)
    assert " ".join(f"| {retained} | {' | '.join(cells)} |".split()) in [" ".join(line.split()) for line in PAGE.splitlines()]


def test_the_needs_bought_whole_are_what_the_code_gives():
    files = [
        Claimant(name, lot.whole, weight, lots=(lot,))
        for name, weight, lot in (
            ("A", 2, PricedLot(5, Fraction(6_000))), ("B", 1, PricedLot(2, Fraction(12_000))), ("C", 1, PricedLot(20, Fraction(1_000))),
        )
    ]  # fmt: skip

    for one in share(files, 40_000, step=100).shares:
        bought = one.claimant.used_of(one.part)
        assert f"| {one.claimant.key} | {one.part // 100} | {bought // 100} | {one.amount // 100} |" in PAGE


def test_two_thousand_files_are_shared_to_the_cent():
    rng = Random(5)
    files = [Claimant(str(rank), rng.randrange(200_000, 4_500_000), rng.choice([4, 3, 2, 1])) for rank in range(2_000)]

    sharing = share(files, 600_000_007)

    assert (sharing.total, sharing.left) == (600_000_007, 0)
    assert all(one.amount <= one.claimant.asked for one in sharing.shares)
    assert sharing.shares == share(files, 600_000_007).shares


def test_curve_over_several_envelopes_lowers_only_those_that_share_with_who_is_added():
    first, second, third = (Claimant(name, 1_000, 1) for name in "ABC")

    points = curve_of_envelopes([("x", first), ("y", second), ("x", third)], {"x": 1_000, "y": 1_000})

    assert [(point.first, point.last, point.total) for point in points] == [(1_000, 1_000, 1_000), (1_000, 1_000, 2_000), (500, 500, 2_000)]
