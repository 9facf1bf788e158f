"""Files on which jurors disagree: to be discussed, or given to one more reader.

A file is flagged when its marks are 5 points of 20 apart, or when their standard deviation reaches 2.5 points of 20 (which
two marks do 3.5 points apart): both thresholds follow the scale, or the range that the call has set.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from scoring.marks.combination import mean
from scoring.marks.mark import ReadingMark, by_file

RANGE_SHARE = Fraction(5, 20)  # of the scale
DEVIATION_SHARE = Fraction(1, 2)  # of the range: 2.5 points for 5


@dataclass(frozen=True)
class Disagreement:
    """The spread of one file, in points out of the scale. `variance` is that of a sample (n - 1).

    `between_share` is the part of the sum of squares that lies between the means of bodies, the rest being inside bodies;
    None when the split says nothing: one body only, one juror per body, or equal marks.
    """

    file: int
    spread: Fraction
    variance: Fraction
    between_share: Fraction | None
    wide_range: bool
    wide_deviation: bool

    @property
    def is_flagged(self) -> bool:
        return self.wide_range or self.wide_deviation


def disagreements(marks: Iterable[ReadingMark], scale: int, range_alert: Fraction | int | None = None) -> list[Disagreement]:
    """One per file marked by two jurors at least, the widest first. `range_alert`: points out of the scale, a quarter of it unless said."""
    alert = Fraction(range_alert) if range_alert is not None else RANGE_SHARE * scale
    found = [_measure(row, alert) for row in by_file(marks).values() if len(row) > 1]
    return sorted(found, key=lambda one: (-one.spread, -one.variance, one.file))


def _measure(row: list[ReadingMark], alert: Fraction) -> Disagreement:
    values = [Fraction(mark.value) for mark in row]
    centre = mean(values)
    squares = sum(((value - centre) ** 2 for value in values), Fraction(0))
    spread, variance = max(values) - min(values), squares / (len(values) - 1)
    limit = alert * DEVIATION_SHARE
    return Disagreement(row[0].file, spread, variance, _between(row, centre, squares), spread >= alert, variance >= limit**2)


def _between(row: list[ReadingMark], centre: Fraction, squares: Fraction) -> Fraction | None:
    bodies: dict[int, list[Fraction]] = {}
    for mark in row:
        bodies.setdefault(mark.body, []).append(Fraction(mark.value))
    if not squares or len(bodies) in (1, len(row)):
        return None
    return sum((len(values) * (mean(values) - centre) ** 2 for values in bodies.values()), Fraction(0)) / squares
