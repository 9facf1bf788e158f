"""What a condition compares: the type of the value that an answer gives, the operators that make sense on it, the values it can have. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Operator(StrEnum):
    """A comparison between the value of an answer and what a condition names."""

    IS_ANSWERED = "is_answered"
    EQUALS = "equals"
    IS_ONE_OF = "is_one_of"
    CONTAINS = "contains"  # a text holds these words; a set of choices holds this one
    CONTAINS_ANY = "contains_any"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"  # both bounds included
    HAS_A_LINE = "has_a_line"  # at least one line of the table is such that…


@dataclass(frozen=True)
class ValueType:
    """A type of value: `python` is what `Question.compared` gives where something was answered."""

    code: str
    python: type
    operators: tuple[Operator, ...]


ORDERED = (Operator.IS_ANSWERED, Operator.EQUALS, Operator.AT_LEAST, Operator.AT_MOST, Operator.BETWEEN)
FLAG = ValueType("flag", bool, (Operator.EQUALS,))
DAY = ValueType("day", date, ORDERED)
BOOLEAN = ValueType("boolean", bool, (Operator.IS_ANSWERED, Operator.EQUALS))
DECIMAL = ValueType("decimal", Decimal, ORDERED)


@dataclass(frozen=True)
class LineColumn:
    """A column of a table, or (`name` then holds {}) a figure made of all its lines, as a condition names it: « la quantité »."""

    key: str
    name: str
    type: ValueType
    domain: "Domain"
    feminine: bool = False


@dataclass(frozen=True)
class Domain:
    """The values that an answer can have, as far as its question says.

    `choices`: (value, label) of each, all of them unless the list is open. Bounds are included, None where there is none.
    `columns`: of a table. `figures`: what is made of all its lines: their number (key `lines`), or the sum of the column of that key.
    """

    choices: tuple[tuple[Any, str], ...] = ()
    is_open: bool = False
    is_money: bool = False  # figures are euros, whatever their type
    minimum: Any = None
    maximum: Any = None
    columns: tuple[LineColumn, ...] = ()
    figures: tuple[LineColumn, ...] = ()


ANYTHING = Domain()
