"""Values that stand for all others: one per way in which a term can answer the comparisons made on it.

Exact for choices, yes or no, whole numbers and dates. For numbers with decimals, texts and open lists there may be a value too many,
never one too few: what is said impossible from them is.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from calls.conditions.catalogue import Term
from calls.conditions.evaluation import meets
from calls.conditions.references import Reference
from calls.conditions.tree import Comparison
from calls.questions.comparison import Operator

MOST_FREE = 8  # words or choices compared at once: 256 ways


class TooManyWays(Exception):
    """More ways to answer than are looked at: nothing is concluded."""


def standing_for_all(term: Term, comparisons: Sequence[Comparison]) -> list[Any]:
    """Values of a term such that any value it can have answers these comparisons as one of them does. Raises TooManyWays."""
    constants = list(dict.fromkeys(_constants(comparisons)))
    python = term.type.python
    if python is bool:
        return [True, False]
    if python is frozenset:
        return list(_sets(term, constants))
    if term.domain.choices:
        return [code for code, _label in term.domain.choices] + ([""] if term.domain.is_open else [])
    if python is str:
        return [*constants, ""]
    if python in (int, Decimal, date):
        return _along(term, sorted(constants))
    return [None]


def ways_to_answer(term: Term, comparisons: Sequence[Comparison]) -> list[frozenset[Comparison]]:
    """Each way in which a term can answer: the comparisons that are then true. Raises TooManyWays."""
    if term.type.python is str and any(each.operator is Operator.CONTAINS for each in comparisons):
        return _free(comparisons)
    if term.type.python not in (bool, str, int, Decimal, date, frozenset):
        return _free(comparisons)
    values = standing_for_all(term, comparisons)
    return list(dict.fromkeys(frozenset(c for c in comparisons if meets(value, c.operator, c.operand)) for value in values))


def _free(comparisons: Sequence[Comparison]) -> list[frozenset[Comparison]]:
    """Every combination: words are looked for in a text independently of one another, as far as one knows."""
    always = frozenset(c for c in comparisons if c.operator is Operator.IS_ANSWERED)
    others = [c for c in comparisons if c not in always]
    if len(others) > MOST_FREE:
        raise TooManyWays
    return [always | set(chosen) for size in range(len(others) + 1) for chosen in combinations(others, size)]


def _constants(comparisons: Sequence[Comparison]) -> Iterator[Any]:
    for comparison in comparisons:
        operand = comparison.operand
        if isinstance(operand, tuple):
            yield from operand
        elif operand is not None and not isinstance(operand, Reference):
            yield operand


def _sets(term: Term, named: Sequence[Any]) -> Iterator[frozenset[Any]]:
    """Sets of choices: what is answered holds at least one."""
    if len(named) > MOST_FREE:
        raise TooManyWays
    is_open = term.domain.is_open or not term.domain.choices
    other = next((code for code, _label in term.domain.choices if code not in named), "" if is_open else None)
    for size in range(len(named) + 1):
        for chosen in combinations(named, size):
            if chosen:
                yield frozenset(chosen)
            elif other is not None:
                yield frozenset([other])


def _along(term: Term, constants: Sequence[Any]) -> list[Any]:
    """The constants, one value between each two, one before and one after, within the bounds of the term."""
    low, high = term.domain.minimum, term.domain.maximum
    is_whole = term.type.python is not Decimal
    step: Any = timedelta(days=1) if term.type.python is date else 1
    found = [low, *constants, high]
    if constants:
        found += _near(constants[0], -step) + _near(constants[-1], step)
        found += [
            low_ + step if is_whole else (low_ + high_) / 2
            for low_, high_ in zip(constants, constants[1:], strict=False)
            if not is_whole or low_ + step < high_
        ]
    elif low is None and high is None:
        found += [date(2000, 1, 1) if term.type.python is date else term.type.python(0)]
    within = [v for v in found if v is not None and (low is None or v >= low) and (high is None or v <= high)]
    return sorted(set(within))


def _near(value: Any, step: Any) -> list[Any]:
    try:
        return [value + step]
    except OverflowError:  # the first and the last day that a date can be
        return []
