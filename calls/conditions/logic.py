"""What conditions can and cannot be, before anybody answers: found by looking at every way to answer that matters.

Sound: « impossible » is said only of what is. Where there are too many ways to look at, nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import reduce

from calls.conditions.catalogue import Catalogue
from calls.conditions.domains import TooManyWays, ways_to_answer
from calls.conditions.references import Reference
from calls.conditions.tree import AllOf, AnyOf, Atom, Comparison, Condition, LineSuchThat, Not, references_in
from calls.conditions.truth import Truth, all_true, any_true

MOST_STEPS = 20_000
MOST_LOOKS = 400_000  # at a piece of a condition: some tenths of a second
MOST_ASKED = 40  # questions on which those of a condition depend in their turn, one below the other


@dataclass
class Effort:
    """How many pieces of conditions may still be looked at, by one search or by all those of a form."""

    left: int = MOST_LOOKS

    def spend(self, looks: int) -> None:
        """Raises TooManyWays when nothing is left."""
        self.left -= looks
        if self.left < 0:
            raise TooManyWays


class Vacuity(Enum):
    """Why a condition is no condition."""

    NEVER = "never"
    ALWAYS = "always"


def vacuity(condition: Condition, catalogue: Catalogue, *, given: Sequence[Condition] = (), effort: Effort | None = None) -> Vacuity | None:
    """Whether a condition can never hold, or always holds; None when it decides something, or when too much would have to be looked at.

    `given`: what holds anyway where the condition is looked at, as that the section of the question is shown. `effort`: shared with others.
    """
    if possibility_in(AllOf((*given, condition)), catalogue, MOST_STEPS, effort)[0] is False:
        return Vacuity.NEVER
    refused = possibility_in(AllOf((*given, Not(condition))), catalogue, MOST_STEPS, effort)[0] is False
    return Vacuity.ALWAYS if refused else None


def is_possible(condition: Condition, catalogue: Catalogue) -> bool:
    """False only when no answers and no facts whatever make the condition true."""
    return possibility(condition, catalogue) is not False


def possibility(condition: Condition, catalogue: Catalogue, most_steps: int = MOST_STEPS) -> bool | None:
    """Whether some answers and some facts make the condition true; None when more than `most_steps` would have to be looked at."""
    return possibility_in(condition, catalogue, most_steps)[0]


def possibility_in(condition: Condition, catalogue: Catalogue, most_steps: int, effort: Effort | None = None) -> tuple[bool | None, int]:
    """`possibility`, and in how many steps."""
    try:
        search = _Search(_grounded(condition, catalogue, {}), catalogue, most_steps, effort or Effort())
    except TooManyWays:
        return None, 0
    try:
        return search.finds(), search.steps
    except TooManyWays:
        return None, search.steps


Asked = dict[Reference, Condition | None]


def _grounded(condition: Condition, catalogue: Catalogue, asked: Asked) -> Condition:
    """The same with the law of questions not asked written out: a comparison holds if its questions are asked, and if it holds.

    What decides a question is written once and shared (`asked`): conditions that follow one another would double at each of them.
    """
    match condition:
        case AllOf(parts):
            return AllOf(tuple([_grounded(part, catalogue, asked) for part in parts]))
        case AnyOf(parts):
            return AnyOf(tuple([_grounded(part, catalogue, asked) for part in parts]))
        case Not(inner):
            return Not(_grounded(inner, catalogue, asked))
        case _:
            own = {condition.reference}
            if isinstance(condition, Comparison) and isinstance(condition.operand, Reference):
                own.add(condition.operand)
            before = tuple([each for reference in sorted(own) if (each := _asked(reference, catalogue, asked)) is not None])
            return AllOf((*before, condition)) if before else condition


def _asked(reference: Reference, catalogue: Catalogue, asked: Asked) -> Condition | None:
    if reference not in asked:
        asked_if = catalogue.term(reference).asked_if
        if asked_if is not None and sum(each is not None for each in asked.values()) >= MOST_ASKED:
            raise TooManyWays
        asked[reference] = asked_if  # counted while what it depends on is written out
        asked[reference] = None if asked_if is None else _grounded(asked_if, catalogue, asked)
    return asked[reference]


def _pieces(condition: Condition, seen: dict[int, Condition]) -> dict[int, Condition]:
    """Each piece of a condition once, however often it is shared, in the order of the condition."""
    if id(condition) not in seen:
        seen[id(condition)] = condition
        match condition:
            case AllOf(parts) | AnyOf(parts):
                for part in parts:
                    _pieces(part, seen)
            case Not(inner):
                _pieces(inner, seen)
    return seen


class _Search:
    """Looks for one way to answer that makes a condition true: term by term, leaving a branch as soon as it is decided."""

    def __init__(self, condition: Condition, catalogue: Catalogue, most_steps: int, effort: Effort) -> None:
        self.condition, self.catalogue, self.most_steps, self.steps, self.effort = condition, catalogue, most_steps, 0, effort
        pieces = _pieces(condition, {}).values()
        self.size = len(pieces)
        atoms = list(dict.fromkeys(piece for piece in pieces if isinstance(piece, Comparison | LineSuchThat)))
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
        self.effort.spend(self.size)
        truth, open_atom = _valued(self.condition, known, {})
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


Valued = tuple[Truth, Atom | None]


def _valued(condition: Condition, known: dict[Atom, Truth], done: dict[int, Valued]) -> Valued:
    """Its truth as far as comparisons are known, and the first one that still matters. `done`: what was valued already, by piece."""
    if id(condition) not in done:
        done[id(condition)] = _value_of(condition, known, done)
    return done[id(condition)]


def _value_of(condition: Condition, known: dict[Atom, Truth], done: dict[int, Valued]) -> Valued:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            found = [_valued(part, known, done) for part in parts]
            truth = (all_true if isinstance(condition, AllOf) else any_true)(each for each, _atom in found)
            first: Atom | None = None
            return truth, reduce(lambda kept, each: kept or each[1], found, first) if truth is Truth.UNKNOWN else None
        case Not(inner):
            truth, atom = _valued(inner, known, done)
            return ~truth, atom
        case _:
            truth = known.get(condition, Truth.UNKNOWN)
            return truth, condition if truth is Truth.UNKNOWN else None
