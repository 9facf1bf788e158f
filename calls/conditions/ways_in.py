"""The one act that would make a condition true: which, and by when. Only what somebody can change has one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from calls.conditions.catalogue import Catalogue, Remedy, Term
from calls.conditions.domains import TooManyWays, standing_for_all
from calls.conditions.evaluation import Asked, Facts, fact, truth_of
from calls.conditions.references import Reference
from calls.conditions.sentences import sought
from calls.conditions.tree import Comparison, Condition, Not, atoms_in, plain_form, references_in
from calls.conditions.truth import Truth
from calls.questions.comparison import Operator


@dataclass(frozen=True)
class WayIn:
    """One act that is enough. `value`: one that the fact may take for the condition to hold."""

    reference: Reference
    value: Any
    sentence: str


@dataclass(frozen=True)
class _With:
    """The facts, but for one."""

    facts: Facts
    changed: Reference
    value: Any

    def get(self, reference: Reference, /) -> Any:
        return self.value if reference == self.changed else self.facts.get(reference)


def ways_in(condition: Condition, facts: Facts, catalogue: Catalogue) -> list[WayIn]:
    """Each fact that somebody can change and that alone would make the condition true, in the order of the condition; none when it holds."""
    if truth_of(condition, facts) is Truth.TRUE:
        return []
    order = list(dict.fromkeys(atom.reference for atom in atoms_in(condition)))
    order += sorted(references_in(condition) - set(order))
    return [way for reference in order for way in _way(condition, reference, facts, catalogue)]


def _way(condition: Condition, reference: Reference, facts: Facts, catalogue: Catalogue) -> Iterator[WayIn]:
    term = catalogue.term(reference)
    if term.remedy is None or reference.part or fact(reference, facts) is Asked.NOT:
        return
    comparisons = [
        atom for atom in atoms_in(condition) if isinstance(atom, Comparison) and atom.reference == reference and not _is_pair(atom)
    ]
    if not comparisons:
        return
    try:
        values = standing_for_all(term, comparisons)
    except TooManyWays:
        return
    value = next((each for each in values if truth_of(condition, _With(facts, reference, each)) is Truth.TRUE), None)
    if value is not None:
        yield WayIn(reference, value, _told(condition, comparisons, term, term.remedy, value, catalogue))


def _is_pair(atom: Comparison) -> bool:
    return isinstance(atom.operand, Reference)


def _told(condition: Condition, comparisons: list[Comparison], term: Term, remedy: Remedy, value: Any, catalogue: Catalogue) -> str:
    """What to do, with what is wanted where one comparison says it, else with one value that would do."""
    only = comparisons[0] if len(comparisons) == 1 else None
    is_denied = only is not None and Not(only) in set(_literals(plain_form(condition)))
    if only is not None and not is_denied and only.operator is not Operator.IS_ANSWERED:
        aim = sought(only, catalogue)
    else:
        aim = f"par exemple {term.written(value)}" if not isinstance(value, frozenset) else "autre chose"
    return f"{remedy.says.format(aim)}{f', {remedy.by}' if remedy.by else ''}."


def _literals(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Comparison | Not):
        yield condition
    for part in getattr(condition, "conditions", ()):
        yield from _literals(part)
