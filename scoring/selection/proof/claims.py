"""The proof of an answer: a tree for each thing that is claimed, in the order in which the checker asks for them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import gcd
from typing import Any

from scoring.selection.proof.check_selection import VERSION, Arithmetic, Refused, Row, Ways, worth
from scoring.selection.proof.tree import Budget, Claim, GaveUp, Line, Prover

FORMAT = "selection-proof/1"
PROVING = "Preuve de la sélection"
PLAIN: Line = ["B", 1]  # each file at its best, whatever the rules
IMPOSSIBLE, ORDER = "impossible", "order"
Tell = Callable[[int, int, str], None]


def silent(done: int, total: int, note: str) -> None:
    """Tells nobody."""


@dataclass
class Proof:
    """Trees by claim. `left`: the claims that were not refuted in the time given, with the most that they leave possible (units of the
    problem's scale, cents for the cost; None when nothing is known)."""

    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: dict[str, int | None] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """What is kept with a result; `checker` is the version of the program that accepts it."""
        return {"format": FORMAT, "checker": VERSION, "steps": self.steps}


def impossibility(problem: Arithmetic, budget: Budget) -> Proof:
    """That no selection keeps all rules. Raises BetterFound when one does."""
    proof = Proof()
    try:
        prover = Prover(Claim(problem, problem.none, 0, problem.rows, problem.possible), budget)
        proof.steps[IMPOSSIBLE] = {"tree": prover.build()}
    except GaveUp:
        proof.left[IMPOSSIBLE] = None
    return proof


def optimality(problem: Arithmetic, doctrine: str, picked: Sequence[int], budget: Budget, tell: Tell = silent) -> Proof:
    """That no other selection is as good as `picked`, one choice for each file, which keeps the rules.

    A claim that takes too long is left aside with its bound, and those that follow rest on it. Raises BetterFound when a selection is
    better, ValueError when `picked` breaks a rule.
    """
    proof, rows, times, forms = Proof(), list(problem.rows), problem.taken(picked), problem.forms(doctrine)
    if times is None:
        raise ValueError("picked breaks a rule")
    last: Line | None = None
    for done, (name, form) in enumerate(forms):
        tell(done, len(forms) + 1, PROVING)
        reached = worth(enumerate(form), times)
        last = _step(proof, name, Claim(problem, form, reached + (gcd(*form) or 1), rows, problem.possible), budget, last)
        rows = [*rows, ([(c, a) for c, a in enumerate(form) if a], reached)]
    tell(len(forms), len(forms) + 1, PROVING)
    try:
        proof.steps[ORDER] = _order(problem, rows, picked, budget)
    except GaveUp:
        proof.left[ORDER] = None
    return proof


def _step(proof: Proof, name: str, claim: Claim, budget: Budget, last: Line | None) -> Line | None:
    """One claim, or the best bound that a single line proves of it. `last`: a line that closed a claim before; the last one is given back."""
    try:
        tree = _likely(claim, budget, last) or Prover(claim, budget).build()
        proof.steps[name] = {"tree": tree}
        return tree[0] if len(tree) == 1 and len(tree[0]) > len(PLAIN) else last
    except GaveUp:
        step = gcd(*claim.form) or 1
        target, line = Prover(claim, Budget()).root()
        target = -(-target // step) * step
        proof.steps[name] = {"target": target, "tree": [line]}
        proof.left[name] = target - step
        return last


def _likely(claim: Claim, budget: Budget, last: Line | None) -> list[Line]:
    """A line that closes this claim without any relaxation: none of the rules, or the weights of a claim before, to which that of what
    it established is added. In order of merit, nine scores in ten are settled by the weights of a score above. Empty when none does.

    Raises GaveUp."""
    newest = len(claim.rows) - 1
    again = [] if last is None else [last, *([*last, newest, times * last[1]] for times in (1, 2, 8))]
    for line in [PLAIN, *again]:
        budget.take()
        with suppress(Refused):
            if not all(claim.problem.narrowed(line[1:], claim.form, claim.target, claim.rows, claim.possible)):
                return [line]
    return []


def _order(problem: Arithmetic, rows: list[Row], picked: Sequence[int], budget: Budget) -> dict[str, Any]:
    """For each file, no selection as good takes a choice listed before its own, the files before it keeping theirs.

    Most files are settled at once, by lines that hold for all of them (`keep`); the others have a tree each, one after the other.
    """
    guides = [place for place in range(len(rows) - 1, len(problem.rows) - 1, -1) if rows[place][0]][:2]
    keep: list[Line] = []
    possible: Ways = problem.possible
    before: Prover | None = None
    for guide in reversed(guides):
        before = Prover(Claim(problem, problem.none, 0, rows, possible, guide), budget)
        possible = before.sift()
        keep += before.lines
    lines: list[Line] = []
    possible = [*possible]
    for file, choice in enumerate(picked):
        better = tuple(c for c in possible[file] if c < choice)
        if better:
            here = [*possible[:file], better, *possible[file + 1 :]]
            before = Prover(Claim(problem, problem.none, 0, rows, here, guides[0] if guides else None), budget, before)
            lines += before.build()
        possible[file] = (choice,)
    return {"keep": keep, "tree": lines}
