"""HiGHS is not believed on its word: neither on what holds, nor on what is best."""

from scoring.selection.instance import Instance
from scoring.selection.program import Floor, Program
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
