"""Cuts that forbid what floating point let through, and nothing else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection.instance import Instance
from scoring.selection.program import Floor, Program
from scoring.selection.solvers.repair import cuts
from tests.scoring.selection.cases import legal
from tests.scoring.selection.strategies import instances
from tests.scoring.selection.test_program import selections


def reached(program, floor, chosen, slacks):
    return sum(floor.coefficients.get(column, 0) for column in chosen) + sum(
        floor.coefficients.get(column, 0) * units for column, units in slacks.items()
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(instances().filter(legal), st.data())
def test_a_cut_forbids_the_wrong_answer_and_keeps_every_right_one(value, data):
    program = Program(Instance.from_dict(value))
    wrong, right = data.draw(selections(program)), data.draw(selections(program))
    too_little = {column: max(0, units - 1) for column, units in program.slacks(wrong).items()}
    floors = [Floor(program.score, program.objective(right))]

    made = cuts(program, wrong, too_little, floors)

    is_wrong = program.broken(wrong) or too_little != program.slacks(wrong) or program.objective(wrong) < floors[0].rhs
    assert bool(made) == bool(is_wrong)
    assert all(reached(program, cut, wrong, too_little) < cut.rhs for cut in made)
    if program.is_feasible(right):
        assert all(reached(program, cut, right, program.slacks(right)) >= cut.rhs for cut in made)
