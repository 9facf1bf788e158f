"""What conditions can and cannot be, before anybody answers: found by looking at every way to answer that matters.

Sound: « impossible » is said only of what is. Where there are too many ways to look at, nothing is said.
"""

from collections.abc import Sequence
from enum import Enum
from functools import reduce

from calls.conditions.catalogue import Catalogue
from calls.conditions.domains import TooManyWays, ways_to_answer
from calls.conditions.references import Reference
from calls.conditions.tree import AllOf, AnyOf, Atom, Comparison, Condition, LineSuchThat, Not, atoms_in, references_in
from calls.conditions.truth import Truth, all_true, any_true

MOST_STEPS = 20_000


class Vacuity(Enum):
    """Why a condition is no condition."""

    NEVER = "never"
    ALWAYS = "always"


def vacuity(condition: Condition, catalogue: Catalogue, *, given: Sequence[Condition] = ()) -> Vacuity | None:
    """Whether a condition can never hold, or always holds; None when it decides something, or when too much would have to be looked at.

    `given`: what holds anyway where the condition is looked at, as that the section of the question is shown.
    """
    if not is_possible(AllOf((*given, condition)), catalogue):
        return Vacuity.NEVER
    return None if is_possible(AllOf((*given, Not(condition))), catalogue) else Vacuity.ALWAYS


def is_possible(condition: Condition, catalogue: Catalogue) -> bool:
    """False only when no answers and no facts whatever make the condition true."""
    return possibility(condition, catalogue) is not False


def possibility(condition: Condition, catalogue: Catalogue, most_steps: int = MOST_STEPS) -> bool | None:
    """Whether some answers and some facts make the condition true; None when more than `most_steps` would have to be looked at."""
    return possibility_in(condition, catalogue, most_steps)[0]


def possibility_in(condition: Condition, catalogue: Catalogue, most_steps: int) -> tuple[bool | None, int]:
    """`possibility`, and in how many steps."""
    search = _Search(_grounded(condition, catalogue), catalogue, most_steps)
    try:
        return search.finds(), search.steps
    except TooManyWays:
        return None, search.steps


def _grounded(condition: Condition, catalogue: Catalogue) -> Condition:
    """The same with the law of questions not asked written out: a comparison holds if its questions are asked, and if it holds."""
    match condition:
        case AllOf(parts):
            return AllOf(tuple(_grounded(part, catalogue) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_grounded(part, catalogue) for part in parts))
        case Not(inner):
            return Not(_grounded(inner, catalogue))
        case _:
            own = {condition.reference}
            if isinstance(condition, Comparison) and isinstance(condition.operand, Reference):
                own.add(condition.operand)
            asked = [catalogue.term(reference).asked_if for reference in sorted(own)]
            before = tuple(_grounded(each, catalogue) for each in asked if each is not None)
            return AllOf((*before, condition)) if before else condition


class _Search:
    """Looks for one way to answer that makes a condition true: term by term, leaving a branch as soon as it is decided."""

    def __init__(self, condition: Condition, catalogue: Catalogue, most_steps: int) -> None:
        self.condition, self.catalogue, self.most_steps, self.steps = condition, catalogue, most_steps, 0
        atoms = list(dict.fromkeys(atoms_in(condition)))
        self.on: dict[Reference, list[Comparison]] = {}
        for atom in atoms:
            if isinstance(atom, Comparison) and not isinstance(atom.operand, Reference):
                self.on.setdefault(atom.reference, []).append(atom)
        self.ways: dict[Atom, list[dict[Atom, Truth]]] = {}

    def finds(self) -> bool:
        return self._finds({})

    def _finds(self, known: dict[Atom, Truth]) -> bool:
        self.steps += 1
        if self.steps > self.most_steps:
            raise TooManyWays
        truth, open_atom = _valued(self.condition, known)
        if truth is not Truth.UNKNOWN or open_atom is None:
            return truth is Truth.TRUE
        return any(self._finds({**known, **way}) for way in self._ways(open_atom))

    def _ways(self, atom: Atom) -> list[dict[Atom, Truth]]:
        if atom not in self.ways:
            self.ways[atom] = self._computed_ways(atom)
        return self.ways[atom]

    def _computed_ways(self, atom: Atom) -> list[dict[Atom, Truth]]:
        if isinstance(atom, LineSuchThat):
            return [{atom: truth} for truth in _of_lines(atom, self.catalogue)]
        if isinstance(atom.operand, Reference):  # two terms together: either, as far as one knows
            return [{atom: Truth.TRUE}, {atom: Truth.FALSE}]
        comparisons = self.on[atom.reference]
        ways = ways_to_answer(self.catalogue.term(atom.reference), comparisons)
        return [{each: Truth.of(each in way) for each in comparisons} for way in ways]


def _of_lines(atom: LineSuchThat, catalogue: Catalogue) -> list[Truth]:
    """A table that is filled in has one line or more."""
    inside = catalogue.inside(atom.reference)
    if any(reference.source != "column" for reference in references_in(atom.condition)):
        return [Truth.TRUE, Truth.FALSE] if is_possible(atom.condition, inside) else [Truth.FALSE]
    found = vacuity(atom.condition, inside)
    return {Vacuity.NEVER: [Truth.FALSE], Vacuity.ALWAYS: [Truth.TRUE], None: [Truth.TRUE, Truth.FALSE]}[found]


def _valued(condition: Condition, known: dict[Atom, Truth]) -> tuple[Truth, Atom | None]:
    """Its truth as far as comparisons are known, and the first one that still matters."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            found = [_valued(part, known) for part in parts]
            truth = (all_true if isinstance(condition, AllOf) else any_true)(each for each, _atom in found)
            first: Atom | None = None
            return truth, reduce(lambda kept, each: kept or each[1], found, first) if truth is Truth.UNKNOWN else None
        case Not(inner):
            truth, atom = _valued(inner, known)
            return ~truth, atom
        case _:
            truth = known.get(condition, Truth.UNKNOWN)
            return truth, condition if truth is Truth.UNKNOWN else None
