"""What it would cost to give one file the other status: at least what the bound says, at most what some known selection shows.

The loss is unique. The selection that shows it is only an example: others may lose as little.
"""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from scoring.selection import certificate
from scoring.selection.explanations.case import Case
from scoring.selection.explanations.evidence import Reach
from scoring.selection.explanations.pairs import Exchanges, Table
from scoring.selection.program import Chosen, Floor

IMPOSSIBLE, UNKNOWN = (
    "impossible",
    "unknown",
)  # where no number is printed: no selection has the other status; nobody looked for one, or time ran out


@dataclass(frozen=True)
class Loss:
    """`points`: what the best selection with the other status lacks, None when no selection has it.

    `enters` and `leaves`: how a selection that lacks just that differs from this one.
    """

    points: Decimal | None
    enters: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()


class Losses:
    """Losses of one case, in points whatever the doctrine. Selections met on the way serve for the next files."""

    def __init__(self, case: Case, exchanges: Exchanges) -> None:
        self.case, self.exchanges = case, exchanges
        self.known: dict[int, tuple[int, Chosen]] = {}  # file -> best known selection with the other status, and its units
        self._meet_exchanges()

    def loss(self, position: int, *, search: bool = True) -> Loss | None:
        """The loss of one file. Without `search`, None when arithmetic does not settle it. Raises Cancelled."""
        value, _ = self.known.get(position, (None, ()))
        if value != self.case.ceiling(position, position not in self.case.column_of):
            if not search:
                return None
            self._search(position)
        value, example = self._settled(position)
        if value is None:
            return Loss(None)
        return Loss(self.case.points(self.case.objective - value), self.case.entering(example), self.case.leaving(example))

    def _settled(self, position: int) -> tuple[int | None, Chosen]:
        """The best known selection with the other status, or the better one that its proof has met; none: (None, ())."""
        known = self.known[position][1] if position in self.known else None
        proved = self.case.settled(f"loss:{self.case.id(position)}", self.case.flip(position), known, Reach.POINTS)
        if proved is not None and proved != known:
            self.meet(proved)
        return self.known.get(position, (None, ()))

    def closest(self, position: int, loss: Loss) -> Loss:
        """The same loss shown by the selection nearest to this one: the fewest selected files leave or change option. Raises Cancelled."""
        if loss.points is None:
            return loss
        case = self.case
        value, start = self.known[position]
        fixed = certificate.settled(case.program, case.bound, value, case.flipped(position))
        floors = [*case.entrance(position), Floor(case.program.score, value)]
        ladder = case.ladder(fixed=fixed, floors=floors, start=start)
        ladder.climb(dict.fromkeys(case.chosen, 1))
        example = ladder.chosen or start
        return Loss(loss.points, case.entering(example), case.leaving(example))

    def _search(self, position: int) -> None:
        case = self.case
        value, start = self.known.get(position, (None, None))
        fixed = case.flipped(position)
        if value is not None:
            fixed = certificate.settled(case.program, case.bound, value, fixed)
        ladder = case.ladder(fixed=fixed, floors=case.entrance(position), start=start)
        if case.most(ladder, case.program.score) is not None and ladder.chosen is not None:
            self.meet(ladder.chosen)

    def meet(self, other: Chosen) -> None:
        """Takes note of a selection that keeps every rule."""
        value = self.case.program.objective(other)
        there = {self.case.program.columns[column].application for column in other}
        for position in there ^ self.case.column_of.keys():
            self._note(position, value, other)

    def _note(self, position: int, value: int, other: Chosen) -> None:
        if position not in self.known or self.known[position][0] < value:
            self.known[position] = (value, other)

    def _meet_exchanges(self) -> None:
        """Every exchange of two files that breaks nothing, and every file that may simply leave or be added."""
        case, exchanges = self.case, self.exchanges
        nothing = len(case.program.columns)
        for position in case.refused:
            for column in case.program.columns_of[position]:
                self._meet_entrance(position, column, np.append(exchanges.leaving, nothing))
        for column in case.chosen:
            self._meet_entrance(None, nothing, np.array([column]))

    def _meet_entrance(self, position: int | None, column: int, leaving: Table) -> None:
        case, exchanges = self.case, self.exchanges
        after = exchanges.after(column, leaving)
        values = case.objective + exchanges.points(column, leaving, after)
        for place in np.flatnonzero(~exchanges.breaks(after))[::-1]:  # among equals, the one submitted last leaves
            gone, value = int(leaving[place]), int(values[place])
            flips = [position] if position is not None else []
            flips += [case.program.columns[gone].application] if gone < len(case.program.columns) else []
            if any(flip not in self.known or self.known[flip][0] < value for flip in flips):
                entering = [] if position is None else [column]
                other = tuple(sorted([one for one in case.chosen if one != gone] + entering))
                for flip in flips:
                    self._note(flip, value, other)
