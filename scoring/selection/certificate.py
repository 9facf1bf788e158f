"""The proof that nothing is better, in whole numbers: a bonus for each side of a rule, and what follows from it.

For any multipliers λ >= 0 on the floors, every selection that keeps them is worth at most

    L(λ) = sum over files of max(0, best option of (worth + Σ λ a)) + slacks at their best - Σ λ b

whoever found λ. Here λ comes from the linear relaxation, rounded to 10^-12: the bound is exact, however rough the guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.selection.decimals import decimal_text
from scoring.selection.program import Floor, Form, Program

DIGITS = 12
ONE: int = 10**DIGITS  # λ and L are whole numbers of 10^-12


@dataclass(frozen=True)
class Bound:
    """`total`: L × 10^12. `adjusted`: worth of each column with its bonuses, × 10^12."""

    multipliers: tuple[int, ...]
    total: int
    adjusted: tuple[int, ...]

    @property
    def floor(self) -> int:
        """No selection is worth more than this whole number of units."""
        return self.total // ONE


def bound(program: Program, form: Form, floors: Sequence[Floor], multipliers: Sequence[int], fixed: Mapping[int, int]) -> Bound:
    """L(λ) of `form` under `floors` (rows of the program first), the columns of `fixed` being settled."""
    adjusted = [form.get(column, 0) * ONE for column in range(program.width)]
    total = 0
    for floor, multiplier in zip(floors, multipliers, strict=True):
        if multiplier:
            total -= multiplier * floor.rhs
            for column, coefficient in floor.coefficients.items():
                adjusted[column] += multiplier * coefficient
    for columns in program.columns_of:
        if len(columns) == 1 and columns[0] not in fixed:
            total += max(0, adjusted[columns[0]])
        else:
            total += max(worth for _, worth in _choices(columns, adjusted, fixed))
    total += sum(max(0, adjusted[column]) * limit for column, limit in program.slack_limits.items())
    return Bound(tuple(multipliers), total, tuple(adjusted))


def rounded(program: Program, form: Form, floors: Sequence[Floor], duals: Sequence[float]) -> list[int]:
    """Duals as whole numbers of 10^-12, that of a soft row never above what its penalty is worth."""
    answer = [round(dual * ONE) if dual > 0 else 0 for dual in duals]
    for position, column in program.slack_of.items():
        floor = floors[position]
        answer[position] = min(answer[position], -form.get(column, 0) * ONE // floor.coefficients[column])
    return answer


def settled(program: Program, found: Bound, value: int, fixed: Mapping[int, int]) -> dict[int, int]:
    """Columns that have the same value in every selection worth at least `value`, those of `fixed` included."""
    answer, room, adjusted = dict(fixed), found.total - value * ONE, found.adjusted  # room: what a worse choice for a file may lose
    for columns in program.columns_of:
        if len(columns) > 1:
            choices = _choices(columns, adjusted, fixed)
            best = max(worth for _, worth in choices)
            possible = [column for column, worth in choices if best - worth <= room]
            answer |= {column: 0 for column in columns if column not in possible}
            if len(possible) == 1 and possible[0] is not None:
                answer[possible[0]] = 1
        elif columns and columns[0] not in fixed:
            (column,) = columns
            if max(0, -adjusted[column]) > room:
                answer[column] = 0
            elif max(0, adjusted[column]) > room:
                answer[column] = 1
    return answer


def _possible(program: Program, found: Bound, value: int, fixed: Mapping[int, int]) -> Iterator[list[int | None]]:
    """For each file, what may be done with it in a selection worth at least `value`."""
    for columns in program.columns_of:
        choices = _choices(columns, found.adjusted, fixed)
        best = max(worth for _, worth in choices)
        yield [column for column, worth in choices if found.total - best + worth >= value * ONE]


def _choices(columns: Sequence[int], adjusted: Sequence[int], fixed: Mapping[int, int]) -> list[tuple[int | None, int]]:
    """(column, worth) of what may be done with one file; None for leaving it out."""
    taken = [column for column in columns if fixed.get(column) == 1]
    if taken:
        return [(column, adjusted[column]) for column in taken]
    return [(None, 0), *((column, adjusted[column]) for column in columns if column not in fixed)]


def to_dict(program: Program, found: Bound, value: int) -> dict[str, Any]:
    """The certificate of a total of `value` units, in points: what one file or one cent more is worth on each side (for a share: of
    inside - share x total), the bound, the files that are in, or out, in every selection as good."""
    decimals = DIGITS + program.decimals
    possible = list(_possible(program, found, value, {}))
    ids = [application.id for application in program.instance.applications]
    inside = sorted(one for one, choices in zip(ids, possible, strict=True) if None not in choices)
    outside = sorted(one for one, choices in zip(ids, possible, strict=True) if choices == [None])
    bonuses = zip(program.rows, found.multipliers, strict=True)
    return {
        "multipliers": {row.side: decimal_text(multiplier * row.whole, decimals) for row, multiplier in bonuses if multiplier},
        "bound": decimal_text(found.total, decimals),
        "gap": decimal_text(found.floor - value, program.decimals),
        "always_in": inside,
        "always_out": outside,
        "open": len(ids) - len(inside) - len(outside),
    }
