"""Order of merit: the rules that leave a refused file out once the selected files of at least its score are kept.

They form a minimal conflict: with these files in, the rules named cannot hold together, and any part of them can. Were there none, the
file could be added without giving up any as good, and the selection would not be the best in order of merit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.conflicts import Feasibility, minimal
from scoring.selection.explanations.pairs import Exchanges, Table


@dataclass(frozen=True)
class MeritBar:
    """`sides`: a minimal set that excludes the file once the `kept` selected files of at least its score are in.

    `alone`: whether each of these sides excludes it by itself. `missing`: what the first of them would lack at best, in its own unit
    (files or cents, times the denominator of a share); 0 when several are needed.
    """

    sides: tuple[str, ...]
    kept: int
    alone: bool
    missing: int = 0


class Bars:
    """The bars of one case, from tables made once."""

    def __init__(self, case: Case, exchanges: Exchanges) -> None:
        self.case, self.table = case, exchanges.table
        self.rhs = np.array([row.rhs for row in case.program.rows], dtype=np.int64)
        self.hard = np.flatnonzero(exchanges.hard)

    def bar(self, position: int) -> MeritBar | None:
        """Why a refused file is out. None when no rule excludes it (it brings no points, or its score is shared). Raises Cancelled."""
        kept = self._kept(position)
        entering = self.case.program.columns_of[position]
        lacking = self.rhs - self._at_best(self.table, self._best_of_files, position, kept)
        alone = [int(line) for line in self.hard if lacking[line] > 0]
        if alone:
            return self._bar(alone, kept, alone=True, missing=int(lacking[alone[0]]))
        pair = self._pair(position, kept)
        if pair:
            return self._bar(pair, kept, alone=False)
        return self._search(entering, kept)

    def _kept(self, position: int) -> list[int]:
        """Columns of the selected files whose score is at least that of this one."""
        applications = self.case.instance.applications
        score = applications[position].score
        return [column for file, column in self.case.column_of.items() if applications[file].score >= score]

    @cached_property
    def _best_of_files(self) -> Table:
        """The most that each file can give to each row, at its best option or out; a column for each file."""
        return self._best_of(self.table)

    def _best_of(self, table: Table) -> Table:
        columns_of = self.case.program.columns_of
        return np.stack([np.maximum(0, table[:, columns].max(axis=1)) for columns in columns_of], axis=1)

    def _at_best(self, table: Table, best: Table, position: int, kept: Sequence[int]) -> Table:
        """The most that each row of a table can reach with the kept files and this one in, the others at their best."""
        files = [self.case.program.columns[column].application for column in kept]
        others: Table = best.sum(axis=1) - best[:, [*files, position]].sum(axis=1)
        settled: Table = table[:, list(kept)].sum(axis=1) + table[:, self.case.program.columns_of[position]].max(axis=1)
        return others + settled

    def _pair(self, position: int, kept: Sequence[int]) -> list[int]:
        """The first two sides whose sum cannot be reached: places and a minimum, most often."""
        for first, others, table, best, rhs in self._sums:
            lacking = np.flatnonzero(self._at_best(table, best, position, kept) < rhs)
            if len(lacking):
                return sorted([first, int(others[lacking[0]])])
        return []

    @cached_property
    def _sums(self) -> list[tuple[int, Table, Table, Table, Table]]:
        """For each maximum of the number of files: (its row, the other rows that count files, their sums with it, best of files, rhs)."""
        counting = [int(line) for line in self.hard if np.abs(self.table[line]).max(initial=0) == 1]
        answer = []
        for first in counting:
            if (self.table[first, :-1] == -1).all():
                others = np.array([line for line in counting if line != first], dtype=np.int64)
                table = self.table[others] + self.table[first]
                answer.append((first, others, table, self._best_of(table), self.rhs[others] + self.rhs[first]))
        return answer

    def _search(self, entering: Sequence[int], kept: Sequence[int]) -> MeritBar | None:
        case = self.case
        fixed = {
            sibling: int(sibling == column)
            for column in kept
            for sibling in case.program.columns_of[case.program.columns[column].application]
        }
        floors = []
        if len(entering) == 1:
            fixed[entering[0]] = 1
        else:
            floors = case.entrance(case.program.columns[entering[0]].application)
        question = Feasibility(case.program, case.watch, case.solver_name, fixed=fixed, floors=floors)
        if question.holds(question.hard):
            return None
        return self._bar(sorted(minimal(question, question.hard)), kept, alone=False)

    def holds(self, position: int, bar: MeritBar) -> bool:
        """Has it proved that these sides exclude the file; False when the proof meets a selection that they allow."""
        stay = [list(pair) for pair in self.case.program.selection(self._kept(position))]
        key = self.case.id(position)
        change = {"only": list(bar.sides), "stay": stay, "inside": [key]}
        return self.case.evidence is None or self.case.evidence.excluded(f"bar:{key}", change)

    def _bar(self, lines: Sequence[int], kept: Sequence[int], *, alone: bool, missing: int = 0) -> MeritBar:
        sides = tuple(self.case.program.rows[line].side for line in lines)
        return MeritBar(sides, len(kept), alone or len(lines) == 1, missing)
