"""From marks to a ranking: pure arithmetic in exact fractions, rounded once.

The rule, in the order in which it is applied (jury rules of the call; scores by college as in the field's practice):
1. a juror's mark is the weighted mean of the rated criteria, each as a share of its maximum; a criterion said not
   applicable is left out and the weights of the others count alone (the reachable maximum), never a zero;
2. jurors of one body are averaged, then bodies are averaged with equal weights, so that a body with more jurors does not
   weigh more; a body that has given nothing is reported and its weight goes to the others;
3. computed criteria join by their weight; one without a value is left out in the same way;
4. the result is rounded once, half up, to two decimals out of the scale: that number is published and ranked on;
5. equal scores are separated by the date of submission, then by the reference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import lcm


@dataclass(frozen=True)
class Rule:
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
class FileMarks:
    """Everything that enters the score of one file. `expected` are the bodies that were to read it."""

    key: int
    reference: str
    submitted_at: datetime
    readings: tuple[Reading, ...] = ()
    computed: Mapping[int, Decimal | None] = field(default_factory=dict)
    expected: frozenset[int] = frozenset()


@dataclass(frozen=True)
class JurorScore:
    """The mark of one juror, out of the scale, on rated criteria only."""

    juror: int
    body: int
    score: Decimal


@dataclass(frozen=True)
class Standing:
    """The place of one file. `exact` is out of the scale, before rounding; a file that nobody scored has no rank."""

    key: int
    rank: int | None
    score: Decimal | None
    exact: Fraction | None
    by_body: Mapping[int, Decimal]
    jurors: tuple[JurorScore, ...]
    spread: Decimal | None
    missing: tuple[int, ...]
    tied: bool


def round_half_up(value: Fraction, places: int = 2, times: int = 1) -> Decimal:
    """Exact rounding of `value` × `times`, halves up for the positive values that scores are."""
    numerator, denominator = value.numerator * times * 10**places, value.denominator
    return Decimal((2 * numerator + denominator) // (2 * denominator)).scaleb(-places)


def mean(values: list[Fraction]) -> Fraction:
    return values[0] if len(values) == 1 else sum(values, Fraction(0)) / len(values)


class Scorer:
    """The grid prepared for many files: integer coefficients over one common denominator."""

    def __init__(self, rules: Iterable[Rule], scale: int):
        rules = [rule for rule in rules if rule.weight > 0 and rule.max_points > 0]
        self.scale = scale
        self.rated = {rule.key: rule for rule in rules if rule.rated}
        self.computed = {rule.key: rule for rule in rules if not rule.rated}
        self.rated_weight = sum(rule.weight for rule in self.rated.values())
        self._common = lcm(*(rule.max_points for rule in rules)) if rules else 1
        self._factor = {rule.key: rule.weight * self._common // rule.max_points for rule in rules}

    def reading_share(self, points: Mapping[int, Decimal | None]) -> Fraction | None:
        """Weighted mean of one juror between 0 and 1; None when every criterion is not applicable."""
        total = weight = 0
        for key, rule in self.rated.items():
            given = points.get(key)
            if given is not None:
                total += self._factor[key] * int(given * 100)
                weight += rule.weight
        return Fraction(total, 100 * self._common * weight) if weight else None

    def combine(self, rated: Fraction | None, computed: Mapping[int, Decimal | None]) -> Fraction | None:
        """The score out of the scale; None without any juror's mark (computed points alone do not rank a file)."""
        if rated is None:
            return None
        total, weight = rated * self.rated_weight, self.rated_weight
        for key, rule in self.computed.items():
            given = computed.get(key)
            if given is not None:
                total += Fraction(self._factor[key] * int(given * 100), 100 * self._common)
                weight += rule.weight
        return total / weight * self.scale


def score_file(marks: FileMarks, scorer: Scorer) -> Standing:
    """The score of one file, with its detail by body and by juror; the rank is given by `rank_files`."""
    shares = [(reading, share) for reading in marks.readings if (share := scorer.reading_share(reading.points)) is not None]
    by_body: dict[int, list[Fraction]] = {}
    for reading, share in shares:
        by_body.setdefault(reading.body, []).append(share)
    means = {body: mean(values) for body, values in by_body.items()}
    exact = scorer.combine(mean(list(means.values())) if means else None, marks.computed)
    values = [share for _, share in shares]
    scale = scorer.scale
    return Standing(
        key=marks.key,
        rank=None,
        score=None if exact is None else round_half_up(exact),
        exact=exact,
        by_body={body: round_half_up(value, times=scale) for body, value in means.items()},
        jurors=tuple(JurorScore(r.juror, r.body, round_half_up(share, times=scale)) for r, share in shares),
        spread=round_half_up(max(values) - min(values), times=scale) if len(values) > 1 else None,
        missing=tuple(sorted(marks.expected - means.keys())),
        tied=False,
    )


def rank_files(files: Iterable[FileMarks], rules: Iterable[Rule], scale: int) -> list[Standing]:
    """Every file in order of rank; files that nobody scored come last, by reference, without a rank."""
    by_key = {marks.key: marks for marks in files}
    scorer = Scorer(rules, scale)
    standings = [score_file(marks, scorer) for marks in by_key.values()]
    scored = sorted(
        (s for s in standings if s.score is not None),
        key=lambda s: (-(s.score or Decimal(0)), by_key[s.key].submitted_at, by_key[s.key].reference),
    )
    unscored = sorted((s for s in standings if s.score is None), key=lambda s: by_key[s.key].reference)
    shared = tied_scores([s.score for s in scored if s.score is not None])
    return [replace(standing, rank=rank, tied=standing.score in shared) for rank, standing in enumerate(scored, 1)] + unscored


def tied_scores(scores: list[Decimal]) -> set[Decimal]:
    """The scores that several files share, from scores in descending order."""
    return {a for a, b in zip(scores, scores[1:], strict=False) if a == b}
