"""Who would enter if somebody withdrew: rules decide who may replace whom, so that the list is one line per selected file."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.pairs import Exchanges
from scoring.selection.solve import Doctrine


@dataclass(frozen=True)
class Withdrawal:
    """`enters`: who completes the selection best when `leaves` is out and all the others stay as they are.

    Empty: nobody can or need. None: the rules cannot hold with those who are left, a new selection is needed.
    """

    leaves: str
    enters: tuple[str, ...] | None


def replacement(case: Case, exchanges: Exchanges, position: int) -> Withdrawal:
    """The withdrawal of one selected file: by arithmetic where the number of places is fixed, else by a search among the refused."""
    if any(case.names.is_places(rule) for rule in case.instance.rules if not rule.is_soft):
        return Withdrawal(case.id(position), _by_exchange(case, exchanges, position))
    others = {column: 1 for column in case.chosen if column != case.column_of[position]}
    columns = case.program.columns_of
    fixed = {sibling: int(sibling in others) for file in case.column_of for sibling in columns[file]}
    selection = case.best(case.ladder(fixed=fixed))
    return Withdrawal(case.id(position), None if selection is None else case.entering(selection))


def _by_exchange(case: Case, exchanges: Exchanges, position: int) -> tuple[str, ...] | None:
    """Exactly one file must enter: the best one that breaks nothing."""
    column = case.column_of[position]
    entering = exchanges.entering
    after = exchanges.into(column)
    free = np.flatnonzero(~exchanges.breaks(after))
    if not len(free):
        return None
    dearer = exchanges.dearer(after)
    best = max(free, key=lambda place: _merit(case, int(entering[place]), int(dearer[place])))
    return (case.program.application(int(entering[best])).id,)


def _merit(case: Case, entering: int, dearer: int) -> tuple[int | Decimal, ...]:
    """What makes one entrance better than another under the doctrine, the first difference deciding."""
    column, application = case.program.columns[entering], case.program.application(entering)
    last = (-column.cost, -column.application, -column.option)
    if case.doctrine is Doctrine.SUM:
        return (column.value - dearer, *last)
    return (application.score if column.value else Decimal("-Infinity"), column.value, -dearer, *last)
