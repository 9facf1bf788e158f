"""The ladder: whatever a solver answers, whole numbers have the last word."""

import pytest

from scoring.selection.instance import Instance
from scoring.selection.phases import Ladder, levels
from scoring.selection.program import Program
from scoring.selection.solvers import SolverAnswer, SolverFailed, linear
from scoring.selection.watch import Watch
from tests.scoring.selection.cases import count, file, instance

FILES = [file("A", "12", rank=1), file("B", "11", rank=2), file("C", "11", rank=3)]
PROGRAM = Program(Instance.from_dict(instance(*FILES, rules=[count("places", max=2)])))


class Liar:
    """A solver that answers what it is told."""

    name, version, parameters = "liar", "1", {}

    def __init__(self, *answers):
        self.answers = list(answers)

    def maximise(self, form, floors=(), fixed=None, start=None):
        return self.answers.pop(0)


class Silent:
    """A relaxation that gives nothing: every phase must be searched."""

    def multipliers(self, form, floors, fixed):
        return None


def ladder(*answers, relaxation=None):
    return Ladder(PROGRAM, Liar(*answers), relaxation or linear(PROGRAM, Watch()))


def test_a_selection_that_breaks_a_rule_is_no_answer():
    with pytest.raises(SolverFailed):
        ladder(SolverAnswer((0, 1, 2), is_proven=True), relaxation=Silent()).climb(PROGRAM.score)


def test_a_selection_that_loses_what_was_reached_is_no_answer():
    climbing = ladder(SolverAnswer((0, 1), is_proven=True), SolverAnswer((1, 2), is_proven=True), relaxation=Silent())
    climbing.climb(PROGRAM.score)
    climbing.keep(PROGRAM.score)

    with pytest.raises(SolverFailed):
        climbing.climb({2: 1})


def test_what_the_bound_proves_is_not_searched_again():
    climbing = ladder(SolverAnswer((0, 2), is_proven=True))
    climbing.climb(PROGRAM.score)
    climbing.keep(PROGRAM.score)

    climbing.climb(PROGRAM.thrift)

    assert (climbing.chosen, climbing.fixed) == ((0, 2), {0: 1})


def test_a_first_phase_that_is_asked_again_is_not_searched_again():
    climbing = ladder(SolverAnswer((0, 1), is_proven=True), SolverAnswer((0, 2), is_proven=True), relaxation=Silent())
    climbing.climb(PROGRAM.score)
    climbing.climb(PROGRAM.score)

    assert (climbing.chosen, len(climbing.solver.answers)) == ((0, 1), 1)

    climbing.climb({2: 1})

    assert climbing.chosen == (0, 2)


def test_levels_go_from_the_highest_score_down():
    assert [(str(score), form) for score, form in levels(PROGRAM)] == [("12", {0: 12}), ("11", {1: 11, 2: 11})]
