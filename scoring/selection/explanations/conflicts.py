"""Rules that cannot hold together: minimal sets of rule sides, of which every part can.

Found by halving (QuickXplain: Junker, 2004), several of them by branching on what was found (hitting sets: Reiter, 1987). Each question is
whether some selection keeps a set of sides; what one answer teaches spares the next ones.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

from scoring.selection import certificate
from scoring.selection.explanations.evidence import Evidence
from scoring.selection.instance import Instance
from scoring.selection.phases import OutOfTime
from scoring.selection.program import Chosen, Constraint, Floor, Program
from scoring.selection.solvers import HIGHS, linear, solver
from scoring.selection.watch import Watch

Sides = frozenset[int]  # positions of rows
_FINE = 1_000  # paid for breaking a side by the size of its largest coefficient


class Feasibility:
    """Can these sides hold together, some columns being `fixed` and some floors kept? Soft rules never prevent anything."""

    def __init__(
        self,
        program: Program,
        watch: Watch,
        solver_name: str = HIGHS,
        *,
        fixed: Mapping[int, int] = MappingProxyType({}),
        floors: Sequence[Floor] = (),
    ) -> None:
        self.program, self.watch, self.solver_name = program, watch, solver_name
        self.fixed, self.floors = fixed, floors
        self.kept: list[Sides] = []  # by selections met so far
        self.met: list[Chosen] = []  # these selections, one for each
        self.found: list[Sides] = []  # sets that cannot hold

    @cached_property
    def hard(self) -> tuple[int, ...]:
        """Positions of the hard rows, in the order of the rules."""
        return tuple(position for position, row in enumerate(self.program.rows) if row.penalty is None)

    def holds(self, sides: Collection[int]) -> bool:
        """Raises Cancelled, OutOfTime."""
        asked = frozenset(sides)
        if any(asked <= kept for kept in self.kept):
            return True
        if any(found <= asked for found in self.found):
            return False
        answer = self._search(asked)
        if answer is None:
            self.found.append(asked)
            return False
        self.meet(answer)
        return True

    def meet(self, chosen: Chosen) -> None:
        """Takes note of a selection that fits what is fixed, and of all the sides that it keeps."""
        inside = set(chosen)
        self.met.append(chosen)
        self.kept.append(
            frozenset(position for position in self.hard if self._activity(position, inside) >= self.program.rows[position].rhs)
        )

    def witness(self, sides: Collection[int]) -> Chosen | None:
        """A selection that keeps these sides; None when none does. Raises Cancelled, OutOfTime."""
        asked = frozenset(sides)
        return (
            next((chosen for kept, chosen in zip(self.kept, self.met, strict=True) if asked <= kept), None) if self.holds(asked) else None
        )

    def _activity(self, position: int, chosen: Collection[int]) -> int:
        return self.program.activity(self.program.rows[position], chosen)

    def suspects(self, sides: Sequence[int]) -> Sequence[int]:
        """The part of these sides that the linear relaxation blames, proved in whole numbers; all of them when it proves nothing.

        Each side may be broken at a price; multipliers under which even the cheapest selection pays something are a proof, and the sides
        that they leave at zero have no part in it.
        """
        rows = [self.program.rows[position] for position in sides]
        program = self.program.with_rows(replace(row, penalty=_FINE, unit=_size(row)) for row in rows)
        duals = linear(program, self.watch).multipliers(program.penalties, self.floors, self.fixed)
        if duals is None:
            return sides
        floors = [*program.floors, *self.floors]
        rounded = certificate.rounded(program, program.penalties, floors, duals)
        if certificate.bound(program, program.penalties, floors, rounded, self.fixed).total >= 0:
            return sides
        return [position for position, multiplier in zip(sides, rounded, strict=False) if multiplier]

    def _search(self, sides: Sides) -> Chosen | None:
        self.watch.check()
        program = self.program.with_rows(self.program.rows[position] for position in sorted(sides))
        if not program.columns:  # nothing to search: no solver takes that
            return None if program.broken(()) else ()
        answer = solver(self.solver_name, program, self.watch).maximise({}, self.floors, self.fixed)
        if answer.chosen is None and not answer.is_proven:
            raise OutOfTime
        return answer.chosen


def conflicts(
    instance: Instance,
    *,
    limit: int = 5,
    solver_name: str = HIGHS,
    cancelled: Callable[[], bool] | None = None,
    evidence: Evidence | None = None,
) -> list[tuple[str, ...]]:
    """Minimal conflicts of the hard rule sides, the smallest found first; empty when the rules can hold together.

    All of them when there are at most `limit`. Sides are written `rule:min`, `rule:max`, `forced_in:ID:in`, `forced_out:ID:out`.
    """
    program = Program(instance)
    question = Feasibility(program, Watch(None, cancelled), solver_name)
    found = minimal_conflicts(question, limit)
    sides = [tuple(program.rows[position].side for position in sorted(conflict)) for conflict in found]
    return sides if evidence is None else _proved(evidence, question, found, sides)


def _proved(evidence: Evidence, question: Feasibility, found: Sequence[Sides], sides: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The conflicts, each with its proof and a selection for each part of it; without those that some selection keeps after all."""
    answer: list[tuple[str, ...]] = []
    for conflict, named in zip(found, sides, strict=True):
        key = f"conflict:{len(answer)}"
        if not evidence.excluded(key, {"only": list(named)}):
            continue
        answer.append(named)
        if key in evidence.claims:
            parts = {question.program.rows[position].side: question.witness(conflict - {position}) for position in conflict}
            evidence.claims[key]["witnesses"] = {
                side: [list(pair) for pair in question.program.selection(chosen or ())] for side, chosen in sorted(parts.items())
            }
    return answer


def minimal_conflicts(question: Feasibility, limit: int) -> list[Sides]:
    """Up to `limit` minimal sets of sides that cannot hold, by branching: every set found loses each of its sides in turn."""
    answer: list[Sides] = []
    queue: deque[Sides] = deque([frozenset()])  # sides put aside
    seen: set[Sides] = {frozenset()}
    while queue and len(answer) < limit:
        aside = queue.popleft()
        conflict = next((one for one in answer if not one & aside), None) or _conflict(question, aside)
        if conflict is None:
            continue
        if conflict not in answer:
            answer.append(conflict)
        for position in sorted(conflict):
            branch = aside | {position}
            if branch not in seen:
                seen.add(branch)
                queue.append(branch)
    return sorted(answer, key=lambda conflict: (len(conflict), sorted(conflict)))


def _conflict(question: Feasibility, aside: Sides) -> Sides | None:
    left = [position for position in question.hard if position not in aside]
    return None if question.holds(left) else minimal(question, left)


def minimal(question: Feasibility, sides: Sequence[int]) -> Sides:
    """A minimal conflict among sides that cannot hold together; empty when even none of them can."""
    if not question.holds(()):
        return frozenset()
    return frozenset(_quickxplain(question, (), False, question.suspects(sides)))


def _quickxplain(question: Feasibility, background: tuple[int, ...], has_changed: bool, sides: Sequence[int]) -> tuple[int, ...]:
    """The part of `sides` that a minimal conflict needs, `background` being kept."""
    if has_changed and not question.holds(background):
        return ()
    if len(sides) == 1:
        return tuple(sides)
    half = len(sides) // 2
    first, second = tuple(sides[:half]), tuple(sides[half:])
    of_second = _quickxplain(question, background + first, bool(first), second)
    of_first = _quickxplain(question, background + of_second, bool(of_second), first)
    return of_first + of_second


def _size(row: Constraint) -> int:
    return max(map(abs, row.coefficients.values()), default=1)
