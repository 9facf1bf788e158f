"""HiGHS is not believed on its word: neither on what holds, nor on what is best."""

import highspy
import pytest

from scoring.selection.instance import Instance
from scoring.selection.program import Floor, Program
from scoring.selection.solve import Doctrine, Status, solve
from scoring.selection.solvers import SolverFailed
from scoring.selection.solvers.highs import Highs
from scoring.selection.watch import Watch
from tests.scoring.selection.cases import amount, file, instance


def test_answer_whose_proof_is_short_is_asked_to_be_bettered(monkeypatch):
    files = [file(name, "12.5", 100, rank=rank) for rank, name in enumerate("abc")]
    program = Program(Instance.from_dict(instance(*files, rules=[amount("money", max=200)])))
    asked = []

    def doubted(self, highs, form, chosen):
        asked.append(program.worth(form, chosen))
        return Floor(form, asked[-1] + 1)

    monkeypatch.setattr(Highs, "_better", doubted)

    answer = Highs(program, Watch(10)).maximise(program.score)

    assert answer.is_proven
    assert program.worth(program.score, answer.chosen) == 250
    assert asked == [250]


def test_a_cent_beside_millions_is_not_dropped():
    """One file of a cent makes the minimum reachable: HiGHS used to drop its coefficient, with a warning that nobody read."""
    amounts = (1, 1_055_319_395, 189_728_053, 189_414_142, 95_751_300, 135_762_913)
    scores = ("15", "12", "12", "10", "11", "11")
    files = [file(f"f{rank}", score, cents, rank=rank) for rank, (score, cents) in enumerate(zip(scores, amounts, strict=True))]
    rules = [amount("money", min=1_434_461_591), {"id": "places", "label": "Places", "measure": "count", "max": 4}]

    result = solve(Instance.from_dict(instance(*files, rules=rules)))

    assert (result.status, result.objective) == (Status.PROVEN, 49)
    assert [key for key, _ in result.selection] == ["f0", "f1", "f2", "f3"]


@pytest.mark.parametrize("call", ["passModel", "run"])
def test_what_highs_answers_with_a_warning_is_not_called_the_best(monkeypatch, call):
    files = [file(name, "12.5", 100, rank=rank) for rank, name in enumerate("abc")]
    program = Program(Instance.from_dict(instance(*files, rules=[amount("money", max=200)])))
    heard = getattr(highspy.Highs, call)

    def warned(self, *args):
        heard(self, *args)
        return highspy.HighsStatus.kWarning

    monkeypatch.setattr(highspy.Highs, call, warned)

    answer = Highs(program, Watch(10)).maximise(program.score)

    assert program.worth(program.score, answer.chosen) == 250
    assert not answer.is_proven


def test_rules_are_not_called_impossible_on_a_warning(monkeypatch):
    program = Program(Instance.from_dict(instance(file("a", "12.5", 100, rank=1), rules=[amount("money", min=200)])))
    heard = highspy.Highs.run

    def warned(self, *args):
        heard(self, *args)
        return highspy.HighsStatus.kWarning

    monkeypatch.setattr(highspy.Highs, "run", warned)

    with pytest.raises(SolverFailed, match="with warnings"):
        Highs(program, Watch(10)).maximise(program.score)


@pytest.mark.parametrize(("cents", "is_proven"), [(8_000_000_000, True), (9_000_000_001, False)])
def test_what_is_below_the_tolerance_is_not_sworn(cents, is_proven):
    """One cent beside 85 million euros is less than the tolerance: HiGHS cannot tell that it is missing."""
    files = [file("a", "12", cents, rank=1), file("b", "11", 3, rank=2)]
    program = Program(Instance.from_dict(instance(*files, rules=[amount("money", max=cents)])))

    answer = Highs(program, Watch(10)).maximise(program.score)

    assert (answer.chosen, answer.is_proven) == ((0,), is_proven)


def test_what_rests_on_a_solver_says_so():
    files = [file(name, "12.5", 100, rank=rank) for rank, name in enumerate("abc")]
    sentences = {solve(Instance.from_dict(instance(*files, rules=[amount("money", max=200)])), doctrine).sentence for doctrine in Doctrine}

    assert len(sentences) == 2
    assert all("d’après le solveur" in sentence and "prouvé" not in sentence for sentence in sentences)
