"""Invented juries whose truth is known: qualities of files, effects of jurors, marks in hundredths."""

import random
from dataclasses import dataclass
from decimal import Decimal

from scoring.marks.mark import ReadingMark


@dataclass(frozen=True)
class Jury:
    """What was drawn, and the marks that came of it."""

    quality: list[float]
    effects: list[float]
    marks: list[ReadingMark]


def draw_jury(seed: int, *, files: int = 230, jurors: int = 20, readers: int = 3, severity: float, noise: float = 1.5) -> Jury:
    """Files read by `readers` jurors drawn at random; normal qualities (s.d. 2 points of 20), effects and noise."""
    draw = random.Random(seed)
    quality = [draw.gauss(12, 2) for _ in range(files)]
    effects = [draw.gauss(0, severity) for _ in range(jurors)]
    marks = [
        ReadingMark(file, juror, Decimal(round((quality[file] + effects[juror] + draw.gauss(0, noise)) * 100)) / 100, body=juror % 3)
        for file in range(files)
        for juror in draw.sample(range(jurors), readers)
    ]
    return Jury(quality, effects, marks)


def found_in_top(jury: Jury, effects: dict[int, float], top: int = 50) -> float:
    """Share of the truly best files among the best by mean mark, each mark less its juror's effect."""
    total = [0.0] * len(jury.quality)
    for mark in jury.marks:
        total[mark.file] += float(mark.value) - effects.get(mark.juror, 0.0)

    def best(values):
        return set(sorted(range(len(values)), key=lambda file: -values[file])[:top])

    return len(best(total) & best(jury.quality)) / top
