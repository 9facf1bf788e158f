"""How severe each juror is, by a shrunk additive model, and when it may be said at all.

    mark of file i by juror j  =  quality of i  +  effect of j  +  noise

Qualities are free, effects are drawn around zero with a variance estimated from the marks (restricted maximum likelihood):
an effect is pulled towards zero the more, the fewer the marks and the weaker the differences between jurors. Files are only
compared with themselves, so that a juror who was given weak files is not said to be severe. Never z-scores, which confuse
the two: on files of uneven quality they find 69 % of the best fifty where raw means find 85 %.

Nothing is said of a juror who has too few marks, nothing at all when jurors cannot be compared, and no correction is offered
when chance alone explains their differences (`Severity.refusal`). numpy is imported at the first call.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from scoring.marks.graph import groups
from scoring.marks.mark import ReadingMark, by_file, shared

if TYPE_CHECKING:
    import numpy

MARKS_NEEDED = 8  # on shared files, for a juror of whom something is said
P_VALUE = 0.05
PERMUTATIONS = 999
SEED = 2027
CENT = Decimal("0.01")


class Refusal(StrEnum):
    """Why severities are not said, or not corrected."""

    NO_SHARED_FILE = "no_shared_file"
    NOT_CONNECTED = "not_connected"
    TOO_FEW_MARKS = "too_few_marks"
    CHANCE = "chance"


@dataclass(frozen=True)
class JurorEffect:
    """What one juror adds to every mark, in points out of the scale, rounded to hundredths: below zero, the juror is severe.

    `marks` counts the marks on shared files, from which it is estimated.
    """

    juror: int
    points: Decimal
    marks: int


@dataclass(frozen=True)
class Severity:
    """The answer. `effects` is empty when severities cannot be said; `p_value` is that of the permutation test.

    `short` are the jurors with too few marks, of whom nothing is said and whose marks stay as they are; `groups` are the
    groups in which shared files join the others. The deviations are the estimated standard deviations, in points.
    """

    effects: tuple[JurorEffect, ...] = ()
    p_value: float | None = None
    juror_deviation: float | None = None
    noise_deviation: float | None = None
    groups: tuple[tuple[int, ...], ...] = ()
    short: tuple[int, ...] = ()
    refusal: Refusal | None = None
    seed: int = SEED
    permutations: int = PERMUTATIONS

    @property
    def may_correct(self) -> bool:
        """Whether a jury whose rules allow it could adopt the correction."""
        return self.refusal is None

    @property
    def reason(self) -> str:
        """Why not, as a French sentence; "" when the correction may be adopted."""
        match self.refusal:
            case Refusal.NO_SHARED_FILE:
                return "Aucun dossier n’a été noté par deux jurés, rien ne permet de comparer leurs sévérités."
            case Refusal.NOT_CONNECTED:
                return (
                    f"Les jurés forment {len(self.groups)} groupes sans aucun dossier en commun. D’un groupe à l’autre, rien ne "
                    "distingue des jurés sévères de dossiers plus faibles."
                )
            case Refusal.TOO_FEW_MARKS:
                return (
                    f"Il faudrait au moins deux jurés qui aient rendu chacun {MARKS_NEEDED} notes sur des dossiers lus aussi par d’autres."
                )
            case Refusal.CHANCE:
                return "Le hasard suffit à expliquer les écarts entre jurés, il n’y a rien à corriger."
        return ""


def severity(marks: Iterable[ReadingMark], *, permutations: int = PERMUTATIONS, seed: int = SEED) -> Severity:
    """Estimate the effect of each juror and test it. The order of marks changes nothing; the seed is part of the answer."""
    marks = shared(marks)
    if not marks:
        return Severity(refusal=Refusal.NO_SHARED_FILE)
    marks, short = _comparable(marks)
    found = tuple(groups(marks))
    if len(found) != 1:
        return Severity(groups=found, short=short, refusal=Refusal.NOT_CONNECTED if found else Refusal.TOO_FEW_MARKS)
    counts = Counter(mark.juror for mark in marks)
    model = _Model(marks)
    effects, juror_deviation, noise_deviation = model.estimate()
    p_value = model.permutation_test(permutations, seed)
    return Severity(
        effects=tuple(
            JurorEffect(juror, Decimal(repr(e)).quantize(CENT) + 0, counts[juror]) for juror, e in zip(model.jurors, effects, strict=True)
        ),
        p_value=p_value,
        juror_deviation=juror_deviation,
        noise_deviation=noise_deviation,
        groups=found,
        short=short,
        refusal=None if p_value < P_VALUE else Refusal.CHANCE,
        seed=seed,
        permutations=permutations,
    )


def _comparable(marks: list[ReadingMark]) -> tuple[list[ReadingMark], tuple[int, ...]]:
    """The marks of jurors who have enough of them on files that they share with one another, and the jurors left out."""
    everybody = {mark.juror for mark in marks}
    while few := {juror for juror, n in Counter(mark.juror for mark in marks).items() if n < MARKS_NEEDED}:
        marks = shared(mark for mark in marks if mark.juror not in few)
    return marks, tuple(sorted(everybody - {mark.juror for mark in marks}))


class _Model:
    """Marks centred inside each file, which removes qualities: what is left compares jurors on the same files."""

    def __init__(self, marks: list[ReadingMark]):
        import numpy as np  # noqa: PLC0415 -- slow import

        self.np = np
        self.jurors = sorted({mark.juror for mark in marks})
        place = {juror: index for index, juror in enumerate(self.jurors)}
        rows = list(by_file(marks).values())
        # One table of jurors and one of centred marks for each number of readers, so that a permutation is one operation.
        self.tables: list[tuple[numpy.ndarray, numpy.ndarray]] = []
        laplacian = np.zeros((len(place), len(place)))
        for size in sorted({len(row) for row in rows}):
            same = [row for row in rows if len(row) == size]
            who = np.array([[place[mark.juror] for mark in row] for row in same])
            values = np.array([[float(mark.value) for mark in row] for row in same])
            self.tables.append((who, values - values.mean(axis=1, keepdims=True)))
            for a in range(size):
                for b in range(size):
                    np.add.at(laplacian, (who[:, a], who[:, b]), (1.0 if a == b else 0.0) - 1.0 / size)
        levels, vectors = np.linalg.eigh(laplacian)
        kept = levels > 1e-9 * levels.max()
        self.levels, self.vectors = levels[kept], vectors[:, kept]
        self.squares = sum(float((table**2).sum()) for _, table in self.tables)
        self.freedom = len(marks) - len(rows)

    def contrasts(self, tables: "list[numpy.ndarray]") -> "numpy.ndarray":
        """Independent contrasts between jurors, each of variance noise² + level × effect²."""
        np = self.np
        sums = np.zeros(len(self.jurors))
        for (who, _), table in zip(self.tables, tables, strict=True):
            sums += np.bincount(who.ravel(), table.ravel(), minlength=len(sums))
        found: numpy.ndarray = self.vectors.T @ sums / np.sqrt(self.levels)
        return found

    def estimate(self) -> tuple[list[float], float, float]:
        """Effects, then the standard deviations of jurors and of noise, by restricted maximum likelihood on their ratio."""
        np = self.np
        u = self.contrasts([table for _, table in self.tables])
        if self.squares == 0:
            return [0.0] * len(self.jurors), 0.0, 0.0
        rest = max(self.squares - float(u @ u), 1e-12 * self.squares)
        low, high = -6.0, 6.0  # decimal logarithm of the ratio of the two variances
        for _ in range(4):
            ratios = 10 ** np.linspace(low, high, 121)
            spread = 1 + ratios[:, None] * self.levels
            noise = (rest + (u**2 / spread).sum(axis=1)) / self.freedom
            best = int((self.freedom * np.log(noise) + np.log(spread).sum(axis=1)).argmin())
            step = (high - low) / 120
            low, high = low + (best - 1) * step, low + (best + 1) * step
        ratio, variance = float(ratios[best]), float(noise[best])
        effects = self.vectors @ (u * np.sqrt(self.levels) * ratio / (1 + ratio * self.levels))
        return effects.tolist(), (ratio * variance) ** 0.5, variance**0.5

    def permutation_test(self, permutations: int, seed: int) -> float:
        """How often marks shuffled inside each file, as if jurors were alike, differ at least as much between jurors."""
        np = self.np
        generator = np.random.default_rng(seed)
        u = self.contrasts([table for _, table in self.tables])
        observed = float(u @ u) * (1 - 1e-9)
        as_much = 0
        for _ in range(permutations):
            v = self.contrasts([generator.permuted(table, axis=1) for _, table in self.tables])
            as_much += float(v @ v) >= observed
        return (1 + as_much) / (1 + permutations)
