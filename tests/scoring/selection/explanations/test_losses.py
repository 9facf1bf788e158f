"""What the other status of a file would cost, against the brute-force judge."""

from hypothesis import given, settings

from portal.text.canonical import plain
from scoring.selection.explanations.losses import Losses
from scoring.selection.explanations.pairs import Exchanges
from tests.scoring.selection.explanations.cases import solvable
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import instances


@settings(max_examples=60, deadline=None)
@given(instances())
def test_losses_are_those_of_the_judge(value):
    case = solvable(value)
    losses = Losses(case, Exchanges(case))

    found = {case.id(position): _text(losses.loss(position)) for position in range(len(case.instance.applications))}

    assert found == Oracle(value).flip_loss()


@settings(max_examples=60, deadline=None)
@given(instances())
def test_what_arithmetic_settles_needs_no_search(value):
    case = solvable(value)
    losses = Losses(case, Exchanges(case))
    settled = {case.id(position): losses.loss(position, search=False) for position in range(len(case.instance.applications))}

    found = {key: _text(loss) for key, loss in settled.items() if loss is not None}

    judge = Oracle(value).flip_loss()
    assert found == {key: judge[key] for key in found}


@settings(max_examples=60, deadline=None)
@given(instances())
def test_the_example_is_a_selection_that_loses_just_that(value):
    case = solvable(value)
    losses = Losses(case, Exchanges(case))
    known = {position: losses.loss(position) for position in range(len(case.instance.applications))}

    found = {
        position: (losses.known[position][0], _status(case, losses, position))
        for position, loss in known.items()
        if loss.points is not None
    }

    wanted = {position: (case.objective - int(known[position].points.scaleb(case.program.decimals)), True) for position in found}
    assert found == wanted


def _status(case, losses, position):
    """Does the example keep every rule, and give the file the other status?"""
    example = losses.known[position][1]
    selected = position in {case.program.columns[column].application for column in example}
    return case.program.is_feasible(example) and selected != (position in case.column_of)


def _text(loss):
    return None if loss.points is None else plain(loss.points)
