"""The instance as an integer program: one column per option of a file, one row per side of a rule, no rounding anywhere.

A selection is a set of columns, at most one per file. Every side of a rule is `sum of coefficients >= rhs`; the slack of a soft
side is one more column, the started units that are missing. Shares are multiplied out: `whole * inside - part * total >= 0`.
"""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Self

from portal.text.french import NBSP
from scoring.selection.decimals import decimals
from scoring.selection.instance import Candidate, FundingOption, Instance, InstanceProblem, InvalidInstance, Rule
from scoring.selection.rules import FORCED_IN, FORCED_OUT

EXACT = 2**53  # whole numbers below are exact in a double, and a sum of them too when their sizes add up to less
MAX_COLUMNS = 40_000
MAX_COEFFICIENTS = 1_500_000

Selection = tuple[tuple[str, str], ...]  # (application id, option id), sorted
Chosen = tuple[int, ...]  # columns, sorted
Form = Mapping[int, int]  # what each column is worth, slack columns included; absent: nothing


@dataclass(frozen=True)
class Variable:
    """One option of one application. `value` in units of the scale, `cost` in cents."""

    application: int  # position in canonical order
    option: int
    value: int
    cost: int


@dataclass(frozen=True)
class Constraint:
    """One side of a rule: activity >= rhs. Soft when `penalty` (units of the scale per started `unit`) is set.

    `side` is the rule's id followed by `:min`, `:max`, `:in` or `:out`; a maximum is written with its signs changed. Activities
    are files or cents, times `whole` for a share (the denominator of its bound).
    """

    side: str
    rule: str
    coefficients: Form
    rhs: int
    penalty: int | None = None
    unit: int = 1
    whole: int = 1


@dataclass(frozen=True)
class Floor:
    """A form that must reach `rhs`: a row with its slack column, or what an earlier phase has reached."""

    coefficients: Form
    rhs: int


class Program:
    """Columns, rows and their exact evaluation. Raises InvalidInstance when a sum could leave what is exact.

    `columns` are in canonical order, `columns_of[i]` those of the i-th application. `decimals` is the scale: points × 10^decimals
    are whole numbers. Columns from `len(columns)` on are the slacks of soft rows, in the order of rows.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.decimals = _decimals(instance)
        self.columns: tuple[Variable, ...] = tuple(
            Variable(position, index, int(option.value.scaleb(self.decimals)), option.cost)
            for position, application in enumerate(instance.applications)
            for index, option in enumerate(application.options)
        )
        if len(self.columns) > MAX_COLUMNS:
            raise InvalidInstance(
                (InstanceProblem("applications", "too-large", f"{MAX_COLUMNS} options au plus, tous dossiers confondus."),)
            )
        self.columns_of: list[list[int]] = [[] for _ in instance.applications]
        for number, column in enumerate(self.columns):
            self.columns_of[column.application].append(number)
        self.rows: tuple[Constraint, ...] = tuple(_rows(self))
        self._give_slacks()
        self._guard()

    def _give_slacks(self) -> None:
        self.slack_of: dict[int, int] = {}  # row -> its slack column
        for position, row in enumerate(self.rows):
            if row.penalty is not None:
                self.slack_of[position] = len(self.columns) + len(self.slack_of)

    def with_rows(self, rows: Iterable[Constraint]) -> Self:
        """The same columns under other rows, which must be rows of this program, or smaller."""
        answer = copy(self)
        for name in ("floors", "slack_limits", "penalties", "score"):
            answer.__dict__.pop(name, None)
        answer.rows = tuple(rows)
        answer._give_slacks()
        return answer

    @property
    def width(self) -> int:
        """Number of columns, slacks included."""
        return len(self.columns) + len(self.slack_of)

    @cached_property
    def floors(self) -> tuple[Floor, ...]:
        """The rows, each with its slack column: what a solver must keep."""
        return tuple(
            Floor(row.coefficients if row.penalty is None else {**row.coefficients, self.slack_of[position]: row.unit}, row.rhs)
            for position, row in enumerate(self.rows)
        )

    @cached_property
    def slack_limits(self) -> dict[int, int]:
        """The most that each slack column can be asked: the row at its lowest."""
        return {column: _units(self.rows[position], self._lowest(self.rows[position])) for position, column in self.slack_of.items()}

    # -- What is maximised ------------------------------------------------------------------------------------------

    @cached_property
    def penalties(self) -> dict[int, int]:
        """Minus the penalties of soft rules, on their slack columns."""
        return {column: -(self.rows[position].penalty or 0) for position, column in self.slack_of.items()}

    @cached_property
    def score(self) -> Form:
        """Values minus penalties."""
        return {number: column.value for number, column in enumerate(self.columns)} | self.penalties

    @cached_property
    def thrift(self) -> Form:
        """Minus the cents granted."""
        return {number: -column.cost for number, column in enumerate(self.columns) if column.cost}

    # -- Exact evaluation of a selection ----------------------------------------------------------------------------

    def activity(self, row: Constraint, chosen: Collection[int]) -> int:
        return _sum(row.coefficients, chosen)

    def slack(self, row: Constraint, chosen: Collection[int]) -> int:
        """Started units missing: 0 when the row holds."""
        return _units(row, self.activity(row, chosen))

    def slacks(self, chosen: Collection[int]) -> dict[int, int]:
        """Value of every slack column."""
        return {column: self.slack(self.rows[position], chosen) for position, column in self.slack_of.items()}

    def worth(self, form: Form, chosen: Collection[int]) -> int:
        """Exact value of a form, slacks at their least."""
        return _sum(form, chosen) + sum(
            form[column] * self.slack(self.rows[position], chosen) for position, column in self.slack_of.items() if form.get(column)
        )

    def objective(self, chosen: Collection[int]) -> int:
        return self.worth(self.score, chosen)

    def cost(self, chosen: Iterable[int]) -> int:
        return sum(self.columns[column].cost for column in chosen)

    def broken(self, chosen: Collection[int]) -> list[Constraint]:
        """Hard rows that the selection breaks."""
        return [row for row in self.rows if row.penalty is None and self.activity(row, chosen) < row.rhs]

    def is_feasible(self, chosen: Collection[int]) -> bool:
        files = [self.columns[column].application for column in chosen]
        return len(set(files)) == len(files) and not self.broken(chosen)

    def keeps(self, chosen: Iterable[int], floors: Iterable[Floor]) -> bool:
        """Does a selection keep every hard row, and what earlier phases have reached?"""
        inside = frozenset(chosen)
        return self.is_feasible(inside) and all(self.worth(floor.coefficients, inside) >= floor.rhs for floor in floors)

    # -- Names ------------------------------------------------------------------------------------------------------

    def application(self, column: int) -> Candidate:
        return self.instance.applications[self.columns[column].application]

    def option(self, column: int) -> FundingOption:
        return self.application(column).options[self.columns[column].option]

    def selection(self, chosen: Iterable[int]) -> Selection:
        return tuple(sorted((self.application(column).id, self.option(column).id) for column in chosen))

    def chosen(self, selection: Iterable[tuple[str, str]]) -> Chosen:
        """Columns of a selection. Raises KeyError for a file or an option that the instance does not know."""
        return tuple(sorted(self._column_of[application, option] for application, option in selection))

    @cached_property
    def _column_of(self) -> dict[tuple[str, str], int]:
        return {(self.application(column).id, self.option(column).id): column for column in range(len(self.columns))}

    # -- Sizes ------------------------------------------------------------------------------------------------------

    def _lowest(self, row: Constraint) -> int:
        """The least activity that any selection gives to a row: of each file the option that lowers it most, if any."""
        lowest: dict[int, int] = {}
        for column, coefficient in row.coefficients.items():
            if coefficient < 0:
                application = self.columns[column].application
                lowest[application] = min(lowest.get(application, 0), coefficient)
        return sum(lowest.values())

    def _guard(self) -> None:
        """Refuses an instance in which a sum could reach 2^53, beyond which a double is no longer exact."""
        sizes = [(f"rules.{row.side}", self._size(position, row)) for position, row in enumerate(self.rows)]
        sizes.append(("applications.score", sum(map(abs, self.score.values())) + self._penalty_size()))
        sizes.append(("applications.amounts", sum(map(abs, self.thrift.values()))))
        too_large = tuple(InstanceProblem(where, "too-large", _TOO_LARGE) for where, size in sizes if size >= EXACT)
        if too_large:
            raise InvalidInstance(too_large)

    def _size(self, position: int, row: Constraint) -> int:
        slack = row.unit * self.slack_limits[self.slack_of[position]] if row.penalty is not None else 0
        return sum(map(abs, row.coefficients.values())) + abs(row.rhs) + slack

    def _penalty_size(self) -> int:
        return sum(-penalty * self.slack_limits[column] for column, penalty in self.penalties.items())


_TOO_LARGE = (
    f"Ces nombres sont trop grands ou trop précis pour un calcul exact{NBSP}: réduisez les montants, les décimales ou les pénalités."
)


def _sum(form: Form, chosen: Collection[int]) -> int:
    """Over the columns that are in both, going through the shorter one when `chosen` is a set."""
    if isinstance(chosen, AbstractSet) and len(form) < len(chosen):
        return sum(worth for column, worth in form.items() if column in chosen)
    return sum(form.get(column, 0) for column in chosen)


def _units(row: Constraint, activity: int) -> int:
    return max(0, -((activity - row.rhs) // row.unit))


def _decimals(instance: Instance) -> int:
    """Most decimals among scores, values and penalties."""
    values = (option.value for application in instance.applications for option in application.options)
    scores = (application.score for application in instance.applications)
    penalties = (rule.penalty for rule in instance.rules if rule.penalty is not None)
    return max(map(decimals, chain(values, scores, penalties)), default=0)


def _rows(program: Program) -> Iterable[Constraint]:
    instance = program.instance
    room = MAX_COEFFICIENTS
    for rule in instance.rules:
        for row in _sides(program, rule):
            room -= len(row.coefficients)
            if room < 0:
                message = "Trop de règles portent sur trop de dossiers pour être calculées ensemble."
                raise InvalidInstance((InstanceProblem("rules", "too-large", message),))
            yield row
    columns_of = dict(zip((application.id for application in instance.applications), program.columns_of, strict=True))
    for one in sorted(instance.forced_in):
        yield Constraint(f"{FORCED_IN}:{one}:in", f"{FORCED_IN}:{one}", dict.fromkeys(columns_of[one], 1), 1)
    for one in sorted(instance.forced_out):
        yield Constraint(f"{FORCED_OUT}:{one}:out", f"{FORCED_OUT}:{one}", dict.fromkeys(columns_of[one], -1), 0)


def _sides(program: Program, rule: Rule) -> Iterable[Constraint]:
    penalty = None if rule.penalty is None else int(rule.penalty.scaleb(program.decimals))
    inside = _worths(program, rule, only_inside=True)
    everything = _worths(program, rule, only_inside=False) if rule.measure.is_share else {}
    for end, sign, bound in (("min", 1, rule.minimum), ("max", -1, rule.maximum)):
        if bound is None:
            continue
        part, whole = bound.as_integer_ratio()
        unit = rule.step * whole
        if rule.measure.is_share:
            coefficients = {column: sign * (whole * inside.get(column, 0) - part * worth) for column, worth in everything.items()}
            coefficients = {column: coefficient for column, coefficient in coefficients.items() if coefficient}
            yield Constraint(f"{rule.id}:{end}", rule.id, coefficients, 0, penalty, unit, whole)
        else:
            coefficients = {column: sign * worth for column, worth in inside.items()}
            yield Constraint(f"{rule.id}:{end}", rule.id, coefficients, sign * part, penalty, unit)


def _worths(program: Program, rule: Rule, *, only_inside: bool) -> dict[int, int]:
    """Files or cents that each column brings to a rule, zeros left out."""
    answer: dict[int, int] = {}
    for application, columns in zip(program.instance.applications, program.columns_of, strict=True):
        if only_inside and not rule.scope.holds(application):
            continue
        for column, option in zip(columns, application.options, strict=True):
            worth = option.cents(rule.line) if rule.measure.is_money else 1
            if worth:
                answer[column] = worth
    return answer
