"""Files whose status nothing but money or submission has decided: some selection gives them the other one, and is as good in points."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.evidence import Reach
from scoring.selection.phases import Ladder, climb_levels
from scoring.selection.program import Chosen, Floor
from scoring.selection.solve import Doctrine


class Decider(StrEnum):
    COST = "cost"  # every selection as good in points that gives the file the other status is dearer
    RANK = "rank"  # one of them costs the same: submission decided


@dataclass(frozen=True)
class Tie:
    id: str
    decided_by: Decider


def ties(case: Case) -> list[Tie]:
    """The tied files in canonical order. Under the doctrine of merit « as good » means the same value at every score.

    The bound says at once that most files are not. For the others, the selection that is as good and changes the most files is sought,
    until it changes none: first at the same cost, then at any. Raises Cancelled.
    """
    plateau = _plateau(case)
    unknown = [position for position in range(len(case.instance.applications)) if len(plateau.choices(position)) > 1]
    same_cost = Floor(case.program.thrift, case.program.worth(case.program.thrift, case.chosen))
    by_rank = _changed(case, plateau, unknown, [same_cost])
    by_cost = _changed(case, plateau, [position for position in unknown if position not in by_rank], [])
    deciders = {position: _settled(case, position, witness, Decider.RANK) for position, witness in by_rank.items()}
    deciders |= {position: _settled(case, position, witness, Decider.COST) for position, witness in by_cost.items()}
    return [Tie(case.id(position), deciders[position]) for position in sorted(deciders)]


def _settled(case: Case, position: int, witness: Chosen, decider: Decider) -> Decider:
    """What decided: the proof that the others are dearer may meet one that is not."""
    key, change, cost = f"tie:{case.id(position)}", case.flip(position), case.program.cost(case.chosen)
    if decider is Decider.COST:
        found = case.settled(key, change, witness, Reach.DEARER) or witness
        if case.program.cost(found) > cost:
            return decider
        witness = found
    if case.evidence is not None:
        case.evidence.keep(key, change, case.program.selection(witness), {})
    return Decider.RANK


def _plateau(case: Case) -> Ladder:
    """All selections as good as this one in points: what they must keep, and what they all share."""
    ladder = case.ladder(start=case.chosen)
    if case.doctrine is Doctrine.SUM:
        ladder.climb(case.program.score)
        ladder.keep(case.program.score)
    else:
        climb_levels(ladder)
        ladder.climb(case.program.penalties)
        ladder.keep(case.program.penalties)
    return ladder


def _changed(case: Case, plateau: Ladder, unknown: Collection[int], floors: Collection[Floor]) -> dict[int, Chosen]:
    """The files, among the unknown ones, that some selection as good puts in the other status, with that selection."""
    found: dict[int, Chosen] = {}
    while left := [position for position in unknown if position not in found]:
        form = {column: -1 if position in case.column_of else 1 for position in left for column in case.program.columns_of[position]}
        ladder = case.ladder(fixed=plateau.fixed, floors=[*plateau.floors, *floors], start=case.chosen)
        ladder.climb(form)
        other = ladder.chosen or ()
        there = {case.program.columns[column].application for column in other}
        changed = (there ^ case.column_of.keys()).intersection(left)
        if not changed:
            break
        found |= dict.fromkeys(changed, other)
    return found
