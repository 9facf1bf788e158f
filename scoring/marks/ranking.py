"""From scores to a ranking. Pure arithmetic: how a score is made is written in `scoring.marks.combination`.

Files are ranked by their published score, highest first; equal scores are separated by the date of submission, then by the
reference. A file that nobody scored has no rank and comes last.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from scoring.marks.combination import NONE, CriterionWeight, Reading, Scorer, round_half_up


@dataclass(frozen=True)
class FileMarks:
    """Everything that enters the score of one file. `expected` are the bodies that were to read it, `out` the criteria that do not apply to it."""

    key: int
    reference: str
    submitted_at: datetime
    readings: tuple[Reading, ...] = ()
    computed: Mapping[int, Decimal | None] = field(default_factory=dict)
    expected: frozenset[int] = frozenset()
    out: frozenset[int] = frozenset()


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


def score_file(marks: FileMarks, scorer: Scorer, effects: Mapping[int, Decimal] = NONE) -> Standing:
    """The score of one file, with its detail by body and by juror; the rank is given by `rank_files`."""
    found = scorer.combine(marks.readings, marks.computed, expected=marks.expected, effects=effects, out=marks.out)
    values, scale = [share for _, share in found.by_juror], scorer.scale
    return Standing(
        key=marks.key,
        rank=None,
        score=None if found.exact is None else round_half_up(found.exact),
        exact=found.exact,
        by_body={body: round_half_up(value, times=scale) for body, value in found.by_body.items()},
        jurors=tuple(JurorScore(r.juror, r.body, round_half_up(share, times=scale)) for r, share in found.by_juror),
        spread=round_half_up(max(values) - min(values), times=scale) if len(values) > 1 else None,
        missing=found.missing,
        tied=False,
    )


def rank_files(
    files: Iterable[FileMarks], rules: Iterable[CriterionWeight], scale: int, *, effects: Mapping[int, Decimal] = NONE
) -> list[Standing]:
    """Every file in order of rank; files that nobody scored come last, by reference, without a rank.

    With `effects` (points by juror), the ranking that the correction of severities would give: an information, never a rank.
    """
    by_key = {marks.key: marks for marks in files}
    scorer = Scorer(rules, scale)
    standings = [score_file(marks, scorer, effects) for marks in by_key.values()]
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
