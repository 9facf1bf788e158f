"""What all explanations of one result share: the program, the selection as columns, the proof, and new searches when one is needed."""

from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Self

from scoring.selection import certificate
from scoring.selection.certificate import ONE, Bound
from scoring.selection.explanations.evidence import Evidence, Reach
from scoring.selection.explanations.names import BrokenRule, Names
from scoring.selection.instance import Instance
from scoring.selection.phases import Ladder, NoSelection
from scoring.selection.program import Chosen, Constraint, Floor, Form, Program
from scoring.selection.proof.variants import Change
from scoring.selection.solve import Result, climb
from scoring.selection.solvers import HIGHS, Linear, Solver, linear, pair
from scoring.selection.watch import Watch

NOTHING: Mapping[int, int] = MappingProxyType({})


class Case:
    """An instance and its best selection. Raises ValueError when the result is of another instance, or has no selection.

    `watch` bounds all the searches together; `cancelled` calls them off (Cancelled). `evidence`: where what they find is proved.
    """

    def __init__(
        self,
        instance: Instance,
        result: Result,
        *,
        solver_name: str = HIGHS,
        seconds: float | None = None,
        cancelled: Callable[[], bool] | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        if result.digest != instance.digest:
            raise ValueError("this result is of another instance")
        if result.selection is None:
            raise ValueError("this result has no selection to explain")
        self.instance, self.result, self.names = instance, result, Names(instance)
        self.doctrine = result.doctrine
        self.program = Program(instance)
        self.chosen: Chosen = self.program.chosen(result.selection)
        self.solver_name = solver_name
        self.watch = Watch(seconds, cancelled)
        self.evidence = evidence

    def within(self, seconds: float | None) -> Self:
        """The same case with a limit of its own, so that one question does not take the time of the others."""
        answer = copy(self)
        answer.watch = Watch(seconds, self.watch.cancelled)
        answer.__dict__.pop("_engines", None)
        return answer

    # -- The selection ------------------------------------------------------------------------------------------------

    @cached_property
    def column_of(self) -> dict[int, int]:
        """Position of each selected file -> its column."""
        return {self.program.columns[column].application: column for column in self.chosen}

    @cached_property
    def refused(self) -> tuple[int, ...]:
        """Positions of the files that are not selected, in canonical order."""
        return tuple(position for position in range(len(self.instance.applications)) if position not in self.column_of)

    @cached_property
    def by_merit(self) -> tuple[int, ...]:
        """Positions of all files, highest score first, canonical order among equals."""
        applications = self.instance.applications
        return tuple(sorted(range(len(applications)), key=lambda position: -applications[position].score))

    @cached_property
    def objective(self) -> int:
        """Values minus penalties, in units of the scale."""
        return self.program.objective(self.chosen)

    def points(self, units: int) -> Decimal:
        """Units of the scale as points."""
        return Decimal(units).scaleb(-self.program.decimals)

    def id(self, position: int) -> str:
        return self.instance.applications[position].id

    def broken_rule(self, row: Constraint, chosen: Iterable[int], penalty: int = 0) -> BrokenRule:
        """What one row comes to under a selection, in files or cents. `penalty`: units that it costs more."""
        rule = self.names.rules.get(row.rule)
        if rule is None:
            inside = sum(1 for column in chosen if column in row.coefficients)
            return BrokenRule(row.rule, row.side, inside, inside, 1 if row.rhs else 0)
        bound = (rule.minimum if row.side.endswith(":min") else rule.maximum) or 0
        worths = [(column, self.program.option(column).cents(rule.line) if rule.measure.is_money else 1) for column in chosen]
        inside = sum(worth for column, worth in worths if rule.scope.holds(self.program.application(column)))
        return BrokenRule(row.rule, row.side, inside, sum(worth for _, worth in worths), bound, self.points(penalty))

    def entering(self, other: Iterable[int]) -> tuple[str, ...]:
        """Files of another selection that are not in this one, best score first."""
        there = {self.program.columns[column].application for column in other}
        return tuple(self.id(position) for position in self.by_merit if position in there and position not in self.column_of)

    def leaving(self, other: Iterable[int]) -> tuple[str, ...]:
        """Files of this selection that are not in another one, best score first."""
        there = {self.program.columns[column].application for column in other}
        return tuple(self.id(position) for position in self.by_merit if position in self.column_of and position not in there)

    # -- The proof ----------------------------------------------------------------------------------------------------

    @cached_property
    def bound(self) -> Bound:
        """What no selection exceeds in points, whatever the doctrine."""
        program = self.program
        duals = linear(program, self.watch).multipliers(program.score, [], {}) or [0.0] * len(program.rows)
        rounded = certificate.rounded(program, program.score, program.floors, duals)
        return certificate.bound(program, program.score, program.floors, rounded, {})

    @property
    def is_tight(self) -> bool:
        """Does the bound alone prove that no selection has more points?"""
        return self.bound.floor == self.objective

    def ceiling(self, position: int, selected: bool) -> int:
        """No selection in which this file has this status is worth more, in units; by the bound alone."""
        worths = [self.bound.adjusted[column] for column in self.program.columns_of[position]]
        best = max(0, *worths)
        return (self.bound.total - best + (max(worths) if selected else 0)) // ONE

    def settled(self, key: str, change: Change, chosen: Chosen | None, reach: Reach = Reach.WHOLE) -> Chosen | None:
        """What a search found of a variant (None: nothing keeps its rules), or the better selection that its proof has met."""
        if self.evidence is None:
            return chosen
        with self.watch.paused():
            found = self.evidence.settled(key, change, None if chosen is None else self.program.selection(chosen), reach)
        return None if found is None else self.program.chosen(found)

    def flip(self, position: int) -> Change:
        """The variant in which a file has the other status."""
        return {"outside" if position in self.column_of else "inside": [self.id(position)]}

    # -- New searches -------------------------------------------------------------------------------------------------

    @cached_property
    def _engines(self) -> tuple[Solver, Linear]:
        return self._new_engines(self.program)

    def _new_engines(self, program: Program) -> tuple[Solver, Linear]:
        return pair(self.solver_name, program, self.watch)

    def ladder(
        self,
        program: Program | None = None,
        *,
        fixed: Mapping[int, int] = NOTHING,
        floors: Collection[Floor] = (),
        start: Chosen | None = None,
        same_rows: bool = False,
    ) -> Ladder:
        """A new search, of this program or of another one with the same columns, some of them `fixed`.

        `start` is a selection known to fit; `same_rows` says that only values differ from this program. Raises Cancelled.
        """
        self.watch.check()
        engines = self._engines if program is None or same_rows else self._new_engines(program)
        ladder = Ladder(program or self.program, *engines)
        ladder.fixed, ladder.floors = dict(fixed), list(floors)
        if start is not None:
            ladder.begin(start)
        return ladder

    def best(self, ladder: Ladder) -> Chosen | None:
        """The one best selection of a search under the doctrine of the result; None when the rules cannot hold."""
        try:
            climb(ladder, self.doctrine)
        except NoSelection:
            return None
        return ladder.chosen

    def most(self, ladder: Ladder, form: Form) -> int | None:
        """The most that a form is worth in a search; None when the rules cannot hold."""
        try:
            ladder.climb(form)
        except NoSelection:
            return None
        return ladder.worth(form)

    def rows_of(self, rule_id: str) -> list[Constraint]:
        return [row for row in self.program.rows if row.rule == rule_id]

    def without(self, rules: Collection[str]) -> Program:
        """The program, some rules dropped."""
        return self.program.with_rows(row for row in self.program.rows if row.rule not in rules)

    def flipped(self, position: int) -> dict[int, int]:
        """Columns fixed so that a file has the other status, when that says it all: a refused file with options needs `entrance`."""
        columns = self.program.columns_of[position]
        if position in self.column_of:
            return dict.fromkeys(columns, 0)
        return {columns[0]: 1} if len(columns) == 1 else {}

    def entrance(self, position: int) -> list[Floor]:
        """What makes a refused file with several options enter, with any of them."""
        columns = self.program.columns_of[position]
        return [Floor(dict.fromkeys(columns, 1), 1)] if position not in self.column_of and len(columns) > 1 else []
