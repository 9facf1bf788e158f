"""Whole numbers have the last word: what a selection found in floating point breaks, and the cut that forbids it.

A cut is true of every selection that keeps the floor: to raise its activity, some column that lowers it must leave or some column that
raises it must enter.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from scoring.selection.program import Floor, Form, Program


def cuts(program: Program, chosen: Collection[int], slacks: Mapping[int, int], floors: Sequence[Floor]) -> list[Floor]:
    """One cut for every hard row, slack column and floor that the answer (`chosen`, `slacks`) gets wrong; empty when it is right."""
    inside = frozenset(chosen)
    exact = program.slacks(inside)
    answer = [_cut(_flips([row.coefficients], inside, len(program.columns)), 1) for row in program.broken(inside)]
    for position, column in program.slack_of.items():
        if slacks.get(column, 0) < exact[column]:
            flips = _flips([program.rows[position].coefficients], inside, len(program.columns))
            answer.append(_cut(flips, exact[column], column))
    for floor in floors:
        if program.worth(floor.coefficients, inside) < floor.rhs:
            soft = [
                program.rows[p].coefficients for p, column in program.slack_of.items() if floor.coefficients.get(column) and exact[column]
            ]
            answer.append(_cut(_flips([floor.coefficients, *soft], inside, len(program.columns)), 1))
    return answer


def _flips(forms: Iterable[Form], inside: frozenset[int], width: int) -> dict[int, int]:
    """Columns whose change raises one of the forms: -1 for one that is in, +1 for one that is out."""
    flips = {}
    for form in forms:
        for column, coefficient in form.items():
            if column < width and (coefficient < 0) == (column in inside):
                flips[column] = -1 if column in inside else 1
    return flips


def _cut(flips: Mapping[int, int], times: int, slack: int | None = None) -> Floor:
    """`times` × (one flip at least), or the slack column at `times`."""
    coefficients = {column: sign * times for column, sign in flips.items()}
    leaving = sum(1 for sign in flips.values() if sign < 0)
    return Floor(coefficients if slack is None else {**coefficients, slack: 1}, times * (1 - leaving))
