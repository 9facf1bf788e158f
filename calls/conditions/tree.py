"""A condition: a comparison, or all of, any of, not of others. Frozen: it compares, hashes, and is never changed in place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from calls.conditions.references import Reference
from calls.questions.comparison import Operator

Value = str | int | bool | Decimal | date
Operand = Value | tuple[Value, ...] | Reference | None


@dataclass(frozen=True)
class Comparison:
    """`operand`: a value of the type of the reference, several (is_one_of, contains_any, between), another reference, or None (is_answered)."""

    reference: Reference
    operator: Operator
    operand: Operand = None


@dataclass(frozen=True)
class LineSuchThat:
    """At least one line of a table meets a condition on its columns."""

    reference: Reference
    condition: "Condition"


@dataclass(frozen=True)
class AllOf:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    condition: "Condition"


Atom = Comparison | LineSuchThat
Condition = Atom | AllOf | AnyOf | Not


def atoms_in(condition: Condition) -> Iterator[Atom]:
    """Its comparisons in the order in which they are read; those inside a line stay inside."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from atoms_in(part)
        case Not(inner):
            yield from atoms_in(inner)
        case _:
            yield condition


def references_in(condition: Condition) -> set[Reference]:
    """All that it refers to outside its lines: what it needs to be decided. A figure of a table counts as that figure."""
    found: set[Reference] = set()
    for atom in atoms_in(condition):
        found.add(atom.reference)
        if isinstance(atom, LineSuchThat):
            found |= {reference for reference in references_in(atom.condition) if reference.source != "column"}
        elif isinstance(atom.operand, Reference):
            found.add(atom.operand)
    return found


def plain_form(condition: Condition, positive: bool = True) -> Condition:
    """The same condition with « not » on comparisons alone, and no « all » directly in an « all »: what sentences are read from.

    The laws of De Morgan hold with three answers: its truth is the same, whatever is known.
    """
    match condition:
        case Not(inner):
            return plain_form(inner, not positive)
        case AllOf(parts) | AnyOf(parts):
            kind: type[AllOf] | type[AnyOf] = AllOf if isinstance(condition, AllOf) is positive else AnyOf
            found: list[Condition] = []
            for part in parts:
                form = plain_form(part, positive)
                found += form.conditions if isinstance(form, kind) else [form]
            return found[0] if len(found) == 1 else kind(tuple(found))
        case _:
            return condition if positive else Not(condition)
