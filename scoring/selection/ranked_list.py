"""The cut of a ranked list by one envelope and one quota. Pure: dataclasses in, dataclasses out, no Django.

The rule, which the screen states in French (docs/selection-rule.md):

1. The list is read in order of merit. A file without a score, or that asks for nothing, cannot be retained.
2. A minimum of the quota reserves places first, for the best files of the group. When the list passes over what does not
   fit, a file of the group takes a reserved place only if the money left can still fill the places that remain; when the
   list stops, the reserved places go to the best files of the group and to no other.
3. The other files are then read in order of merit with what remains. A file beyond the maximum of the quota is refused. A
   file that costs more than what remains is passed over, or stops the list: a parameter.

The answer is unique: same input, same lines, whatever the order in which candidates are given.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Overflow(StrEnum):
    """What happens to the list when a file costs more than what remains."""

    SKIP = "skip"
    STOP = "stop"


class Motive(StrEnum):
    """Why a file is in or out."""

    MERIT = "merit"  # in, and would be without the minimum of the quota
    RESERVED = "reserved"  # in because of the minimum of the quota
    BUDGET = "budget"  # out: `gap` euros are missing at its turn
    LIST_STOPPED = "list_stopped"  # out: the list stopped at `stopped_by`
    QUOTA_MINIMUM = "quota_minimum"  # out: would be in without the minimum, which gave its money to `taken_by`
    QUOTA_MAXIMUM = "quota_maximum"  # out: the places of the group are taken, the last one by `taken_by`
    NO_SCORE = "no_score"
    NO_AMOUNT = "no_amount"


@dataclass(frozen=True)
class Candidate:
    """One file of the ranking. `amount` in euros; `score` is None when nobody marked it."""

    key: str
    name: str
    rank: int
    score: Decimal | None
    amount: Decimal
    in_group: bool = False

    @property
    def merit(self) -> tuple[bool, Decimal, int, str]:
        """Sort key of the order of merit: score, then the rank given, then the key, so that the order is total."""
        return (self.score is None, -(self.score or ZERO), self.rank, self.key)

    @property
    def is_eligible(self) -> bool:
        return self.score is not None and self.amount > 0


@dataclass(frozen=True)
class Quota:
    """How many files of one group may be retained."""

    label: str
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Rules:
    """What the jury sets. `budget` in euros; `waiting_places` is the length of the complementary list."""

    budget: Decimal
    overflow: Overflow = Overflow.SKIP
    quota: Quota | None = None
    waiting_places: int = 0

    @property
    def minimum(self) -> int:
        return (self.quota and self.quota.minimum) or 0

    @property
    def maximum(self) -> int | None:
        return self.quota.maximum if self.quota else None


@dataclass(frozen=True)
class Line:
    """The place of one candidate. `position` counts from 1 in order of merit, without ties."""

    candidate: Candidate
    position: int
    motive: Motive
    gap: Decimal | None = None
    taken_by: Candidate | None = None
    stopped_by: Candidate | None = None
    waiting_rank: int | None = None

    @property
    def is_selected(self) -> bool:
        return self.motive in (Motive.MERIT, Motive.RESERVED)


@dataclass(frozen=True)
class Cut:
    """The whole answer, in order of merit."""

    rules: Rules
    lines: tuple[Line, ...]

    @property
    def selected(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_selected)

    @property
    def amount(self) -> Decimal:
        return sum((line.candidate.amount for line in self.selected), ZERO)

    @property
    def remaining(self) -> Decimal:
        return self.rules.budget - self.amount

    @property
    def group_count(self) -> int:
        return sum(1 for line in self.selected if line.candidate.in_group)

    @property
    def cut_position(self) -> int | None:
        """Position of the first file that the envelope does not reach; None when it reaches every file."""
        short = (Motive.BUDGET, Motive.LIST_STOPPED, Motive.QUOTA_MINIMUM)
        return next((line.position for line in self.lines if line.motive in short), None)


class Problem(StrEnum):
    """Why rules cannot hold together."""

    NO_BUDGET = "no_budget"
    BOUNDS_CROSSED = "bounds_crossed"
    GROUP_TOO_SMALL = "group_too_small"
    MINIMUM_TOO_DEAR = "minimum_too_dear"


class Impossible(Exception):
    """The rules contradict each other, or the ranking. `found` and `gap` are the figures of the sentence."""

    def __init__(self, problem: Problem, rules: Rules, *, found: int = 0, gap: Decimal = ZERO):
        self.problem, self.rules, self.found, self.gap = problem, rules, found, gap
        super().__init__(problem.value)


def cut(candidates: Iterable[Candidate], rules: Rules) -> Cut:
    """Apply `rules` to the ranking. Raises Impossible when no selection can hold them."""
    files = sorted(candidates, key=lambda candidate: candidate.merit)
    if rules.budget <= 0:
        raise Impossible(Problem.NO_BUDGET, rules)
    if rules.maximum is not None and rules.minimum > rules.maximum:
        raise Impossible(Problem.BOUNDS_CROSSED, rules)
    reserved = _reserve(files, rules)
    walk = _walk(files, rules, reserved)
    unforced = _walk(files, rules, frozenset()) if reserved else walk
    return Cut(rules, _with_waiting_list(_explain(files, reserved, walk, unforced), rules))


def _reserve(files: list[Candidate], rules: Rules) -> frozenset[str]:
    """Keys of the files that take the reserved places."""
    group = [file for file in files if file.in_group and file.is_eligible]
    if len(group) < rules.minimum:
        raise Impossible(Problem.GROUP_TOO_SMALL, rules, found=len(group))
    needed = _total(group[: rules.minimum]) if rules.overflow == Overflow.STOP else _cheapest(group, rules.minimum)
    if needed > rules.budget:
        raise Impossible(Problem.MINIMUM_TOO_DEAR, rules, gap=needed - rules.budget)
    if rules.overflow == Overflow.STOP:
        return frozenset(file.key for file in group[: rules.minimum])
    kept: list[Candidate] = []
    left = rules.budget
    for index, file in enumerate(group):
        places, later = rules.minimum - len(kept) - 1, group[index + 1 :]
        if places < 0:
            break
        if places <= len(later) and file.amount + _cheapest(later, places) <= left:
            kept.append(file)
            left -= file.amount
    return frozenset(file.key for file in kept)


@dataclass
class _Walk:
    """One reading of the list: who is in, and what stopped the others."""

    selected: frozenset[str]
    refusals: dict[str, Line]


def _walk(files: list[Candidate], rules: Rules, reserved: frozenset[str]) -> _Walk:
    """Read the list in order of merit with what the reserved places leave."""
    left = rules.budget - _total(file for file in files if file.key in reserved)
    members = [file for file in files if file.key in reserved and file.in_group]
    selected, refusals = set(reserved), {}
    stopped_by: Candidate | None = None
    for position, file in enumerate(files, start=1):
        if file.key in reserved:
            continue
        if not file.is_eligible:
            refusals[file.key] = Line(file, position, Motive.NO_SCORE if file.score is None else Motive.NO_AMOUNT)
        elif file.in_group and rules.maximum is not None and len(members) >= rules.maximum:
            last = max(members, key=lambda member: member.merit, default=None)
            refusals[file.key] = Line(file, position, Motive.QUOTA_MAXIMUM, taken_by=last)
        elif stopped_by:
            refusals[file.key] = Line(file, position, Motive.LIST_STOPPED, stopped_by=stopped_by)
        elif file.amount > left:
            refusals[file.key] = Line(file, position, Motive.BUDGET, gap=file.amount - left)
            stopped_by = file if rules.overflow == Overflow.STOP else None
        else:
            selected.add(file.key)
            left -= file.amount
            members += [file] if file.in_group else []
    return _Walk(frozenset(selected), refusals)


def _explain(files: list[Candidate], reserved: frozenset[str], walk: _Walk, unforced: _Walk) -> list[Line]:
    """One line per file, comparing the selection with what it would be without the minimum of the quota.

    Whenever a file is out only because of the minimum, at least one file is in only because of it (if every reserved file
    were in anyway, both readings would be the same): displaced files and takers are matched in order of merit.
    """
    takers = [file for file in files if file.key in reserved and file.key not in unforced.selected]
    lines, displaced = [], 0
    for position, file in enumerate(files, start=1):
        if file.key in walk.selected:
            forced = file.key in reserved and file.key not in unforced.selected
            lines.append(Line(file, position, Motive.RESERVED if forced else Motive.MERIT))
        elif file.key in unforced.selected:
            taker = takers[min(displaced, len(takers) - 1)]
            displaced += 1
            lines.append(Line(file, position, Motive.QUOTA_MINIMUM, gap=walk.refusals[file.key].gap, taken_by=taker))
        else:
            lines.append(walk.refusals[file.key])
    return lines


def _with_waiting_list(lines: list[Line], rules: Rules) -> tuple[Line, ...]:
    """Give the first refused files that could be funded one day their rank on the complementary list."""
    answer, given = [], 0
    for line in lines:
        if not line.is_selected and line.candidate.is_eligible and given < rules.waiting_places:
            given += 1
            line = Line(line.candidate, line.position, line.motive, line.gap, line.taken_by, line.stopped_by, given)
        answer.append(line)
    return tuple(answer)


def _cheapest(files: list[Candidate], places: int) -> Decimal:
    """What the `places` cheapest of these files cost."""
    return sum(sorted(file.amount for file in files)[:places], ZERO)


def _total(files: Iterable[Candidate]) -> Decimal:
    return sum((file.amount for file in files), ZERO)
