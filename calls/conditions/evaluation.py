"""Whether a condition holds, given what is known, and what was looked at.

One law decides for a question that is not asked: it says nothing, and no comparison on it is true. « Not » stays honest: not of a comparison
on a question not asked is true. A fact that is not known yet leaves a comparison not yet known; once known it is never unknown again,
so that answering never takes back what was decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from calls.conditions.catalogue import LINES
from calls.conditions.references import Reference, Source
from calls.conditions.tree import AllOf, AnyOf, Atom, Comparison, Condition, LineSuchThat, Not, plain_form, references_in
from calls.conditions.truth import Truth, all_true, any_true
from calls.questions.comparison import Operator
from portal.text.folding import fold


class Asked(Enum):
    """What stands for the answer of a question that is not asked."""

    NOT = "not asked"


class Facts(Protocol):
    """What is known: a mapping is one. A fact not known yet is None or absent; that of a question not asked is `Asked.NOT`."""

    def get(self, reference: Reference, /) -> Any: ...


@dataclass(frozen=True)
class LineFacts:
    """The columns of one line, in front of all that is known outside."""

    line: Any
    outside: Facts

    def get(self, reference: Reference, /) -> Any:
        return cell_of(self.line, reference.key) if reference.source is Source.COLUMN else self.outside.get(reference)


def truth_of(condition: Condition, facts: Facts) -> Truth:
    """Whether the condition holds: true, false, or not yet known."""
    match condition:
        case AllOf(parts):
            return all_true(truth_of(part, facts) for part in parts)
        case AnyOf(parts):
            return any_true(truth_of(part, facts) for part in parts)
        case Not(inner):
            return ~truth_of(inner, facts)
        case LineSuchThat(reference, inner):
            lines = fact(reference, facts)
            if lines is None or lines is Asked.NOT:
                return Truth.UNKNOWN if lines is None else Truth.FALSE
            return any_true(truth_of(inner, LineFacts(line, facts)) for line in lines)
        case Comparison(reference, operator, operand):
            return _compared(fact(reference, facts), operator, operand, facts)


def fact(reference: Reference, facts: Facts) -> Any:
    """A fact, or the figure made of the lines of a table; None when it is not known yet."""
    found = facts.get(reference)
    if found is not None or not reference.part:
        return found
    lines = facts.get(reference.whole)
    return lines if lines is None or lines is Asked.NOT else figure_of(lines, reference.part)


def figure_of(lines: Sequence[Any], part: str) -> int | Decimal:
    """How many lines there are, or the sum of one of their columns."""
    return len(lines) if part == LINES else sum((cell_of(line, part) or 0 for line in lines), 0)


def cell_of(line: Any, key: str) -> Any:
    """What a line holds in a column: lines are mappings, or have one attribute per column."""
    return line.get(key) if isinstance(line, Mapping) else getattr(line, key)


def _compared(value: Any, operator: Operator, operand: Any, facts: Facts) -> Truth:
    if isinstance(operand, Reference):
        operand = fact(operand, facts)
        if operand is None:
            return Truth.FALSE if value is Asked.NOT else Truth.UNKNOWN
    if value is Asked.NOT or operand is Asked.NOT:
        return Truth.FALSE
    return Truth.UNKNOWN if value is None else Truth.of(meets(value, operator, operand))


def meets(value: Any, operator: Operator, operand: Any) -> bool:
    """Whether a value that is known compares so. Words are looked for without accents nor capitals."""
    match operator:
        case Operator.IS_ANSWERED:
            return True
        case Operator.EQUALS:
            return bool(value == operand)
        case Operator.IS_ONE_OF:
            return value in operand
        case Operator.CONTAINS:
            return fold(str(operand)) in fold(value) if isinstance(value, str) else operand in value
        case Operator.CONTAINS_ANY:
            return any(each in value for each in operand)
        case Operator.AT_LEAST:
            return bool(value >= operand)
        case Operator.AT_MOST:
            return bool(value <= operand)
        case Operator.BETWEEN:
            return bool(operand[0] <= value <= operand[1])
    raise ValueError(f"{operator} is no comparison of a value.")


@dataclass(frozen=True)
class Ruling:
    """What was decided and why. `deciding`: the comparisons (or their « not ») that made it so; `used`: the facts they read, as known;
    `awaited`: what must be known before it is decided, in the order of the condition."""

    condition: Condition
    truth: Truth
    deciding: tuple[Condition, ...]
    used: tuple[tuple[Reference, Any], ...]
    awaited: tuple[Reference, ...]


def rule(condition: Condition, facts: Facts) -> Ruling:
    """Decide, and keep what was looked at: of a condition that is false, only what makes it false."""
    truth = truth_of(condition, facts)
    deciding = tuple(_deciding(plain_form(condition), truth, facts))
    read = list(dict.fromkeys(reference for each in deciding for reference in _read(each)))
    known = [(reference, fact(reference, facts)) for reference in read]
    used = tuple((reference, value) for reference, value in known if value is not None)
    awaited = tuple(reference for reference, value in known if value is None) if truth is Truth.UNKNOWN else ()
    return Ruling(condition, truth, deciding, used, awaited)


def _deciding(condition: Condition, truth: Truth, facts: Facts) -> Iterable[Condition]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.conditions:
            if truth_of(part, facts) is truth:
                yield from _deciding(part, truth, facts)
    else:
        yield condition


def _read(literal: Condition) -> list[Reference]:
    atom: Condition = literal.condition if isinstance(literal, Not) else literal
    return [atom.reference, *sorted(references_in(atom) - {atom.reference})] if isinstance(atom, Atom) else []
