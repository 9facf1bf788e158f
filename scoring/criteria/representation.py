"""What the two criteria of representation share: their parameters, and the values on which they are tried."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from scoring.criteria import TriedValue
from scoring.criteria.facts import CallFacts, FileFacts
from scoring.criteria.parameters import Parameter, unknown

PARAMETERS = (
    Parameter("par", "Groupe qui a sa juste part des dossiers", Fraction(1, 2), most=Decimal(99)),
    unknown("Part du groupe non connue"),
)
PRINCIPLE = "Moins le groupe a de dossiers pour ses lycées, plus il a de points, jusqu’au maximum sans aucun dossier ; plus il en a, moins de points."
_LYCEES = {"a": 50, "b": 50}
_FILES = (
    ("Groupe sans aucun dossier", {"b": 10}),
    ("Moitié de sa juste part", {"a": 5, "b": 15}),
    ("Sa juste part des dossiers", {"a": 10, "b": 10}),
    ("Une fois et demie sa juste part", {"a": 15, "b": 5}),
    ("Deux fois sa juste part", {"a": 10}),
)


def samples(call: Callable[[dict[str, int], dict[str, int]], CallFacts]) -> tuple[TriedValue, ...]:
    """A group of half of the lycées, with more and more files; `call` makes the facts of one call of (lycées, files) by code."""
    file = FileFacts("", "", "a", "", "a", "", "", frozenset())
    return tuple(TriedValue(label, file, call(_LYCEES, files)) for label, files in _FILES)
