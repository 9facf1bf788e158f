"""One file for another: what each exchange would break, in whole numbers, for every pair at once. No search.

A selection is the best only if no exchange of a refused file for a selected one improves it: every pair has a reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.names import BrokenRule
from scoring.selection.solve import Doctrine

Table = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Reason(StrEnum):
    """Why an exchange would not be better."""

    RULES = "rules"  # it would break a hard rule
    POINTS = "points"  # it would have fewer points (or give up a better file, in order of merit)
    PENALTIES = "penalties"  # soft rules would cost more than it brings
    COST = "cost"  # as good, and dearer
    RANK = "rank"  # as good for the same money: submission decides


@dataclass(frozen=True)
class Pair:
    """File `entering` with its `option` in place of file `leaving`: the first reason that stands against it.

    `broken` are the hard sides that it would break and the soft ones that it would make dearer. `points` (units of the scale, soft
    penalties included) and `cents` are what the selection would gain.
    """

    entering: str
    option: str
    leaving: str | None
    reason: Reason | None  # None: the exchange would be better, which the best selection excludes
    broken: tuple[BrokenRule, ...]
    points: int
    cents: int


class Exchanges:
    """Every exchange of one selection, as tables: a line for each row of the program, a column for each selected file."""

    def __init__(self, case: Case) -> None:
        self.case = case
        program = case.program
        self.table: Table = np.zeros((len(program.rows), len(program.columns) + 1), dtype=np.int64)  # last column: nothing
        for line, row in enumerate(program.rows):
            self.table[line, list(row.coefficients)] = list(row.coefficients.values())
        self.spare: Table = self.table[:, list(case.chosen)].sum(axis=1) - np.array([row.rhs for row in program.rows], dtype=np.int64)
        self.hard: Flags = np.array([row.penalty is None for row in program.rows], dtype=bool)
        self.values: Table = np.array([column.value for column in program.columns] + [0], dtype=np.int64)
        self.costs: Table = np.array([column.cost for column in program.columns] + [0], dtype=np.int64)
        self._soft = np.flatnonzero(~self.hard)
        self._penalty: Table = np.array([row.penalty or 0 for row in program.rows], dtype=np.int64)[self._soft, None]
        self._unit: Table = np.array([row.unit for row in program.rows], dtype=np.int64)[self._soft, None]

    @cached_property
    def leaving(self) -> Table:
        """Columns of the selected files, in canonical order."""
        return np.array(self.case.chosen, dtype=np.int64)

    @cached_property
    def entering(self) -> Table:
        """Columns of the refused files, in canonical order."""
        return np.array([column for position in self.case.refused for column in self.case.program.columns_of[position]], dtype=np.int64)

    def into(self, leaving: int) -> Table:
        """What each row would have to spare when one file leaves, column by file that enters."""
        answer: Table = (self.spare - self.table[:, leaving])[:, None] + self.table[:, self.entering]
        return answer

    def after(self, entering: int, leaving: Table) -> Table:
        """What each row would have to spare, line by row, column by file that leaves; negative: broken."""
        answer: Table = (self.spare + self.table[:, entering])[:, None] - self.table[:, leaving]
        return answer

    def breaks(self, after: Table) -> Flags:
        """Does each exchange break a hard rule?"""
        answer: Flags = np.any(after[self.hard] < 0, axis=0)
        return answer

    def points(self, entering: int, leaving: Table, after: Table) -> Table:
        """Units that each exchange brings, soft penalties included."""
        answer: Table = self.values[entering] - self.values[leaving] - self.dearer(after)
        return answer

    def dearer(self, after: Table) -> Table:
        """What soft rules would cost more, in units."""
        units = self._missing(after[self._soft]) - self._missing(self.spare[self._soft, None])
        answer: Table = (self._penalty * units).sum(axis=0)
        return answer

    def _missing(self, spare: Table) -> Table:
        answer: Table = -(np.minimum(0, spare) // self._unit)
        return answer

    def free(self, entering: int) -> Table:
        """Places, among the selected files, of those whose exchange for `entering` breaks nothing."""
        return np.flatnonzero(~self.breaks(self.after(entering, self.leaving)))

    def pair(self, entering: int, leaving: int | None) -> Pair:
        """One exchange of columns; `leaving` None: the file is added and nobody leaves."""
        after = self.after(entering, self._gone(leaving))
        program = self.case.program
        return Pair(
            entering=program.application(entering).id,
            option=program.option(entering).id,
            leaving=None if leaving is None else program.application(leaving).id,
            reason=self.judged(entering, leaving),
            broken=self._broken(entering, leaving, after[:, 0]),
            points=int(self.points(entering, self._gone(leaving), after)[0]),
            cents=int(self.costs[entering] - self.costs[self._gone(leaving)[0]]),
        )

    def judged(self, entering: int, leaving: int | None) -> Reason | None:
        """The first reason that stands against an exchange; None: it would be better."""
        after = self.after(entering, self._gone(leaving))
        if self.breaks(after)[0]:
            return Reason.RULES
        for reason, gain in self._gains(entering, leaving, int(self.dearer(after)[0])):
            if gain:
                return reason if gain < 0 else None
        return None

    def _gains(self, entering: int, leaving: int | None, dearer: int) -> Iterator[tuple[Reason, int]]:
        """What an exchange brings, criterion after criterion of the doctrine."""
        columns, gone = self.case.program.columns, self._gone(leaving)[0]
        brings, gives_up = int(self.values[entering]), int(self.values[gone])
        if self.case.doctrine is Doctrine.SUM:
            yield (Reason.POINTS if brings < gives_up else Reason.PENALTIES), brings - gives_up - dearer
        else:
            yield Reason.POINTS, self._merit_gain(entering, leaving)
            yield Reason.PENALTIES, -dearer
        yield Reason.COST, int(self.costs[gone] - self.costs[entering])
        earlier = leaving is None or columns[entering].application < columns[leaving].application
        yield Reason.RANK, 1 if earlier else -1

    def _merit_gain(self, entering: int, leaving: int | None) -> int:
        """What changes at the highest score at which the two selections differ in value."""
        application = self.case.program.application
        changes = {application(entering).score: int(self.values[entering])}
        if leaving is not None:
            score = application(leaving).score
            changes[score] = changes.get(score, 0) - int(self.values[leaving])
        return next((change for _, change in sorted(changes.items(), reverse=True) if change), 0)

    def _gone(self, leaving: int | None) -> Table:
        return np.array([len(self.values) - 1 if leaving is None else leaving])

    def _broken(self, entering: int, leaving: int | None, after: Table) -> tuple[BrokenRule, ...]:
        """Hard sides that an exchange breaks, soft ones that it makes dearer, in the order of the rules."""
        chosen = [column for column in (*self.case.chosen, entering) if column != leaving]
        answer = []
        for line, row in enumerate(self.case.program.rows):
            missing, before = (-min(0, int(spare)) for spare in (after[line], self.spare[line]))
            units = -(-missing // row.unit) + (before // -row.unit)
            if missing if row.penalty is None else units * row.penalty > 0:
                answer.append(self.case.broken_rule(row, chosen, units * (row.penalty or 0)))
        return tuple(answer)
