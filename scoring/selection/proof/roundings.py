"""What a share asks in whole files: 37 % of 76 files are 28.12, so 29. The relaxation would see 28.12 until every file is settled."""

from collections.abc import Iterator

from scoring.selection.proof.check_selection import Arithmetic, Row

MOST_NUMBERS = 3  # numbers of files that the rules leave: beyond, each would bring its own


def roundings(problem: Arithmetic) -> list[tuple[int, int]]:
    """(group, k): that the group has k files at most, or that it has k + 1 at least, breaks a share, for one of the numbers of files left."""
    numbers = _numbers(problem) if problem.groups[0] else range(0)
    if not 0 < len(numbers) <= MOST_NUMBERS:
        return []
    groups = {tuple(group): place for place, group in enumerate(problem.groups) if place}
    return list(dict.fromkeys(found for row in problem.rows for found in _of_share(problem, groups, row, numbers)))


def _numbers(problem: Arithmetic) -> range:
    """How many files a selection may take; none where the rules do not bound it on both sides."""
    every = problem.groups[0]
    bounds = {row[0][1]: number for row, number in problem.rows if [c for c, _ in row] == every and len({a for _, a in row}) == 1}
    return range(bounds[1], 1 - bounds[-1]) if bounds.keys() >= {1, -1} else range(0)


def _of_share(problem: Arithmetic, groups: dict[tuple[int, ...], int], row: Row, numbers: range) -> Iterator[tuple[int, int]]:
    """Those of a hard row in which every file of a group counts the same, and every other one the same."""
    coefficients, reached = row
    worths = {a for _, a in coefficients}
    if len(coefficients) != len(problem.groups[0]) or coefficients[-1][0] >= len(problem.choices) or len(worths) != 2:
        return
    for inside in worths:
        group = groups.get(tuple(c for c, a in coefficients if a == inside))
        if group is not None:
            (outside,) = worths - {inside}
            each = inside - outside  # times the files of the group, it must reach what is asked
            asked = [reached - outside * number for number in numbers]
            yield from ((group, one // each) for one in asked if one % each)
