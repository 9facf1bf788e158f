"""Proofs of what is explained: each selection that an explanation speaks of is proved on its own variant of the instance, within a time.

The proof has the last word here too: when it meets a better selection, the explanation is about that one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import gcd
from time import process_time

from scoring.selection.instance import Instance
from scoring.selection.program import Selection
from scoring.selection.proof.check_selection import Arithmetic, Refused, Row, worth
from scoring.selection.proof.claims import impossibility, optimality
from scoring.selection.proof.explained import FOLLOWS
from scoring.selection.proof.proving import selection_of
from scoring.selection.proof.tree import BetterFound, Budget, Claim, GaveUp, Prover
from scoring.selection.proof.variants import Change, Json, followed, varied
from scoring.selection.result import COST, SCORE, Doctrine, Result

MOST_CORRECTIONS = 30
MOST_LINES = 4_000  # of one claim
LEAST_SHARE = 0.1  # of the time: what one claim may take


class Reach(StrEnum):
    """What is proved of a selection."""

    WHOLE = "whole"  # that it is the one best selection
    POINTS = "points"  # that none has more points
    DEARER = "dearer"  # that none as good is as cheap as the answer


@dataclass(frozen=True)
class _Question:
    problem: Arithmetic
    change: Change
    reach: Reach
    doctrine: Doctrine


@dataclass
class Evidence:
    """The claims proved so far of one result, by name. `seconds`: of processor, for all of them; None: no limit."""

    instance: Instance
    result: Result
    seconds: float | None = None
    cancelled: Callable[[], bool] | None = None
    claims: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data = self.instance.to_dict()
        self.problem = Arithmetic(self.data)
        self.most = None if self.seconds is None else self.seconds * LEAST_SHARE
        self.flips: Prover | None = None

    def settled(
        self,
        key: str,
        change: Change,
        selection: Selection | None,
        reach: Reach = Reach.WHOLE,
        doctrine: Doctrine | None = None,
    ) -> Selection | None:
        """The best selection of a variant: the one given (None: there is none), or a better one that the proof has met.

        The claim is kept under `key` when it was proved in time.
        """
        if self.seconds is not None and self.seconds <= 0:
            return selection
        started = process_time()
        try:
            question = _Question(varied(self.problem, self.data, change), change, reach, doctrine or self.result.doctrine)
            return self._corrected(key, question, selection)
        finally:
            if self.seconds is not None:
                self.seconds -= process_time() - started

    def excluded(self, key: str, change: Change) -> bool:
        """Nothing keeps the rules of a variant, as far as is known: False when the proof meets a selection that does."""
        found = self.settled(key, change, None)
        if found is not None:
            self.claims.pop(key, None)
        return found is None

    def keep(self, key: str, change: Change, selection: Selection | None, steps: Json | str) -> None:
        """A claim; without any step, a selection that keeps the rules of a variant, which is only added up."""
        selected = None if selection is None else [list(pair) for pair in selection]
        self.claims[key] = {"change": dict(change), "selected": selected, "steps": steps}

    def _corrected(self, key: str, question: _Question, selection: Selection | None) -> Selection | None:
        seconds = None if self.seconds is None else min(self.seconds, self.most or 0)
        budget = Budget(lines=MOST_LINES, seconds=seconds, cancelled=self.cancelled)
        for _ in range(MOST_CORRECTIONS):
            try:
                steps = self._steps(question, selection, budget)
            except BetterFound as better:
                selection = selection_of(question.problem, better.picked)
                if question.reach is Reach.DEARER:
                    return selection
                continue
            except GaveUp:
                return selection
            self.keep(key, question.change, selection, steps)
            break
        return selection

    def _steps(self, question: _Question, selection: Selection | None, budget: Budget) -> Json | str:
        """Raises BetterFound, GaveUp."""
        problem = question.problem
        if selection is not None and question.reach is Reach.POINTS:
            return self._points(question, selection, budget)
        if selection is not None and question.reach is Reach.DEARER:
            return self._dearer(question, selection, budget)
        if selection is None:
            proof = impossibility(problem, budget)
        elif problem.taken(problem.picked(set(selection))) is None:
            raise GaveUp
        else:
            proof = optimality(problem, question.doctrine.value, problem.picked(set(selection)), budget)
        if proof.left:
            raise GaveUp
        return proof.steps

    def _points(self, question: _Question, selection: Selection, budget: Budget) -> Json | str:
        problem = question.problem
        form = _form(problem, SCORE)
        target = _reached(problem, form, selection) + (gcd(*form) or 1)
        if selection == self.result.selection and self._follows(question, form, target):
            return FOLLOWS
        is_flip = not set(question.change) - {"inside", "outside"}  # one differs from the next by what is possible alone
        prover = Prover(Claim(problem, form, target, problem.rows, problem.possible), budget, self.flips if is_flip else None)
        self.flips = prover if is_flip else self.flips
        return {SCORE: {"tree": prover.build()}}

    def _follows(self, question: _Question, form: Sequence[int], target: int) -> bool:
        """Does the tree of the answer, which says that nothing has more points, say so without a rule too?"""
        proof = self.result.proof or {"steps": {}, "left": {}}
        if set(question.change) != {"without"} or SCORE not in proof["steps"] or SCORE in proof["left"]:
            return False
        problem = question.problem
        try:
            tree = followed(self.data, proof["steps"][SCORE]["tree"], *question.change["without"])
            problem.refute(iter(tree), form, target, problem.rows, problem.possible)
        except (Refused, ValueError):
            return False
        self.claims[FOLLOWS] = {"tree": proof["steps"][SCORE]["tree"]}  # kept with them: a longer proof may replace that of the answer
        return True

    def _dearer(self, question: _Question, selection: Selection, budget: Budget) -> Json:
        problem, rows = question.problem, list[Row](question.problem.rows)
        for name, form in problem.forms(question.doctrine.value):
            if name != COST:
                rows.append(([(c, a) for c, a in enumerate(form) if a], _reached(problem, form, selection)))
        cost = -(self.result.cost_cents or 0)
        return {COST: {"target": cost, "tree": Prover(Claim(problem, problem.cost, cost, rows, problem.possible), budget).build()}}


def _form(problem: Arithmetic, name: str) -> list[int]:
    return dict(problem.forms(Doctrine.SUM.value))[name]


def _reached(problem: Arithmetic, form: Sequence[int], selection: Selection) -> int:
    """What a selection is worth. Raises GaveUp for one that breaks a rule, of which nothing can be said."""
    times = problem.taken(problem.picked(set(selection)))
    if times is None:
        raise GaveUp
    return worth(enumerate(form), times)
