"""From marks to a score: the one place where the rule is written, in exact fractions, rounded once.

In the order in which it is applied (jury rules of the call; scores by college as in the field's practice):
0. a criterion whose condition does not hold of the file is out: what was given on it is not counted, and rules 1 and 3 then read as if every
   juror had said it not applicable, or as if it had no value;
1. a juror's mark is the weighted mean of the rated criteria, each as a share of its maximum; a criterion said not
   applicable is left out and the weights of the others count alone (the reachable maximum), never a zero;
2. jurors of one body are averaged, then bodies are averaged by their weights (equal unless said), so that a body with more
   jurors does not weigh more; a body that has given nothing is reported and its weight goes to the others;
3. computed criteria join by their weight; one without a value is left out in the same way;
4. the result is rounded once, half up, to two decimals out of the scale: that number is published and ranked on.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from types import MappingProxyType
from typing import Any

NONE: Mapping[int, Any] = MappingProxyType({})


@dataclass(frozen=True)
class CriterionWeight:
    """What one criterion weighs. `key` is any hashable; `rated` says whether jurors mark it."""

    key: int
    weight: int
    max_points: int
    rated: bool = True


@dataclass(frozen=True)
class Reading:
    """The marks handed in by one juror of one body: points by criterion key, None for not applicable."""

    juror: int
    body: int
    points: Mapping[int, Decimal | None]


@dataclass(frozen=True)
class CombinedScore:
    """The score of one file. `exact` is out of the scale, before rounding, None without any juror's mark; shares are in [0, 1]."""

    exact: Fraction | None
    by_body: Mapping[int, Fraction]
    by_juror: tuple[tuple[Reading, Fraction], ...]
    missing: tuple[int, ...]


def round_half_up(value: Fraction, places: int = 2, times: int = 1) -> Decimal:
    """Exact rounding of `value` × `times`, halves up (towards +∞)."""
    numerator, denominator = value.numerator * times * 10**places, value.denominator
    return Decimal((2 * numerator + denominator) // (2 * denominator)).scaleb(-places)


def mean(values: list[Fraction]) -> Fraction:
    return values[0] if len(values) == 1 else sum(values, Fraction(0)) / len(values)


def weighted_mean(values: Mapping[int, Fraction], weights: Mapping[int, int]) -> Fraction | None:
    """The mean of these values by their weights (1 unless said); None when nothing that weighs is there."""
    if not weights:
        return mean(list(values.values())) if values else None
    total = sum(weights.get(key, 1) for key in values)
    return sum((value * weights.get(key, 1) for key, value in values.items()), Fraction(0)) / total if total else None


class Scorer:
    """The grid prepared for many files: integer coefficients over one common denominator.

    `scale` is the number of points out of which scores are published; `body_weights` are those of the bodies, 1 unless said.
    """

    def __init__(self, rules: Iterable[CriterionWeight], scale: int, body_weights: Mapping[int, int] = NONE):
        rules = [rule for rule in rules if rule.weight > 0 and rule.max_points > 0]
        self.scale = scale
        self.body_weights = body_weights
        self.rated = {rule.key: rule for rule in rules if rule.rated}
        self.computed = {rule.key: rule for rule in rules if not rule.rated}
        self.rated_weight = sum(rule.weight for rule in self.rated.values())
        self._common = lcm(*(rule.max_points for rule in rules)) if rules else 1
        self._factor = {rule.key: rule.weight * self._common // rule.max_points for rule in rules}

    def reading_share(self, points: Mapping[int, Decimal | None], out: Collection[int] = ()) -> Fraction | None:
        """Weighted mean of one juror between 0 and 1; None when every criterion is not applicable. `out`: the criteria out for this file."""
        total, weight = Decimal(0), 0
        for key, rule in self.rated.items():
            given = None if key in out else points.get(key)
            if given is not None:
                total += self._factor[key] * given
                weight += rule.weight
        numerator, denominator = total.as_integer_ratio()
        return Fraction(numerator, denominator * self._common * weight) if weight else None

    def join(self, rated: Fraction | None, computed: Mapping[int, Decimal | None], out: Collection[int] = ()) -> Fraction | None:
        """The score out of the scale; None without any juror's mark (computed points alone do not rank a file).

        What the jury marks keeps its whole weight, whatever is left out of it: the part of a computed criterion is the same for every file.
        """
        if rated is None:
            return None
        total, weight = rated * self.rated_weight, self.rated_weight
        for key, rule in self.computed.items():
            given = None if key in out else computed.get(key)
            if given is not None:
                total += Fraction(given) * self._factor[key] / self._common
                weight += rule.weight
        return total / weight * self.scale

    def combine(
        self,
        readings: Iterable[Reading],
        computed: Mapping[int, Decimal | None],
        *,
        expected: Iterable[int] = (),
        effects: Mapping[int, Decimal] = NONE,
        out: Collection[int] = (),
    ) -> CombinedScore:
        """The score of one file from all its readings. `expected` are the bodies that were to read it, `out` the criteria that do not apply to it.

        `effects` (juror → points out of the scale that the juror adds to every file, as `severity` finds them) are taken off
        each mark first: the same rule then gives the corrected score, which is an information and is ranked on by nobody.
        """
        shares = [(reading, share) for reading in readings if (share := self.reading_share(reading.points, out)) is not None]
        if effects:
            shares = [(reading, share - Fraction(effects.get(reading.juror, 0)) / self.scale) for reading, share in shares]
        found: dict[int, list[Fraction]] = {}
        for reading, share in shares:
            found.setdefault(reading.body, []).append(share)
        by_body = {body: mean(values) for body, values in found.items()}
        exact = self.join(weighted_mean(by_body, self.body_weights), computed, out)
        return CombinedScore(exact, by_body, tuple(shares), tuple(sorted(set(expected) - by_body.keys())))
