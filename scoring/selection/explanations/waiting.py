"""Who would enter if somebody withdrew: rules decide who may replace whom, so that the list is one line per selected file."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.pairs import Exchanges, Table
from scoring.selection.program import Chosen
from scoring.selection.solve import Doctrine

MOST_ENUMERATED = 10  # columns: a thousand sets


@dataclass(frozen=True)
class Withdrawal:
    """`enters`: who completes the selection best when `leaves` is out and all the others stay as they are.

    Empty: nobody can or need. None: the rules cannot hold with those who are left, a new selection is needed.
    """

    leaves: str
    enters: tuple[str, ...] | None


def replacement(case: Case, exchanges: Exchanges, position: int) -> Withdrawal:
    """The withdrawal of one selected file: by arithmetic where the number of places is fixed, else by a search among the refused."""
    is_fixed = any(case.names.is_places(rule) for rule in case.instance.rules if not rule.is_soft)
    key, left = case.id(position), case.column_of[position]
    entering = _by_exchange(case, exchanges, position) if is_fixed else _by_search(case, exchanges, position)
    others = tuple(column for column in case.chosen if column != left)
    change = {"stay": [list(pair) for pair in case.program.selection(others)], "outside": [key]}
    selection = case.settled(f"withdrawal:{key}", change, None if entering is None else tuple(sorted((*others, *entering))))
    return Withdrawal(key, None if selection is None else case.entering(selection))


def _by_search(case: Case, exchanges: Exchanges, position: int) -> Chosen | None:
    """Those who complete the others best, among the refused files that some selection with the others could take."""
    leaving = case.column_of[position]
    able = _able(exchanges, leaving)
    left = exchanges.spare - exchanges.table[:, leaving]
    best = left + np.maximum(0, exchanges.table[:, able]).sum(axis=1)
    if (best[exchanges.hard] < 0).any():
        return None
    if len(able) <= MOST_ENUMERATED:
        return _by_enumeration(case, exchanges, left, able)
    others = frozenset(case.chosen) - {leaving}
    open_columns = frozenset(int(column) for column in able)
    fixed = {column: int(column in others) for column in range(len(case.program.columns)) if column not in open_columns}
    selection = case.best(case.ladder(fixed=fixed))
    return None if selection is None else tuple(column for column in selection if column not in others)


def _by_enumeration(case: Case, exchanges: Exchanges, left: Table, able: Table) -> Chosen | None:
    """The same, by trying every set of the few who may enter."""
    count = len(able)
    sets: Table = (np.arange(1 << count)[:, None] >> np.arange(count)[::-1]) & 1  # the first in canonical order is the highest digit
    after: Table = left[:, None] + exchanges.table[:, able] @ sets.T
    files = np.array([case.program.columns[column].application for column in able], dtype=np.int64)
    twice = [(sets[:, files == file].sum(axis=1) > 1) for file in set(files.tolist())]
    kept = np.flatnonzero(~exchanges.breaks(after) & ~np.any(twice, axis=0)) if twice else np.flatnonzero(~exchanges.breaks(after))
    if not len(kept):
        return None
    for criterion in _criteria(case, exchanges, able, sets, exchanges.dearer(after)):
        kept = kept[criterion[kept] == criterion[kept].max()]
    return tuple(int(column) for column in able[sets[kept[-1]] == 1])


def _criteria(case: Case, exchanges: Exchanges, able: Table, sets: Table, dearer: Table) -> Iterator[Table]:
    """What is made largest, one after the other; the canonical order, that of the sets themselves, comes last."""
    values = sets * exchanges.values[able]
    if case.doctrine is Doctrine.SUM:
        yield values.sum(axis=1) - dearer
    else:
        scores = [case.program.application(int(column)).score for column in able]
        for score in sorted(set(scores), reverse=True):
            yield values[:, [one == score for one in scores]].sum(axis=1)
        yield -dearer
    yield -(sets @ exchanges.costs[able])


def _able(exchanges: Exchanges, leaving: int) -> Table:
    """Columns of the refused files that a hard rule does not exclude by itself: one that no refused file can loosen."""
    into = exchanges.into(leaving)
    rigid = exchanges.hard & (exchanges.table[:, exchanges.entering] <= 0).all(axis=1)
    able: Table = exchanges.entering[~(into[rigid] < 0).any(axis=0)]
    return able


def _by_exchange(case: Case, exchanges: Exchanges, position: int) -> Chosen | None:
    """Exactly one file must enter: the best one that breaks nothing."""
    column = case.column_of[position]
    entering = exchanges.entering
    after = exchanges.into(column)
    free = np.flatnonzero(~exchanges.breaks(after))
    if not len(free):
        return None
    dearer = exchanges.dearer(after)
    best = max(free, key=lambda place: _merit(case, int(entering[place]), int(dearer[place])))
    return (int(entering[best]),)


def _merit(case: Case, entering: int, dearer: int) -> tuple[int | Decimal, ...]:
    """What makes one entrance better than another under the doctrine, the first difference deciding."""
    column, application = case.program.columns[entering], case.program.application(entering)
    last = (-column.cost, -column.application, -column.option)
    if case.doctrine is Doctrine.SUM:
        return (column.value - dearer, *last)
    return (application.score if column.value else Decimal("-Infinity"), column.value, -dearer, *last)
