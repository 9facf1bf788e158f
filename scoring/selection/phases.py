"""One best selection, one question after the other: never one great weighted sum, which no number could hold.

Each phase makes a form largest; what it reaches becomes a floor of the next ones, and what its bound settles is not asked again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

from portal.text.french import NBSP
from scoring.selection import certificate
from scoring.selection.certificate import Bound
from scoring.selection.program import Chosen, Floor, Form, Program
from scoring.selection.solvers import Linear, Solver, SolverAnswer, SolverFailed

MOST_WEIGHT = 2**20  # of a form that puts several questions into one: at 2**29, the presolve of HiGHS 1.14 loses the last of them


class NoSelection(Exception):
    """The hard rules cannot hold together."""


class OutOfTime(Exception):
    """The time was spent before a phase was proved; `chosen` of the ladder is the best selection found, if any."""


@dataclass(frozen=True)
class OpenLevel:
    """The first score that time left undecided: its place among the levels, the most that its files can be worth."""

    place: int
    bound: int


class Ladder:
    """The state between phases: the best selection so far, what it must keep, which columns are settled."""

    def __init__(self, program: Program, solver: Solver, linear: Linear) -> None:
        self.program, self.solver, self.linear = program, solver, linear
        self.floors: list[Floor] = []
        self.fixed: dict[int, int] = {}
        self.chosen: Chosen | None = None
        self._inside: frozenset[int] = frozenset()
        self._choice: dict[int, int] = {}  # file -> its column in the best selection so far
        self.bounds: list[Bound] = []  # of the first phase and of the last one begun
        self._first: Form | None = None  # what the first phase has made largest, where nothing came before it
        self.proved: list[str] = []  # phases that are done
        self.open_level: OpenLevel | None = None

    def begin(self, chosen: Chosen) -> None:
        """Starts from a selection known to keep every row and every floor."""
        self.chosen = chosen
        self._inside = frozenset(chosen)
        self._choice = {self.program.columns[column].application: column for column in chosen}

    def climb(self, form: Form) -> None:
        """Makes `form` largest without losing what earlier phases reached. What must not be lost later is said by `keep`.

        The form of the first phase, asked again at once, is not searched again. Raises NoSelection, OutOfTime, and what the solver raises.
        """
        if self.bounds and len(self.fixed) == len(self.program.columns):  # one selection left, the one in hand
            return
        if form is self._first and len(self.bounds) == 1:
            return
        found = self._bound(form)
        self.bounds = [*self.bounds[:1], found]
        if self.chosen is None or self.worth(form) < found.floor:
            if self.chosen is not None:  # what cannot do as well as the selection in hand is not searched
                self.fixed = certificate.settled(self.program, found, self.worth(form), self.fixed)
            self._search(form)
        self.fixed = certificate.settled(self.program, found, self.worth(form), self.fixed)
        self._first = form if len(self.bounds) == 1 else None

    def keep(self, form: Form) -> None:
        """Nothing later may be worth less; when all its files are at their very best, or very least, they are settled."""
        value = self.worth(form)
        self.floors.append(Floor(form, value))
        if any(column >= len(self.program.columns) for column in form):
            return
        files = sorted({self.program.columns[column].application for column in form})
        worths = {position: _worths(form, self.choices(position)) for position in files}
        for extreme in (max, min):
            ends = {position: extreme(some) for position, some in worths.items()}
            if sum(ends.values()) == value:
                self._settle_at(form, ends)

    def worth(self, form: Form) -> int:
        """What the best selection so far is worth. Raises NoSelection without one."""
        if self.chosen is None:
            raise NoSelection
        return self.program.worth(form, self._inside)

    def choices(self, position: int) -> list[int | None]:
        """What may still be done with a file: its columns in order, then None for leaving it out."""
        columns = self.program.columns_of[position]
        taken = [column for column in columns if self.fixed.get(column) == 1]
        return [*taken] if taken else [*(column for column in columns if column not in self.fixed), None]

    def chosen_of(self, position: int) -> int | None:
        """The column that the best selection so far takes for a file."""
        return self._choice.get(position)

    def settle(self, position: int, column: int | None) -> None:
        """Keeps one choice for a file."""
        self.fixed |= {other: int(other == column) for other in self.program.columns_of[position]}

    def _bound(self, form: Form) -> Bound:
        """What no selection left can exceed, from the duals of the relaxation; without bonuses when it gives none."""
        floors = [*self.program.floors, *self.floors]
        duals = self.linear.multipliers(form, self.floors, self.fixed) or [0.0] * len(floors)
        rounded = certificate.rounded(self.program, form, floors, duals)
        return certificate.bound(self.program, form, floors, rounded, self.fixed)

    def _search(self, form: Form) -> None:
        if not self.program.columns:  # nothing to search: no solver takes that
            answer = SolverAnswer(None if self.program.broken(()) else (), is_proven=True)
        else:
            answer = self.solver.maximise(form, self.floors, self.fixed, self.chosen)
        if answer.chosen is None and answer.is_proven:
            raise NoSelection
        if answer.chosen is not None:
            self._check(answer.chosen)
            self.begin(answer.chosen)
        if not answer.is_proven:
            raise OutOfTime

    def _check(self, chosen: Chosen) -> None:
        """The last word, whoever searched: rows and floors, in whole numbers. Raises SolverFailed."""
        if not self.program.keeps(chosen, self.floors):
            raise SolverFailed(f"{self.solver.name} {self.solver.version}{NBSP}: la réponse ne tient pas les règles.")

    def _settle_at(self, form: Form, ends: dict[int, int]) -> None:
        for position, end in ends.items():
            choices = self.choices(position)
            there = [choice for choice, worth in zip(choices, _worths(form, choices), strict=True) if worth == end]
            if len(there) == 1:
                self.settle(position, there[0])


def _worths(form: Form, choices: Sequence[int | None]) -> list[int]:
    return [0 if choice is None else form.get(choice, 0) for choice in choices]


def levels(program: Program) -> list[tuple[Decimal, dict[int, int]]]:
    """(score, form) from the highest score down: the value chosen among the files of that score."""
    forms: dict[Decimal, dict[int, int]] = {}
    for number, column in enumerate(program.columns):
        forms.setdefault(program.application(number).score, {})[number] = column.value
    return sorted(forms.items(), key=lambda item: item[0], reverse=True)


def climb_levels(ladder: Ladder) -> None:
    """The order of merit, several scores in one form while their weights are small."""
    forms = [form for _, form in levels(ladder.program)]
    done = 0
    while done < len(forms):
        pack = _packed_levels(ladder, forms[done:])
        try:
            ladder.climb(pack.form)
        except OutOfTime:
            ladder.open_level = OpenLevel(done, pack.highest(ladder.bounds[-1].floor))
            raise
        for form in forms[done : done + pack.count]:
            ladder.keep(form)
        done += pack.count


@dataclass(frozen=True)
class _Pack:
    """Several levels as digits of one number: one unit of the first counts `weight` for `divisor` of its value."""

    form: Form
    count: int
    weight: int
    divisor: int
    lowest_rest: int  # the least that the other digits add up to

    def highest(self, bound: int) -> int:
        """The most that the first level is worth, when the whole is worth `bound` at most."""
        return (bound - self.lowest_rest) // self.weight * self.divisor


def _packed_levels(ladder: Ladder, forms: Sequence[dict[int, int]]) -> _Pack:
    """The first levels, as many as the weight allows and one at least, the highest score first."""
    weight, sizes = 1, list[tuple[int, int, int]]()
    for form in forms:
        divisor, lowest, size = _size(ladder, form)
        if sizes and weight * size > MOST_WEIGHT:
            break
        weight *= size
        sizes.append((divisor, lowest, size))
    packed: dict[int, int] = {}
    first, rest = weight // sizes[0][2], 0
    for place, (divisor, lowest, size) in enumerate(sizes):
        weight //= size
        packed |= {column: value // divisor * weight for column, value in forms[place].items()}
        rest += lowest * weight if place else 0
    return _Pack(packed, len(sizes), first, sizes[0][0], rest)


def _size(ladder: Ladder, form: Form) -> tuple[int, int, int]:
    """(greatest divisor, least value, how many values) of a level, in units of the divisor."""
    divisor = gcd(*form.values()) or 1
    files = {ladder.program.columns[column].application for column in form}
    worths = [_worths(form, ladder.choices(position)) for position in files]
    lowest, highest = sum(map(min, worths)) // divisor, sum(map(max, worths)) // divisor
    return divisor, lowest, highest - lowest + 1


def climb_canonical(ladder: Ladder) -> None:
    """Going through the files in canonical order, the first one on which two selections differ is selected in the better one."""
    position, count = 0, len(ladder.program.columns_of)
    while position < count:
        choices = ladder.choices(position)
        if len(choices) == 1 or ladder.chosen_of(position) == choices[0]:
            ladder.settle(position, ladder.chosen_of(position))
            position += 1
            continue
        form, position_after = _packed_files(ladder, position)
        ladder.climb(form)
        for settled in range(position, position_after):
            ladder.settle(settled, ladder.chosen_of(settled))
        position = position_after


def _packed_files(ladder: Ladder, first: int) -> tuple[Form, int]:
    """(form, position after the last file): the choices left for each file as digits of one number, the best one highest."""
    digits: list[list[int | None]] = []
    weight = 1
    for position in range(first, len(ladder.program.columns_of)):
        choices = ladder.choices(position)
        if weight * len(choices) > MOST_WEIGHT:
            break
        weight *= len(choices)
        digits.append(choices)
    form: dict[int, int] = {}
    for choices in digits:
        weight //= len(choices)
        form |= {column: (len(choices) - 1 - place) * weight for place, column in enumerate(choices) if column is not None}
    return {column: worth for column, worth in form.items() if worth}, first + len(digits)
