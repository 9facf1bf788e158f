"""What a condition compares: the type of the value that an answer gives, and the operators that make sense on it. Pure."""

from dataclasses import dataclass
from enum import StrEnum


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
