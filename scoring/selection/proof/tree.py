"""Builds the tree of a claim: lines that the checker adds up again. See `check_selection` for what a line says.

Depth first. At each node the linear relaxation guesses weights; rounded to whole numbers they close the node, or rule choices out; otherwise
it is split on a number of files, or on the choice that moved the relaxation most when it was tried.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import floor, gcd, log2
from time import process_time

from scoring.selection.proof.check_selection import Arithmetic, Refused, Row, Ways, worth
from scoring.selection.proof.roundings import roundings
from scoring.selection.solvers.simplex import Guess, Simplex

Line = list[str | int]

SHORT, LONG = (6, 10, 16), 40  # significant bits of the weights: the shortest ones that close, then the finest
FINE = 20  # of those that rule choices out
MOST_SHIFT = 60  # weights are multiples of 2 to the power of minus this
SIFTINGS = 3  # times that the relaxation is asked again once choices are ruled out
TRIED = 10  # choices of which the two sides are looked at before a split
TOLERANCE = 1e-7
FURTHEST = 2**62  # from its target, the bound of a claim that takes too long
NOTHING = Guess(None, [], [], None)


class BetterFound(Exception):
    """The claim is false: `picked`, one choice for each file, keeps the rows and reaches the target."""

    def __init__(self, picked: list[int]) -> None:
        super().__init__()
        self.picked = picked


class GaveUp(Exception):
    """Time or size was spent before the claim was refuted."""


@dataclass
class Budget:
    """What a proof may cost: lines, and seconds of processor (None: no limit). `cancelled` is asked at each node."""

    lines: int = 200_000
    seconds: float | None = None
    cancelled: Callable[[], bool] | None = None
    spent: int = 0
    started: float = field(default_factory=process_time)

    def take(self, lines: int = 1) -> None:
        """So many lines more. Raises GaveUp."""
        self.spent += lines
        late = self.seconds is not None and process_time() - self.started > self.seconds
        if self.spent > self.lines or late or (self.cancelled is not None and self.cancelled()):
            raise GaveUp


@dataclass(frozen=True)
class Claim:
    """« No selection of `possible` keeps `rows` and is worth `target`. » Without a form (zeros, target 0): no selection keeps them.

    `guide`: where the claim has no form of its own, the row of an earlier claim whose form leads the relaxation.
    """

    problem: Arithmetic
    form: Sequence[int]
    target: int
    rows: Sequence[Row]
    possible: Ways
    guide: int | None = None

    @property
    def goal(self) -> int:
        """What the relaxation must stay below for a node to close."""
        return self.target if self.guide is None else self.rows[self.guide][1]

    def relaxation(self, groups: Sequence[int]) -> Simplex:
        """That of the form, or of the form of the guide, whose row then leads instead of binding."""
        if self.guide is None:
            return Simplex(self.problem, self.form, self.rows, groups)
        leading = dict(self.rows[self.guide][0])
        rows = [*self.rows[: self.guide], ([], 0), *self.rows[self.guide + 1 :]]
        return Simplex(self.problem, [leading.get(c, 0) for c in range(len(self.problem.none))], rows, groups)


@dataclass(frozen=True)
class _Node:
    """`least` and `most`: bounds on the number of files of a group, each with the place of its row."""

    rows: list[Row]
    possible: Ways
    least: dict[int, tuple[int, int]] = field(default_factory=dict)
    most: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_settled(self) -> bool:
        return sum(map(len, self.possible)) == len(self.possible)

    def with_choice(self, choice: int) -> "_Node":
        return replace(self, possible=[(choice,) if choice in ways else ways for ways in self.possible])

    def without(self, choice: int) -> "_Node":
        return replace(self, possible=[tuple(c for c in ways if c != choice) if choice in ways else ways for ways in self.possible])


class Prover:
    """The tree of one claim."""

    tried = TRIED

    def __init__(self, claim: Claim, budget: Budget, before: "Prover | None" = None) -> None:
        """`before`: the prover of a claim under the same rows and guide, of which the relaxation and what it learnt serve again."""
        self.claim, self.budget, self.problem = claim, budget, claim.problem
        self.lines: list[Line] = []
        self.roundings: list[tuple[int, int]] = before.roundings if before else roundings(claim.problem)
        self.groups = [0] if len(claim.problem.groups[0]) > 1 else []
        self.groups += dict.fromkeys(group for group, _ in self.roundings)
        self.relaxation: Simplex = before.relaxation if before else claim.relaxation(self.groups)
        self.lost: dict[int, tuple[float, float, int]] = before.lost if before else {}
        self.stack = [_Node(list(claim.rows), claim.possible)]

    def build(self) -> list[Line]:
        """The lines. Raises BetterFound, GaveUp: called again, it goes on from there."""
        while self.stack:
            node: _Node | None = self.stack.pop()
            while node is not None:
                try:
                    after = self._step(node, self.stack)
                except GaveUp:
                    self.stack.append(node)
                    raise
                node = after
        return self.lines

    def sift(self) -> Ways:
        """What is left possible without any split; `lines` say why. Raises GaveUp."""
        return self._sifted(_Node(list(self.claim.rows), self.claim.possible))[0].possible

    def root(self) -> tuple[int, Line]:
        """(the least target that one line refutes, that line): a bound, when the claim itself takes too long."""
        node = _Node(list(self.claim.rows), self.claim.possible)
        line = self._line(node, self._guess(node), LONG)
        weight = max(1, int(line[1]))
        line = ["B", weight, *line[2:]]
        targets = range(self.claim.target, self.claim.target + FURTHEST)

        def closes(target: int) -> bool:
            return not all(self.problem.narrowed(line[1:], self.claim.form, target, node.rows, node.possible))

        return targets[bisect_left(targets, True, key=closes)], line

    def _step(self, node: _Node, stack: list[_Node]) -> _Node | None:
        """The node to go on with, None when this one is closed."""
        self.budget.take(0)
        if not all(node.possible):
            return None
        if node.is_settled:
            self._refuse(node)
            return None
        node, guess = self._sifted(node)
        if not all(node.possible) or node.is_settled:
            return node
        return self._split(node, guess, stack)

    def _refuse(self, node: _Node) -> None:
        """A selection: it breaks a row, or is worth too little. Raises BetterFound."""
        picked = [c for (c,) in node.possible]
        times = self.problem.taken(picked)
        kept = [*node.rows, (enumerate(self.claim.form), self.claim.target)]
        if times is not None and all(worth(row, times) >= number for row, number in kept):
            raise BetterFound(picked)

    def _sifted(self, node: _Node) -> tuple[_Node, Guess]:
        guess = NOTHING
        for _ in range(SIFTINGS):
            guess = self._guess(node)
            narrowed = self._narrowed(node, guess)
            if sum(map(len, narrowed)) == sum(map(len, node.possible)):
                break
            kept = [old if len(old) == len(new) else new for old, new in zip(node.possible, narrowed, strict=True)]
            node = replace(node, possible=kept)
            if not all(kept) or node.is_settled:
                break
        return node, guess

    def _guess(self, node: _Node) -> Guess:
        least, most = ({group: bound for group, (bound, _) in side.items()} for side in (node.least, node.most))
        self.relaxation.restrict(node.possible, least, most)
        return self.relaxation.solve() or NOTHING

    def _narrowed(self, node: _Node, guess: Guess) -> Ways:
        """What the guess leaves possible. Writes the shortest line that closes the node, or the finest one when it rules something out."""
        closes = guess.value is None or guess.value < self.claim.goal - TOLERANCE
        best, written = node.possible, None
        for bits in (*SHORT, LONG) if closes else (FINE,):
            line = self._line(node, guess, bits)
            try:
                narrowed = self.problem.narrowed(line[1:], self.claim.form, self.claim.target, node.rows, node.possible)
            except Refused:
                continue
            if sum(map(len, narrowed)) < sum(map(len, best)):
                best, written = narrowed, line
            if not all(narrowed):
                break
        if written is not None:
            self.budget.take()
            self.lines.append(written)
        return best

    def _line(self, node: _Node, guess: Guess, bits: int) -> Line:
        """The weights of a guess in whole numbers: each rounded to so many significant bits, all times the same power of two."""
        weights = [*guess.weights]
        weights += [(node.least[group][1], weight) for group, weight in guess.groups if weight > 0 and group in node.least]
        weights += [(node.most[group][1], -weight) for group, weight in guess.groups if weight < 0 and group in node.most]
        leads = guess.value is not None
        weights += [(self.claim.guide, 1.0)] if leads and self.claim.guide is not None else []
        shift = min(MOST_SHIFT, max((bits - 1 - _exponent(weight) for _, weight in weights), default=0))
        shift = max(0, shift)
        whole = [(place, round(_significant(weight, bits) * 2.0**shift)) for place, weight in weights]
        weight = 2**shift if leads and self.claim.guide is None else 0
        whole = _capped(self.problem, self.claim, [(place, times) for place, times in whole if times > 0], weight)
        divisor = gcd(weight, *(times for _, times in whole)) or 1
        return ["B", weight // divisor, *(number for place, times in whole for number in (place, times // divisor))]

    def _split(self, node: _Node, guess: Guess, stack: list[_Node]) -> _Node:
        self.budget.take()
        taken = guess.columns or {}
        for group in self.groups:
            number = sum(taken.get(c, 0.0) for c in self.problem.groups[group])
            is_open = TOLERANCE * 1000 < number - floor(number) < 1 - TOLERANCE * 1000
            if is_open and (group == 0 or (group, floor(number)) in self.roundings):
                return self._split_group(node, group, floor(number), stack)
        choice = self._choice(node, guess)
        self.lines.append(["C", choice])
        stack.append(node.without(choice))
        return node.with_choice(choice)

    def _split_group(self, node: _Node, group: int, most: int, stack: list[_Node]) -> _Node:
        self.lines.append(["G", group, most])
        columns, place = self.problem.groups[group], len(node.rows)
        above = [*node.rows, ([(c, 1) for c in columns], most + 1)]
        stack.append(replace(node, rows=above, least={**node.least, group: (most + 1, place)}))
        return replace(node, rows=[*node.rows, ([(c, -1) for c in columns], -most)], most={**node.most, group: (most, place)})

    def _choice(self, node: _Node, guess: Guess) -> int:
        """The choice to split on: the one that moves the relaxation most on both sides, by what was seen of it."""
        free = [c for ways, every in zip(node.possible, self.problem.ways, strict=True) if len(ways) > 1 for c in ways if c != every[-1]]
        taken = guess.columns or {}
        parts = [(c, taken.get(c, 0.0)) for c in free]
        parts = sorted(((c, part) for c, part in parts if TOLERANCE < part < 1 - TOLERANCE), key=lambda pair: abs(pair[1] - 0.5))[
            : self.tried
        ]
        if not parts or guess.value is None:
            return free[0]
        if len(parts) == 1:
            return parts[0][0]
        for c, part in parts:
            if self.lost.get(c, (0.0, 0.0, 0))[2] < 2:
                self._try(node, guess.value, c, part)
        return max(parts, key=lambda pair: self._moved(*pair))[0]

    def _moved(self, choice: int, part: float) -> float:
        down, up, _ = self.lost[choice]
        return max(down * part, 1e-6) * max(up * (1 - part), 1e-6)

    def _try(self, node: _Node, value: float, choice: int, part: float) -> None:
        """What the relaxation loses on both sides of a split, for a whole choice more or less."""
        down, up, times = self.lost.get(choice, (0.0, 0.0, 0))
        with self.relaxation.kept():
            without = self._guess(node.without(choice)).value
        with self.relaxation.kept():
            within = self._guess(node.with_choice(choice)).value
        less, more = (1e9 if after is None else max(0.0, value - after) for after in (without, within))
        self.lost[choice] = ((down * times + less / part) / (times + 1), (up * times + more / (1 - part)) / (times + 1), times + 1)


def _capped(problem: Arithmetic, claim: Claim, whole: list[tuple[int, int]], weight: int) -> list[tuple[int, int]]:
    """A soft row never weighs more than its slack costs, in the form and in the rows of earlier claims."""
    first = len(problem.choices)
    if first == len(problem.none):
        return whole
    slacks = {place: claim.rows[place][0][-1] for place, _ in whole if place < len(problem.rows) and claim.rows[place][0]}
    costs = {c: weight * claim.form[c] for c in range(first, len(problem.none))}
    for place, times in whole:
        if len(problem.rows) <= place < len(claim.rows):
            for c, a in claim.rows[place][0]:
                if c >= first:
                    costs[c] += times * a
    answer = []
    for place, times in whole:
        slack, unit = slacks.get(place, (0, 1))
        answer.append((place, min(times, -costs[slack] // unit) if slack >= first else times))
    return [(place, times) for place, times in answer if times > 0]


def _exponent(weight: float) -> int:
    return floor(log2(weight)) if weight > 0 else 0


def _significant(weight: float, bits: int) -> float:
    step = 2.0 ** (_exponent(weight) - bits + 1)
    return round(weight / step) * step
