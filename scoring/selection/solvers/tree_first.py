"""Our own tree first, in whole numbers, where an instance is small; other searches where it is slow, in turn, then the tree again with what
was found. In a large instance the other searches come first, and the tree is only built where they have settled nothing.

A search that fails, or never comes back, costs time and no answer.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import gcd

from scoring.selection.program import Chosen, Floor, Form, Program
from scoring.selection.proof.check_selection import Arithmetic, Row, Ways
from scoring.selection.proof.search import Search
from scoring.selection.proof.tree import TRIED, Budget, Claim
from scoring.selection.solvers import TREE, Solver, SolverAnswer, SolverFailed
from scoring.selection.solvers.highs import Highs
from scoring.selection.watch import Watch

SMALL = 100  # choices of an instance whose questions go to the tree first: beyond, building it takes longer than the search of HiGHS
FIRST_LINES = 25  # of the tree then, before any other search is asked
MOST_LINES = 200_000  # after them
NOTHING_YET = -(2**60)  # a target below all that an instance may be worth


class TreeFirst:
    """One program, many questions. `parameters` say how many of them each search has answered.

    `before`, `after`: searches to ask before and after that of HiGHS.
    """

    def __init__(self, program: Program, watch: Watch, seed: int = 0, before: Sequence[Solver] = (), after: Sequence[Solver] = ()) -> None:
        self.program, self.watch = program, watch
        self.highs = Highs(program, watch, seed)
        self.helpers: list[Solver] = [*before, self.highs, *after]
        self.name = ",".join(helper.name for helper in self.helpers)
        self.version = ",".join(helper.version for helper in self.helpers)
        self.answers = dict.fromkeys([TREE, *(helper.name for helper in self.helpers)], 0)  # questions answered by each search
        self._is_small = len(program.columns) + len(program.columns_of) <= SMALL

    @cached_property
    def problem(self) -> "Columns":
        """The program as the tree reads it."""
        return Columns(self.program)

    @property
    def parameters(self) -> Mapping[str, str | int | float]:
        """Those of each search, and who answered."""
        theirs = {name: value for helper in reversed(self.helpers) for name, value in helper.parameters.items()}
        return {**theirs, **{f"answers_{who}": count for who, count in self.answers.items()}}

    def maximise(
        self, form: Form, floors: Sequence[Floor] = (), fixed: Mapping[int, int] | None = None, start: Chosen | None = None
    ) -> SolverAnswer:
        """See `Solver`."""
        question = form, floors, fixed or {}
        search = self._search(*question, start) if self._is_small else None
        if search and search.go(self._budget(FIRST_LINES)):
            return self._answer(search, start)
        best = start if search is None else self._best(search, start)
        for helper in self.helpers:
            self.watch.check()
            found = _helped(helper, *question, best)
            if found.chosen is not None:
                if not self.program.keeps(found.chosen, floors):
                    continue
                if best is None or self.program.worth(form, found.chosen) > self.program.worth(form, best):
                    best = found.chosen
            if found.is_proven:
                self.answers[helper.name] += 1
                return SolverAnswer(best, is_proven=True)
        return self._completed(search or self._search(*question, best), best)

    def _completed(self, search: Search, best: Chosen | None) -> SolverAnswer:
        """What the tree makes of a question that nobody else has settled, `best` being the best selection that was found."""
        if best is not None:
            search.meet(self.problem.picks(best))
        search.tried = TRIED
        if search.go(self._budget(MOST_LINES)):
            return self._answer(search, best)
        self.watch.check()
        return SolverAnswer(self._best(search, best), is_proven=False)

    def multipliers(self, form: Form, floors: Sequence[Floor], fixed: Mapping[int, int]) -> list[float] | None:
        """See `Linear`."""
        return self.highs.multipliers(form, floors, fixed)

    def _answer(self, search: Search, start: Chosen | None) -> SolverAnswer:
        self.answers[TREE] += 1
        return SolverAnswer(self._best(search, start), is_proven=True)

    def _best(self, search: Search, start: Chosen | None) -> Chosen | None:
        return start if search.picked is None else self.problem.chosen(search.picked)

    def _budget(self, lines: int) -> Budget:
        return Budget(lines=lines, cancelled=self._is_over)

    def _is_over(self) -> bool:
        return self.watch.is_over or (self.watch.cancelled is not None and self.watch.cancelled())

    def _search(self, form: Form, floors: Sequence[Floor], fixed: Mapping[int, int], start: Chosen | None) -> Search:
        problem = self.problem
        dense = [0] * len(problem.none)
        for column, one in form.items():
            dense[problem.place[column]] = one
        rows = [*problem.rows, *(problem.row(floor) for floor in floors)]
        step = gcd(*form.values()) or 1
        target = NOTHING_YET if start is None else self.program.worth(form, start) + step
        return Search(Claim(problem, dense, target, rows, problem.settled_by(fixed)), self._budget(FIRST_LINES))


class Columns(Arithmetic):
    """A program as the tree reads instances: leaving a file out is a choice, listed after its columns."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.choices, self.ways = [], []
        self.place: dict[int, int] = {}  # column -> choice
        for columns in program.columns_of:
            first = len(self.choices)
            self.place |= {column: first + rank for rank, column in enumerate(columns)}
            self.ways.append(tuple(range(first, first + len(columns) + 1)))
            self.choices += [(None, column) for column in (*columns, None)]
        self.column = {choice: column for column, choice in self.place.items()}
        self.place |= {column: len(self.choices) + rank for rank, column in enumerate(program.slack_of.values())}
        self.possible = list(self.ways)
        self.groups = [sorted(self.column)]
        self.none = [0] * (len(self.choices) + len(program.slack_of))
        self.rows = [self.row(floor) for floor in program.floors]

    def row(self, floor: Floor) -> Row:
        """A floor, divided by its greatest divisor."""
        divisor = gcd(*floor.coefficients.values()) or 1
        return [(self.place[column], a // divisor) for column, a in floor.coefficients.items() if a], -(-floor.rhs // divisor)

    def settled_by(self, fixed: Mapping[int, int]) -> Ways:
        """What is still possible once some columns are settled."""
        out = {self.place[column] for column, taken in fixed.items() if not taken}
        into = {self.place[column] for column, taken in fixed.items() if taken}
        return [tuple(c for c in ways if c in into) or tuple(c for c in ways if c not in out) for ways in self.ways]

    def picks(self, chosen: Chosen) -> list[int]:
        """One choice for each file."""
        inside = {self.place[column] for column in chosen}
        return [next((c for c in ways if c in inside), ways[-1]) for ways in self.ways]

    def chosen(self, picked: Sequence[int]) -> Chosen:
        """The columns of one choice for each file."""
        return tuple(sorted(self.column[c] for c in picked if c in self.column))


def _helped(helper: Solver, form: Form, floors: Sequence[Floor], fixed: Mapping[int, int] | None, start: Chosen | None) -> SolverAnswer:
    """What another search answers; nothing when it fails."""
    try:
        return helper.maximise(form, floors, fixed, start)
    except SolverFailed:
        return SolverAnswer(None, is_proven=False)


def build(program: Program, watch: Watch, seed: int = 0, before: Sequence[Solver] = (), after: Sequence[Solver] = ()) -> TreeFirst:
    return TreeFirst(program, watch, seed, before, after)
