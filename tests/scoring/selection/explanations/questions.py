"""Questions about one file put to the parts of the explanations: why not this one, why not this one rather than that one, which exchanges
would be better."""

from collections.abc import Iterator
from dataclasses import dataclass

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.losses import Loss, Losses
from scoring.selection.explanations.pairs import Exchanges, Pair
from scoring.selection.explanations.prices import price, rule_ids
from scoring.selection.explanations.refusals import Ground, Grounds
from scoring.selection.explanations.sentences import FileSentences
from scoring.selection.solve import Doctrine


@dataclass(frozen=True)
class WhyNot:
    """Why one file is in or out. `loss`: what its other status would cost in points, None under the doctrine of merit."""

    motive: Ground
    loss: Loss | None
    sentence: str


def why_not(case: Case, application_id: str, *, exact: bool = False) -> WhyNot:
    """Why a file is in or out. `exact`: the loss is sought if arithmetic does not give it, and shown by the nearest selection.

    Raises KeyError for an unknown file, Cancelled, OutOfTime.
    """
    position = _position(case, application_id)
    exchanges = Exchanges(case)
    motive = Grounds(case, exchanges, {rule: price(case, rule) for rule in rule_ids(case)}).motive(position)
    loss = None
    if case.doctrine is Doctrine.SUM:
        losses = Losses(case, exchanges)
        loss = losses.loss(position, search=exact)
        loss = losses.closest(position, loss) if exact and loss is not None else loss
    told = FileSentences(case.names).told(application_id, motive, loss, is_selected=position in case.column_of)
    return WhyNot(motive, loss, told)


def why_not_pair(case: Case, entering: str, leaving: str) -> tuple[Pair, str]:
    """Why a refused file does not take the place of a selected one, at once: each of its options is tried, the best is told.

    Raises KeyError for an unknown file, ValueError when the first is selected or the second is not.
    """
    inside, outside = _position(case, leaving), _position(case, entering)
    if outside in case.column_of or inside not in case.column_of:
        raise ValueError("the first file must be refused, and the second selected")
    exchanges = Exchanges(case)
    pairs = [exchanges.pair(column, case.column_of[inside]) for column in case.program.columns_of[outside]]
    best = min(pairs, key=lambda pair: sum(1 for broken in pair.broken if not broken.penalty))
    return best, FileSentences(case.names).pair(best)


def _position(case: Case, application_id: str) -> int:
    return case.instance.applications.index(case.instance.by_id[application_id])


def unexplained(exchanges: Exchanges) -> Iterator[tuple[str, str]]:
    """(file that enters, file that leaves) of every exchange that would be better: none for the best selection."""
    program = exchanges.case.program
    for position in exchanges.case.refused:
        for column in program.columns_of[position]:
            for place in exchanges.free(column):
                leaving = int(exchanges.leaving[place])
                if exchanges.judged(column, leaving) is None:
                    yield program.application(column).id, program.application(leaving).id
