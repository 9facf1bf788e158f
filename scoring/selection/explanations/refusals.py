"""Why one file is in or out: what the jury reads first, from arithmetic on the selection and the prices already known.

A motive is what decides, in this order: the jury's own word, a rule whose removal alone changes the status of the file, what adding the
file would break, the exchanges that rules prevent, equal points. Under the doctrine of merit, the bar of `merit` comes first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.merit import Bars, MeritBar
from scoring.selection.explanations.names import MOST_NAMED
from scoring.selection.explanations.pairs import Exchanges, Flags, Pair, Reason, Table
from scoring.selection.explanations.prices import Price, has_marginal
from scoring.selection.phases import OutOfTime
from scoring.selection.rules import FORCED_IN, FORCED_OUT
from scoring.selection.solve import Doctrine


@dataclass(frozen=True)
class Forced:
    """The jury decided it."""

    rule: str


@dataclass(frozen=True)
class Displaced:
    """Without one of these rules, the file would have the other status. They displace few files, so that they can be named."""

    prices: tuple[Price, ...]


@dataclass(frozen=True)
class Addition:
    """A refused file: what adding it to the selection would break, or cost more than it brings."""

    pair: Pair


@dataclass(frozen=True)
class Exchange:
    """The selected files that score less (for a selected file: the refused ones that score more) are `count`; `pair` is the exchange
    that breaks the fewest rules. `common`: the sides that every one of these exchanges breaks."""

    pair: Pair
    count: int
    common: tuple[str, ...]


@dataclass(frozen=True)
class Equal:
    """No selected file scores less; the exchange for one of the same score is decided by cost or submission."""

    pair: Pair


@dataclass(frozen=True)
class Outscored:
    """A refused file: there is no place left, and no selected file scores less, save those forced in when `but_forced`."""

    but_forced: bool


@dataclass(frozen=True)
class Leading:
    """A selected file: no refused file scores more, save those forced out when `but_forced`."""

    but_forced: bool


@dataclass(frozen=True)
class Barred:
    """Doctrine of merit: rules that leave the file out once the selected files of at least its score are kept."""

    bar: MeritBar
    prices: tuple[Price, ...]


Ground = Forced | Displaced | Addition | Exchange | Equal | Outscored | Leading | Barred


@dataclass(frozen=True)
class _Side:
    """The selected files, or the refused ones: columns, scores in units, and whether the jury left them free."""

    columns: Table
    scores: Table
    free: Flags


class Grounds:
    """Motives of one case. `prices` are those known, by rule; without them, motives come from arithmetic alone."""

    def __init__(self, case: Case, exchanges: Exchanges, prices: Mapping[str, Price], bars: Bars | None = None) -> None:
        self.case, self.exchanges = case, exchanges
        self.prices = [price for rule, price in prices.items() if not has_marginal(case, rule)]
        self.bars = bars or Bars(case, exchanges)
        self.inside = self._sorted([(column, position) for position, column in case.column_of.items()], case.instance.forced_in)
        self.outside = self._sorted(
            [(case.program.columns_of[position][0], position) for position in case.refused], case.instance.forced_out
        )
        self.places = [row.side for row in case.program.rows if row.penalty is None and case.names.is_files_ceiling(row.side)]

    def motive(self, position: int) -> Ground:
        """What decides of one file. Raises Cancelled."""
        if position in self.case.column_of:
            return self._of_selected(position)
        return self._of_refused(position)

    # -- Refused ------------------------------------------------------------------------------------------------------

    def _of_refused(self, position: int) -> Ground:
        case = self.case
        key = case.id(position)
        if key in case.instance.forced_out:
            return Forced(f"{FORCED_OUT}:{key}")
        displaced = tuple(price for price in self.prices if key in price.enters and len(price.enters) <= MOST_NAMED)
        if case.doctrine is Doctrine.MERIT:
            bar = self._bar(position)
            if bar is not None:
                return Barred(bar, displaced)
        elif displaced:
            return Displaced(displaced)
        addition = self._addition(position)
        if any(broken.side in self.places for broken in addition.broken):
            return self._by_exchange(position)
        return Addition(addition)

    def _addition(self, position: int) -> Pair:
        """The file added with the option that breaks the fewest hard rules, the cheapest among those."""
        pairs = [self.exchanges.pair(column, None) for column in self.case.program.columns_of[position]]
        return min(pairs, key=lambda pair: (sum(1 for broken in pair.broken if not broken.penalty), pair.cents))

    def _bar(self, position: int) -> MeritBar | None:
        try:
            bar = self.bars.bar(position)
        except OutOfTime:  # arithmetic on exchanges still answers
            return None
        return bar if bar is not None and self.bars.holds(position, bar) else None

    def _by_exchange(self, position: int) -> Ground:
        """Why the file takes the place of none of those that score less, or as much."""
        column, score = self.case.program.columns_of[position][0], self._score(position)
        lower = self.inside.free & (self.inside.scores < score)
        if lower.any():
            leaving = self.inside.columns[lower]
            return self._exchange(np.full_like(leaving, column), leaving, self.inside.scores[lower])
        equal = self.inside.columns[self.inside.free & (self.inside.scores == score)]
        pairs = (self.exchanges.pair(column, int(leaving)) for leaving in equal)
        decided = next((pair for pair in pairs if pair.reason in (Reason.COST, Reason.RANK)), None)
        return Equal(decided) if decided else Outscored(bool((self.inside.scores < score).any()))

    # -- Selected -----------------------------------------------------------------------------------------------------

    def _of_selected(self, position: int) -> Ground:
        case = self.case
        key = case.id(position)
        if key in case.instance.forced_in:
            return Forced(f"{FORCED_IN}:{key}")
        displaced = tuple(price for price in self.prices if key in price.leaves and len(price.enters) <= MOST_NAMED)
        if displaced:
            return Displaced(displaced)
        higher = self.outside.scores > self._score(position)
        free = higher & self.outside.free
        if not free.any():
            return Leading(bool(higher.any()))
        entering = self.outside.columns[free]
        return self._exchange(entering, np.full_like(entering, case.column_of[position]), -self.outside.scores[free])

    def _exchange(self, entering: Table, leaving: Table, order: Table) -> Exchange:
        """The exchange that breaks the fewest hard rules, the first in `order` among those, and what all of them break."""
        exchanges = self.exchanges
        after = exchanges.spare[:, None] + exchanges.table[:, entering] - exchanges.table[:, leaving]
        broken = (after < 0) & exchanges.hard[:, None]
        place = int(np.lexsort((order, broken.sum(axis=0)))[0])
        pair = exchanges.pair(int(entering[place]), int(leaving[place]))
        rows = self.case.program.rows
        return Exchange(pair, len(order), tuple(rows[line].side for line in np.flatnonzero(broken.all(axis=1))))

    def _sorted(self, files: Sequence[tuple[int, int]], forced: Collection[str]) -> _Side:
        """Columns and positions of files as tables."""
        return _Side(
            columns=np.array([column for column, _ in files], dtype=np.int64),
            scores=np.array([self._score(position) for _, position in files], dtype=np.int64),
            free=np.array([self.case.id(position) not in forced for _, position in files], dtype=bool),
        )

    def _score(self, position: int) -> int:
        """In units of the scale."""
        return int(self.case.instance.applications[position].score.scaleb(self.case.program.decimals))


def rules_of(motive: Ground) -> tuple[str, ...]:
    """The rules that decide, in the order of the instance; none when it is the score alone."""
    match motive:
        case Forced(rule):
            return (rule,)
        case Displaced(prices):
            return tuple(price.rule for price in prices)
        case Addition(pair):
            return _once(broken.rule for broken in pair.broken)
        case Exchange(pair, _, common):
            return _once(side.rpartition(":")[0] for side in common) or _once(broken.rule for broken in pair.broken)
        case Barred(bar, prices):
            return _once([*(side.rpartition(":")[0] for side in bar.sides), *(price.rule for price in prices)])
        case _:
            return ()


def files_of(motive: Ground, position_is_selected: bool) -> tuple[str, ...]:
    """The files that stand where this one would, or that would stand in its place."""
    match motive:
        case Displaced(prices) | Barred(_, (_, *_) as prices):
            return _once(key for price in prices for key in (price.enters if position_is_selected else price.leaves))
        case Exchange(pair, _, _) | Equal(pair):
            other = pair.entering if position_is_selected else pair.leaving
            return (other,) if other is not None else ()
        case _:
            return ()


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
