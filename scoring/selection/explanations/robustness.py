"""How much the selection owes to which jurors happened to read: marks drawn again, and how often each file is then selected.

Bootstrap: in each draw, every file has as many marks as it received, drawn with replacement among them. A file read by one juror does
not move, and its share says nothing. The draws are those of a seed: the same input gives the same shares.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from scoring.selection.explanations.case import Case
from scoring.selection.instance import Candidate
from scoring.selection.program import Program

SURE, HALF = Fraction(95, 100), Fraction(1, 2)

BodyMark = tuple[str, Decimal]  # (college, points out of the scale)
Progress = Callable[[int, int], None]


class Band(StrEnum):
    """How sure a selected file is of its place."""

    SURE = "sure"  # 95 % of the draws at least
    FRAGILE = "fragile"  # one half at least
    HAIR = "hair"  # less: selected by a hair


@dataclass(frozen=True)
class Robustness:
    """`times`: in how many of the `draws` each file is selected."""

    draws: int
    seed: int
    times: Mapping[str, int]

    def share(self, application_id: str) -> Fraction:
        return Fraction(self.times[application_id], self.draws)

    def band(self, application_id: str) -> Band:
        share = self.share(application_id)
        return Band.SURE if share >= SURE else Band.FRAGILE if share >= HALF else Band.HAIR


def robustness(
    case: Case,
    marks: Mapping[str, Sequence[BodyMark]],
    *,
    draws: int = 200,
    seed: int = 0,
    weights: Mapping[str, Decimal | int] = MappingProxyType({}),
    progress: Progress | None = None,
) -> Robustness:
    """Share of draws in which each file is selected, under the same rules and doctrine.

    `marks`: of each application, in points out of the scale, with the college of the juror; `weights` of colleges, 1 unless said. A file
    without marks keeps its score. Raises ValueError without any draw, Cancelled.
    """
    if draws < 1:
        raise ValueError("at least one draw")
    chance = random.Random(seed)  # noqa: S311 -- a simulation, not a secret
    decimals = _decimals(case)
    times: Counter[str] = Counter({application.id: 0 for application in case.instance.applications})
    for number in range(draws):
        scores = [
            _drawn(application, marks.get(application.id, ()), weights, chance, decimals) for application in case.instance.applications
        ]
        selection = case.best(case.ladder(_rescored(case.program, scores), start=case.chosen, same_rows=True)) or ()
        times.update(case.program.application(column).id for column in selection)
        if progress is not None:
            progress(number + 1, draws)
    return Robustness(draws, seed, dict(times))


def _drawn(
    application: Candidate, marks: Sequence[BodyMark], weights: Mapping[str, Decimal | int], chance: random.Random, decimals: int
) -> Decimal:
    """The score moved by as much as the mean of the marks drawn differs from that of the marks received, never below 0."""
    if not marks:
        return application.score
    drawn = [marks[int(chance.random() * len(marks))] for _ in marks]
    moved = Fraction(application.score) + _mean(drawn, weights) - _mean(marks, weights)
    return max(Decimal(0), _rounded(moved, decimals))


def _mean(marks: Sequence[BodyMark], weights: Mapping[str, Decimal | int]) -> Fraction:
    """Mean of each college, then of the colleges by their weights: a college with more jurors does not weigh more."""
    bodies: dict[str, list[Decimal]] = {}
    for body, points in marks:
        bodies.setdefault(body, []).append(points)
    means = {body: Fraction(sum(points, Decimal(0))) / len(points) for body, points in bodies.items()}
    total = sum(Fraction(weights.get(body, 1)) for body in means)
    return sum((mean * Fraction(weights.get(body, 1)) for body, mean in means.items()), Fraction(0)) / (total or 1)


def _rounded(value: Fraction, decimals: int) -> Decimal:
    """Half up, like the published score."""
    precise = Decimal(value.numerator * 10**decimals) / Decimal(value.denominator)
    return precise.to_integral_value(ROUND_HALF_UP).scaleb(-decimals)


def _decimals(case: Case) -> int:
    """Decimals with which scores are published."""
    exponents = (application.score.as_tuple().exponent for application in case.instance.applications)
    return max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)


def _rescored(program: Program, scores: Sequence[Decimal]) -> Program:
    """The same columns and rows with other scores; the value of an option keeps its proportion to the score."""
    applications = program.instance.applications
    answer = copy(program)
    answer.instance = replace(program.instance, applications=tuple(_with_score(*pair) for pair in zip(applications, scores, strict=True)))
    answer.columns = tuple(
        replace(column, value=_scaled(column.value, applications[column.application].score, scores[column.application], program.decimals))
        for column in program.columns
    )
    return answer.with_rows(program.rows)


def _with_score(application: Candidate, score: Decimal) -> Candidate:
    return application if application.score == score else replace(application, score=score)


def _scaled(value: int, before: Decimal, after: Decimal, decimals: int) -> int:
    """A value in units of the scale, moved with the score."""
    if before == after:
        return value
    if not before:
        return value + int(after.scaleb(decimals))
    return int((Decimal(value) * after / before).to_integral_value(ROUND_HALF_UP))
