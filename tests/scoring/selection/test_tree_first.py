"""The tree answers first, in whole numbers; a search of HiGHS that fails or never comes back costs time, and no answer."""

import threading

import highspy
import pytest
from hypothesis import given, settings

from scoring.selection.explanations.conflicts import conflicts
from scoring.selection.instance import Instance
from scoring.selection.solve import Doctrine, Status, solve
from scoring.selection.solvers import CPSAT, SolverAnswer, SolverFailed, highs, tree_first
from scoring.selection.solvers.highs import Highs
from tests.scoring.selection.cases import amount, count, file, instance, legal
from tests.scoring.selection.families import family
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.proof.answers import proved
from tests.scoring.selection.strategies import instances

DEAF = instance(  # HiGHS 1.14 has searched for ever on it
    file("F00", "1", 6_995_709_885, "c", rank=3),
    file("F01", "0.000094", 9_288_913, "a", "b", rank=5),
    file("F02", "0.000071", 71, "a", "c", rank=7),
    file("F03", "1", 5_692_836, "a", "b", rank=2),
    file("F04", "7013168", 45_958_255_612, "c", rank=7),
    file("F05", "3", 5_464_741, "b", rank=10),
    file("F06", "1970648", 66, "a", "c", rank=6),
    file("F07", "5.0", 85_728_333_322, "c", rank=4),
    file("F08", "4111443", 2_044_120, "b", "d", rank=8),
    file("F09", "14", 8_582_818, "c", rank=6),
    rules=[
        {"id": "share", "label": "Part", "scope": {"any": ["a", "c"]}, "measure": "count_share", "min": "0.666666"},
        count("wished", "b", max=6, penalty="100000"),
        count("most", "b", max=2),
        amount("envelope", max=45_977_996_076, penalty="0.000001", unit=1),
    ],
)


@pytest.fixture
def _deaf(monkeypatch):
    """A search that never comes back, asked at once: the threads that began one."""
    begun, end, run = [], threading.Event(), highspy.Highs.run

    def deaf(self):
        if threading.current_thread() is threading.main_thread():
            return run(self)
        begun.append(self)
        end.wait()
        return highspy.HighsStatus.kError

    monkeypatch.setattr(highspy.Highs, "run", deaf)
    monkeypatch.setattr(tree_first, "FIRST_LINES", 0)
    for name in ("LONGEST_SILENCE", "FIRST_LOOK", "LOOK"):
        monkeypatch.setattr(highs, name, 0.01)
    yield begun
    end.set()


@pytest.mark.parametrize("doctrine", Doctrine)
def test_a_cent_beside_hundreds_of_millions_is_answered_by_the_tree(doctrine):
    result = solve(Instance.from_dict(DEAF), doctrine)

    assert (result.status, [list(pair) for pair in result.selection]) == (Status.PROVEN, Oracle(DEAF).summary(doctrine)["selected"])
    assert (result.parameters["answers_tree"], result.parameters["answers_highs"]) == (1, 0)


@pytest.mark.parametrize("doctrine", Doctrine)
def test_a_search_that_never_comes_back_is_begun_once_and_the_tree_answers(doctrine, _deaf):
    value = family("envelopes", 12, 3)

    result = solve(Instance.from_dict(value), doctrine)

    assert (result.status, [list(pair) for pair in result.selection]) == (Status.PROVEN, Oracle(value).summary(doctrine)["selected"])
    assert result.parameters["answers_highs"] == 0
    assert len(_deaf) == 1


def test_why_rules_contradict_is_said_all_the_same(_deaf):
    files = [file(name, "12", 100, "agri", rank=rank) for rank, name in enumerate("abc")]
    value = instance(*files, rules=[count("agri", "agri", min=2), amount("money", max=150)])

    assert conflicts(Instance.from_dict(value)) == [("agri:min", "money:max")]


@pytest.mark.parametrize("doctrine", Doctrine)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(instances(sizes=(0, 8)).filter(legal))
def test_the_tree_alone_finds_what_enumeration_finds(doctrine, value):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Highs, "maximise", _fails)
        patch.setattr(tree_first, "FIRST_LINES", 2)

        result = solve(Instance.from_dict(value), doctrine)

    assert result.status is not Status.BOUNDED
    assert [list(pair) for pair in result.selection or ()] == Oracle(value).summary(doctrine).get("selected", [])


def _fails(*_):
    raise SolverFailed


def test_what_the_search_of_highs_found_is_kept_by_the_tree(monkeypatch):
    search, read = Highs.maximise, Instance.from_dict(family("levels", 12, 2))
    other = solve(read, solver=CPSAT)
    monkeypatch.setattr(tree_first, "FIRST_LINES", 0)
    monkeypatch.setattr(Highs, "maximise", lambda *arguments: SolverAnswer(search(*arguments).chosen, is_proven=False))

    result = solve(read)

    assert (result.status, result.selection) == (Status.PROVEN, other.selection)
    assert result.parameters["answers_highs"] == 0


@pytest.mark.parametrize("names", ["highs,cpsat", "cpsat,highs"])
@pytest.mark.parametrize("doctrine", Doctrine)
def test_several_searches_are_asked_in_turn_and_one_answer_comes_out(doctrine, names, monkeypatch):
    pytest.importorskip("ortools")
    monkeypatch.setattr(tree_first, "FIRST_LINES", 0)
    monkeypatch.setattr(Highs, "maximise", _fails)
    value = family("envelopes", 12, 3)

    result = solve(Instance.from_dict(value), doctrine, solver=names)

    assert (result.status, [list(pair) for pair in result.selection]) == (Status.PROVEN, Oracle(value).summary(doctrine)["selected"])
    assert (result.solver, result.parameters["answers_highs"]) == (names, 0)
    assert result.parameters["answers_cpsat"] > 0


def test_a_large_instance_asks_highs_first_and_builds_no_tree(monkeypatch):
    asked = []
    monkeypatch.setattr(tree_first, "Search", lambda *arguments: asked.append(arguments))

    result = solve(Instance.from_dict(family("places", tree_first.SMALL, 1)))

    assert (result.status, result.parameters["answers_tree"], asked) == (Status.PROVEN, 0, [])
    assert result.parameters["answers_highs"] > 0


@pytest.mark.parametrize("doctrine", Doctrine)
def test_the_tree_answers_for_a_large_instance_whose_search_failed(doctrine, monkeypatch):
    read = Instance.from_dict(family("places", tree_first.SMALL, 1))
    found = solve(read, doctrine)
    monkeypatch.setattr(Highs, "maximise", _fails)

    result = solve(read, doctrine)

    assert (result.status, result.selection) == (Status.PROVEN, found.selection)
    assert result.parameters["answers_tree"] > 0


def test_what_is_sworn_of_a_selection_that_breaks_a_rule_is_not_believed(monkeypatch):
    read = Instance.from_dict(family("places", tree_first.SMALL, 1))
    found = solve(read)
    monkeypatch.setattr(Highs, "maximise", lambda self, *_: SolverAnswer(tuple(range(len(self.program.columns))), is_proven=True))

    result = solve(read)

    assert (result.status, result.selection) == (Status.PROVEN, found.selection)
    assert result.parameters["answers_highs"] == 0


def test_what_is_sworn_is_never_worse_than_what_the_tree_has_met(monkeypatch):
    """A search that swears by the selection it was given, or by a worse one."""
    value = family("places", 12, 1)
    monkeypatch.setattr(tree_first, "FIRST_LINES", 3)
    monkeypatch.setattr(Highs, "maximise", lambda self, *_: SolverAnswer((), is_proven=True))

    result = proved(value)

    assert [list(pair) for pair in result.selection] == Oracle(value).summary()["selected"]
