"""The same tree, walked to find instead of to refute: each better selection raises the target, and what is left is closed below it."""

from dataclasses import replace
from math import gcd

from scoring.selection.proof.check_selection import worth
from scoring.selection.proof.tree import Budget, Claim, GaveUp, Prover, _Node
from scoring.selection.solvers.simplex import Guess


class Search(Prover):
    """The selection of `claim.possible` that keeps the rows and makes the form largest, from the target on."""

    tried = 1  # a selection is often met before the splits matter

    def __init__(self, claim: Claim, budget: Budget) -> None:
        super().__init__(claim, budget)
        self.picked: list[int] | None = None
        self.pairs, self.step = [(c, a) for c, a in enumerate(claim.form) if a], gcd(*claim.form) or 1
        self.floors = claim.rows[len(claim.problem.rows) :]

    def go(self, budget: Budget) -> bool:
        """Goes on for so long; whether nothing is left to look at. `picked` is then the best one, None when none reaches the target."""
        self.budget = budget
        try:
            self.build()
        except GaveUp:
            return False
        return True

    def meet(self, picked: list[int]) -> None:
        """Takes note of a selection, where it is better than those met so far."""
        times = self.problem.taken(picked)
        if times is None:
            return
        reached = worth(self.pairs, times)
        if reached >= self.claim.target and all(worth(row, times) >= number for row, number in self.floors):
            self.picked = picked
            self.claim = replace(self.claim, target=reached + self.step)

    def _refuse(self, node: _Node) -> None:
        self.meet([c for (c,) in node.possible])

    def _split(self, node: _Node, guess: Guess, stack: list[_Node]) -> _Node:
        if guess.columns is not None:
            taken = guess.columns
            self.meet([ways[0] if len(ways) == 1 else max(ways, key=lambda c: taken.get(c, 0.5)) for ways in node.possible])
        return super()._split(node, guess, stack)
