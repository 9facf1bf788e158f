"""How far the marks of the jury agree: Krippendorff's alpha, and what it means in plain words."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from scoring.marks.combination import mean, round_half_up
from scoring.marks.mark import ReadingMark, by_file

GOOD, FAIR = Decimal("0.80"), Decimal("0.67")  # Krippendorff's own bounds: rely on it, draw tentative conclusions


def alpha(marks: Iterable[ReadingMark]) -> Fraction | None:
    """Interval alpha, missing marks allowed, exact: 1 is full agreement, 0 is chance. None when nothing can be compared.

    1 - observed / expected disagreement, over files marked twice at least (Krippendorff, Content Analysis, chapter 11): sums
    of squares around the mean stand for sums over pairs, since the squared differences of n values add up to n times them.
    """
    rows = [[Fraction(mark.value) for mark in row] for row in by_file(marks).values() if len(row) > 1]
    pooled = [value for row in rows for value in row]
    expected = squares(pooled) / (len(pooled) - 1) if pooled else Fraction(0)
    observed = sum((squares(row) * len(row) / (len(row) - 1) for row in rows), Fraction(0))
    return 1 - observed / len(pooled) / expected if expected else None


def squares(values: list[Fraction]) -> Fraction:
    """The sum of squares around the mean."""
    return sum((value * value for value in values), Fraction(0)) - mean(values) ** 2 * len(values)


def published(value: Fraction | None) -> Decimal | None:
    """An alpha as it is shown, two decimals: words are about that number, so that page and words never contradict each other."""
    return None if value is None else round_half_up(value)


def label(value: Decimal | None) -> str:
    """The word for a published alpha; "" when there is none."""
    if value is None:
        return ""
    return "Bon accord" if value >= GOOD else "Accord moyen" if value >= FAIR else "Accord faible"


def use(value: Decimal | None) -> str:
    """What one may do with the ranking, in one French sentence. An information, never a gate."""
    if value is None:
        return "Aucun dossier n’a encore deux notes différentes à comparer."
    if value >= GOOD:
        return "Les jurés notent à peu près de la même façon. Le classement s’appuie sur des notes qui concordent."
    if value >= FAIR:
        return "Les jurés s’accordent sur l’ensemble. De petites différences de note ne départagent pas sûrement deux dossiers."
    return "Des différences de note de moins d’un point sur 20 entre deux dossiers ne veulent pas dire grand-chose."
