"""What a bound settles: a choice is settled when any other one would bring the bound below what is reached."""

import pytest

from scoring.selection import certificate
from scoring.selection.instance import Instance
from scoring.selection.program import Program
from scoring.selection.solve import solve
from scoring.selection.solvers import linear
from scoring.selection.watch import Watch
from tests.scoring.selection.families import family


@pytest.mark.parametrize(("name", "size"), [("places", 30), ("envelopes", 20), ("levels", 10)])
def test_what_is_settled_is_what_the_bound_of_any_other_choice_excludes(name, size):
    read = Instance.from_dict(family(name, size, 4))
    program = Program(read)
    value = program.objective(program.chosen(solve(read).selection))
    duals = linear(program, Watch()).multipliers(program.score, [], {})
    weights = certificate.rounded(program, program.score, program.floors, duals)

    def reaches(choice, columns):
        fixed = {column: int(column == choice) for column in columns}
        return certificate.bound(program, program.score, program.floors, weights, fixed).total >= value * certificate.ONE

    left = [[choice for choice in (*columns, None) if reaches(choice, columns)] for columns in program.columns_of]

    found = certificate.settled(program, certificate.bound(program, program.score, program.floors, weights, {}), value, {})

    expected = {
        column: int([column] == choices)
        for columns, choices in zip(program.columns_of, left, strict=True)
        for column in columns
        if [column] == choices or column not in choices
    }
    assert found == expected
    assert 0 < len(found) < len(program.columns)
