"""What each rule costs: the best selection without it, compared with the best one with it.

Where places or an envelope are bounded, dropping the bound says little; one unit more or less says what it is worth.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.evidence import Reach
from scoring.selection.explanations.names import BrokenRule
from scoring.selection.instance import Rule
from scoring.selection.phases import Ladder
from scoring.selection.program import Chosen, Constraint, Program
from scoring.selection.proof.variants import Change
from scoring.selection.rules import Measure
from scoring.selection.solve import Doctrine
from scoring.selection.solvers import SolverFailed


class PriceProof(StrEnum):
    CERTIFICATE = "certificate"  # whole-number arithmetic on the bound: no search
    RESOLVE = "resolve"  # the best selection without the rule, found and proved


@dataclass(frozen=True)
class Marginal:
    """One `step` (files or cents) more, or less: points gained, None when the rules could not hold; who enters and leaves with more."""

    step: int
    more: Decimal | None
    less: Decimal | None
    enters: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looser:
    """The best selection when a count gives way by one file (`reached`): points gained, who enters and leaves."""

    reached: BrokenRule
    points: Decimal
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class Price:
    """What a rule costs. `points`: gained by the best selection without it; under the doctrine of merit they may be lost. None, as is
    `proof`, when time ran out.

    `enters` and `leaves` are displaced by the rule: who would be in, and out, without it. `reached` is what the rule would then come to:
    loosened that far, it lets the same files in. `looser`: a first step towards it, when there is one.
    """

    rule: str
    points: Decimal | None = None
    proof: PriceProof | None = None
    enters: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    reached: BrokenRule | None = None
    looser: Looser | None = None
    marginal: Marginal | None = None

    def letting_in(self, application_id: str) -> BrokenRule | None:
        """The least loosening known to let a file in."""
        return self.looser.reached if self.looser and application_id in self.looser.enters else self.reached


def rule_ids(case: Case) -> list[str]:
    """Rules of the instance in order, then the files forced in and out."""
    return list(dict.fromkeys(row.rule for row in case.program.rows))


def price(case: Case, rule_id: str) -> Price:
    """The price of one rule, both sides together."""
    marginal = _marginal(case, case.names.rules[rule_id]) if has_marginal(case, rule_id) else None
    key, change, program = f"price:{rule_id}", {"without": [rule_id]}, case.without([rule_id])
    ladder = case.ladder(program, start=case.chosen)
    if case.doctrine is Doctrine.SUM and (found := _free(case, rule_id, ladder)):
        start = case.settled(key, change, case.chosen, Reach.POINTS) or case.chosen
        if program.objective(start) == case.objective:
            return Price(rule_id, Decimal(0), found, marginal=marginal)
        ladder = case.ladder(program, start=start)
    other = case.settled(key, change, case.best(ladder))
    if other is None:
        raise SolverFailed("a selection that keeps every rule was lost")
    reached = reached_by(case, rule_id, other)
    return Price(
        rule=rule_id,
        points=case.points(program.objective(other) - case.objective),
        proof=PriceProof.RESOLVE,
        enters=case.entering(other),
        leaves=case.leaving(other),
        reached=reached,
        looser=_looser(case, reached) if reached else None,
        marginal=marginal,
    )


def has_marginal(case: Case, rule_id: str) -> bool:
    """Does the rule bound from above what all files share, places or money?"""
    rule = case.names.rules.get(rule_id)
    if rule is None or rule.maximum is None or rule.is_soft or not rule.scope.is_everything:
        return False
    return rule.measure in (Measure.COUNT, Measure.AMOUNT)


def _free(case: Case, rule_id: str, ladder: Ladder) -> PriceProof | None:
    """How it is known that without the rule nothing has more points either; None when something has.

    At once where there is no bonus on the rule, and the bound is reached; by a search of `ladder` otherwise.
    """
    bonuses = (bonus for row, bonus in zip(case.program.rows, case.bound.multipliers, strict=True) if row.rule == rule_id)
    if case.is_tight and not any(bonuses):
        return PriceProof.CERTIFICATE
    if case.most(ladder, ladder.program.score) != case.objective:
        return None
    return PriceProof.CERTIFICATE if ladder.bounds[0].floor == case.objective else PriceProof.RESOLVE


def reached_by(case: Case, rule_id: str, other: Chosen) -> BrokenRule | None:
    """What the rule comes to in a selection that does without it; None when that selection keeps it."""
    for row in case.rows_of(rule_id):
        if case.program.activity(row, other) < row.rhs:
            return case.broken_rule(row, other)
    return None


def is_loosened_first(case: Case, reached: BrokenRule) -> bool:
    """Is one file of slack worth telling apart from the whole price?"""
    rule = case.names.rules.get(reached.rule)
    is_count = rule is not None and not rule.is_soft and rule.measure is Measure.COUNT
    return is_count and abs(reached.value - int(reached.limit)) > 1


def _looser(case: Case, reached: BrokenRule) -> Looser | None:
    """One file less asked, or one more allowed; None for a rule that is soft, of money, or that one file is enough to satisfy."""
    if not is_loosened_first(case, reached):
        return None
    rows = (replace(row, rhs=row.rhs - 1) if row.side == reached.side else row for row in case.program.rows)
    step = 1 if reached.value > int(reached.limit) else -1
    change = {"bounds": {reached.side: int(reached.limit) + step}}
    other = case.settled(f"looser:{reached.rule}", change, case.best(case.ladder(case.program.with_rows(rows), start=case.chosen)))
    if other is None:
        raise SolverFailed("a selection that keeps every rule was lost")
    return Looser(
        reached=replace(reached, value=int(reached.limit) + step),
        points=case.points(case.program.objective(other) - case.objective),
        enters=case.entering(other),
        leaves=case.leaving(other),
    )


def _marginal(case: Case, rule: Rule) -> Marginal:
    step = 1 if rule.measure is Measure.COUNT else rule.relax_unit
    wider = _shifted(case, rule, step)
    selection = case.settled(f"more:{rule.id}", _change(case, rule, step), case.best(case.ladder(wider)))
    return Marginal(
        step=step,
        more=None if selection is None else case.points(wider.objective(selection) - case.objective),
        less=_loss(case, rule, step),
        enters=() if selection is None else case.entering(selection),
        leaves=() if selection is None else case.leaving(selection),
    )


def _loss(case: Case, rule: Rule, step: int) -> Decimal | None:
    """What one step less would lose, below zero; None when the rules could not hold."""
    narrower, selection = _shifted(case, rule, -step), None
    if rule.maximum and rule.maximum >= step:
        ladder = case.ladder(narrower)
        if case.doctrine is Doctrine.MERIT:
            selection = case.best(ladder)
        elif case.most(ladder, narrower.score) is not None:
            selection = ladder.chosen
    reach = Reach.POINTS if case.doctrine is Doctrine.SUM else Reach.WHOLE
    selection = case.settled(f"less:{rule.id}", _change(case, rule, -step), selection, reach)
    return None if selection is None else case.points(narrower.objective(selection) - case.objective)


def _change(case: Case, rule: Rule, step: int) -> Change:
    """The bounds that `_shifted` moves."""
    places = case.names.is_places(rule)
    bounds = {"min": rule.minimum if places else None, "max": rule.maximum}
    return {"bounds": {f"{rule.id}:{end}": int(bound) + step for end, bound in bounds.items() if bound is not None}}


def _shifted(case: Case, rule: Rule, step: int) -> Program:
    """The program with the maximum of a rule moved by `step`, and its minimum too where the number of files is fixed."""
    return case.program.with_rows(_moved(case, row, step) if row.rule == rule.id else row for row in case.program.rows)


def _moved(case: Case, row: Constraint, step: int) -> Constraint:
    if row.side.endswith(":max"):
        return replace(row, rhs=row.rhs - step)
    return replace(row, rhs=row.rhs + step) if case.names.is_places(case.names.rules[row.rule]) else row
