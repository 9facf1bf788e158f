"""What to loosen when rules cannot hold together: the cheapest way, then the fewest sides, then the first one in the order of the rules.

A side is loosened by whole steps (`relax_unit`), each at its `relax_weight`, within the bounds that the jury says it would still accept.
The least cost is unique; the three criteria together leave one answer. Other ways, which loosen other sides, follow.
"""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal

from portal.text.canonical import plain
from scoring.selection.explanations.evidence import Evidence, Reach
from scoring.selection.instance import Instance, Rule
from scoring.selection.phases import MOST_WEIGHT, NoSelection
from scoring.selection.program import Chosen, Constraint, Floor, Form, Program, Variable
from scoring.selection.proof.variants import can_be_loosened
from scoring.selection.result import Doctrine
from scoring.selection.rules import Bound
from scoring.selection.solvers import HIGHS, Solver, solver
from scoring.selection.watch import Watch

MOST_STEPS = 4  # beyond, another way would be no easier to read
MOST_PACKED = 2**20  # of a coefficient that holds two questions


@dataclass(frozen=True)
class RelaxationStep:
    """One side loosened: `by` files or cents. `after` is the new bound; None for a share, and for a file forced in or out."""

    side: str
    by: int
    before: Bound
    after: Bound | None

    def to_dict(self) -> dict[str, int | str | None]:
        return {"side": self.side, "by": self.by, "from": _printed(self.before), "to": _printed(self.after)}


@dataclass(frozen=True)
class Relaxation:
    """Sides to loosen together, in the order of the rules. `cost`: weights times steps."""

    cost: Decimal
    steps: tuple[RelaxationStep, ...]


def relaxations(
    instance: Instance,
    *,
    limit: int = 3,
    solver_name: str = HIGHS,
    cancelled: Callable[[], bool] | None = None,
    evidence: Evidence | None = None,
) -> list[Relaxation]:
    """Ways to make the rules hold, the cheapest first, none of which loosens all the sides of another.

    Empty: none within what is negotiable. When the rules hold already, the only answer is to loosen nothing; when more than MOST_STEPS
    sides must be loosened, no other way is sought. Raises Cancelled, SolverFailed.
    """
    elastic, watch = Elastic(instance), Watch(None, cancelled)
    if not elastic.program.columns:  # nobody to select, no side to loosen: no solver takes that
        return [] if elastic.program.broken(()) else [Relaxation(Decimal(0), ())]
    engine = solver(solver_name, elastic.program, watch)
    answer: list[Relaxation] = []
    barred: list[Floor] = []
    while len(answer) < limit:
        search = _Search(elastic.program, engine, [*elastic.links, *barred])
        try:
            loosened = elastic.cheapest(search)
        except NoSelection:
            break
        answer.append(elastic.relaxation(_settled(elastic, evidence, len(answer), search.chosen)))
        if not 0 < len(loosened) <= MOST_STEPS:
            break
        barred.append(Floor(dict.fromkeys(loosened, -1), 1 - len(loosened)))
    return answer


def _settled(elastic: "Elastic", evidence: Evidence | None, number: int, chosen: Chosen) -> Chosen:
    """The selection that shows a way, or for the first way the one that its proof has found cheaper."""
    if evidence is None or not can_be_loosened(evidence.data):
        return chosen
    files = elastic.rigid.selection(column for column in chosen if column < len(elastic.rigid.columns))
    key, change = f"relaxation:{number}", {"loosened": True}
    if number:
        evidence.keep(key, change, files, {})
        return chosen
    found = evidence.settled(key, change, files, Reach.POINTS, Doctrine.SUM)
    return chosen if found is None else elastic.rigid.chosen(found)


class _Search:
    """One question after the other, without the proofs of `phases`: where any side may give way, a relaxation bounds next to nothing."""

    def __init__(self, program: Program, engine: Solver, floors: list[Floor]) -> None:
        self.program, self.engine, self.floors = program, engine, floors
        self.fixed: dict[int, int] = {}
        self.chosen: Chosen = ()

    def climb(self, form: Form, *, is_first: bool = False) -> None:
        """Makes a form largest and keeps it there. Raises NoSelection, Cancelled, SolverFailed."""
        answer = self.engine.maximise(form, self.floors, self.fixed, None if is_first else self.chosen)
        if answer.chosen is None:
            raise NoSelection
        self.chosen = answer.chosen
        self.floors.append(Floor(form, self.program.worth(form, self.chosen)))


class Elastic:
    """The program in which hard sides may be loosened: each becomes soft, and one more column says whether it is loosened at all."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.rules = {rule.id: rule for rule in instance.rules}
        self.rigid = Program(instance)
        self.scale = 10 ** max(
            (-exponent for rule in instance.rules if isinstance(exponent := rule.relax_weight.as_tuple().exponent, int)), default=0
        )
        self.sides = [row for row in self.rigid.rows if row.penalty is None and self._is_negotiable(row)]
        self.program = self._with_switches(self._rows())
        self.switch_of = {row.side: len(self.rigid.columns) + number for number, row in enumerate(self.sides)}
        self.slack_of = {self.program.rows[position].side: column for position, column in self.program.slack_of.items()}
        limits = self.program.slack_limits
        self.links = [Floor({self.switch_of[side]: limits[column], column: -1}, 0) for side, column in self.slack_of.items()]

    def cheapest(self, search: _Search) -> list[int]:
        """The cheapest way, as switches in the order of the rules. Raises NoSelection when there is none."""
        switches = list(self.switch_of.values())
        for number, form in enumerate(self._cost_then_count(switches)):
            search.climb(form, is_first=number == 0)
        for form in _in_order(switches):
            search.climb(form)
            search.fixed |= {switch: int(switch in search.chosen) for switch in form}  # powers of two: only one way is as good
        loosened = [switch for switch in switches if search.fixed[switch]]
        sides = [self.sides[switch - len(self.rigid.columns)].side for switch in loosened]
        slacks = [self.slack_of[side] for side in sides]
        if all(self.program.penalties[slack] for slack in slacks):
            slacks = slacks[:-1]  # the cost being known, the last one follows from the others
        for slack in slacks:
            search.climb({slack: -1})
        return loosened

    def _cost_then_count(self, switches: list[int]) -> list[Form]:
        """The least cost, then the fewest sides: one form when its weights are small."""
        count: Form = dict.fromkeys(switches, -1)
        weight = len(switches) + 1
        if max(map(abs, self.program.penalties.values()), default=0) * weight > MOST_PACKED:
            return [self.program.penalties, count]
        return [{slack: weight * penalty for slack, penalty in self.program.penalties.items()} | dict(count)]

    def relaxation(self, chosen: Chosen) -> Relaxation:
        """What a selection loosens."""
        slacks = self.program.slacks(chosen)
        steps = tuple(self._step(row, slacks[self.slack_of[row.side]]) for row in self.sides if slacks[self.slack_of[row.side]])
        cost = -self.program.worth(self.program.penalties, chosen)
        return Relaxation(Decimal(cost) / self.scale, steps)

    def _rows(self) -> Iterable[Constraint]:
        """Rigid sides as they are, the others soft, and their last acceptable bounds hard."""
        for row in self.rigid.rows:
            if row.penalty is not None:
                continue
            if not self._is_negotiable(row):
                yield row
                continue
            rule = self.rules.get(row.rule)
            weight, unit = (rule.relax_weight, rule.relax_unit) if rule else (Decimal(1), 1)
            yield replace(row, penalty=int(weight * self.scale), unit=unit * row.whole)
        yield from self._last_bounds()

    def _last_bounds(self) -> Iterable[Constraint]:
        """The sides of the rules with their last acceptable bounds in place of their own."""
        last = [replace(rule, minimum=rule.lowest_min, maximum=rule.highest_max) for rule in self.instance.rules if _has_last_bound(rule)]
        program = Program(replace(self.instance, rules=tuple(last), forced_in=(), forced_out=()))
        yield from program.rows

    def _with_switches(self, rows: Iterable[Constraint]) -> Program:
        base = copy(self.rigid)
        first, files = len(base.columns), len(base.columns_of)
        base.columns = (*base.columns, *(Variable(files + number, 0, 0, 0) for number in range(len(self.sides))))
        base.columns_of = [*base.columns_of, *([first + number] for number in range(len(self.sides)))]
        return base.with_rows(rows)

    def _is_negotiable(self, row: Constraint) -> bool:
        rule = self.rules.get(row.rule)
        return rule is None or rule.negotiable

    def _step(self, row: Constraint, units: int) -> RelaxationStep:
        rule = self.rules.get(row.rule)
        if rule is None:
            return RelaxationStep(row.side, units, abs(row.rhs), None)
        is_min = row.side.endswith(":min")
        bound = (rule.minimum if is_min else rule.maximum) or 0
        by = units * rule.relax_unit
        if rule.measure.is_share:
            return RelaxationStep(row.side, by, bound, None)
        last = rule.lowest_min if is_min else rule.highest_max
        after = max(bound - by, last or 0) if is_min else min(bound + by, bound + by if last is None else last)
        return RelaxationStep(row.side, by, bound, after)


def _has_last_bound(rule: Rule) -> bool:
    return not rule.is_soft and rule.negotiable and (rule.lowest_min is not None or rule.highest_max is not None)


def _in_order(switches: list[int]) -> Iterable[Form]:
    """Forms that together prefer to leave the first sides alone, then the next ones."""
    step = MOST_WEIGHT.bit_length() - 1
    for start in range(0, len(switches), step):
        part = switches[start : start + step]
        yield {switch: -(1 << (len(part) - 1 - place)) for place, switch in enumerate(part)}


def _printed(bound: Bound | None) -> int | str | None:
    return plain(bound) if isinstance(bound, Decimal) else bound
