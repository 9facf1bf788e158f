"""What is said of the whole selection, in French: prices of rules, waiting list, ties, contradictions, sureness."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from portal.text.french import NBSP, cents_in_euros, count, enumeration, exact, points, share
from scoring.selection.explanations.case import Case
from scoring.selection.explanations.names import Names, capitalised
from scoring.selection.explanations.prices import Marginal, Price
from scoring.selection.explanations.relaxations import Relaxation, RelaxationStep
from scoring.selection.explanations.robustness import Band, Robustness
from scoring.selection.explanations.ties import Decider, Tie
from scoring.selection.explanations.waiting import Withdrawal
from scoring.selection.rules import Measure
from scoring.selection.solve import Doctrine


class Summaries:
    """Sentences on one instance under one doctrine."""

    def __init__(self, names: Names, doctrine: Doctrine) -> None:
        self.names, self.doctrine = names, doctrine

    # -- Rules --------------------------------------------------------------------------------------------------------

    def price(self, price: Price) -> str:
        """What a rule costs, and whom it displaces."""
        if price.points is None:
            return f"Le prix de cette règle n’a pas pu être calculé dans le temps imparti{NBSP}: {self.names.rule(price.rule)}."
        if price.marginal is not None:
            return self._marginal(price.rule, price.marginal)
        rule = self.names.rule(price.rule)
        if not price.enters and not price.leaves:
            told = "ne déplace aucun dossier" if self.doctrine is Doctrine.MERIT and not price.points else _costs(price.points)
            return f"{capitalised(rule)} {told}."
        if self.doctrine is Doctrine.SUM:
            told = f"{capitalised(rule)} {_costs(price.points)}{NBSP}: sans cette règle, {self.change(price.enters, price.leaves)}."
            return f"{told}{self._looser(price)}"
        return f"Sans {rule}, {self.change(price.enters, price.leaves)}{NBSP}; {_total(price.points)}."

    def _looser(self, price: Price) -> str:
        """What one file of slack is already worth, when the whole price takes more."""
        if price.looser is None or price.looser.points <= 0:
            return ""
        bound = price.looser.reached
        kind = "un minimum" if bound.side.endswith(":min") else "un maximum"
        return f" Avec {kind} de {bound.value}, le total gagnerait déjà {points(price.looser.points)}."

    def change(self, enters: Sequence[str], leaves: Sequence[str]) -> str:
        """« le lycée X (15,00) entrerait à la place du lycée Y (12,00) », « X et Y entreraient, Z sortirait »."""
        if len(enters) == len(leaves) == 1:
            return f"{self.names.file(enters[0])} entrerait à la place {self.names.of_file(leaves[0])}"
        parts = [f"{self.names.files(enters)} {'entrerait' if len(enters) == 1 else 'entreraient'}"] if enters else []
        parts += [f"{self.names.files(leaves)} {'sortirait' if len(leaves) == 1 else 'sortiraient'}"] if leaves else []
        return ", ".join(parts)

    def _marginal(self, rule_id: str, marginal: Marginal) -> str:
        rule = self.names.rules[rule_id]
        step = "une place" if rule.measure is Measure.COUNT else cents_in_euros(marginal.step)
        on = "" if rule.measure is Measure.COUNT else f" sur {self.names.rule(rule_id)}"
        if marginal.more == marginal.less == 0 and not marginal.enters and not marginal.leaves:
            return f"Avec {step} de plus ou de moins{on}, le total de points serait le même."
        change = self.change(marginal.enters, marginal.leaves)
        more = f"{change}{' et ' if change else ''}{_total(marginal.more)}" if marginal.more is not None else _IMPOSSIBLE
        less = _total(marginal.less) if marginal.less is not None else _IMPOSSIBLE
        return f"Avec {step} de plus{on}, {more}{NBSP}; avec {step} de moins, {less}."

    # -- Waiting list, ties -------------------------------------------------------------------------------------------

    def withdrawal(self, withdrawal: Withdrawal) -> str:
        """Who enters when one file leaves."""
        left = f"Si {self.names.file(withdrawal.leaves)} se désiste"
        if withdrawal.enters is None:
            return f"{left}, les règles ne peuvent plus être respectées avec les autres{NBSP}: une nouvelle sélection est à faire."
        if not withdrawal.enters:
            return f"{left}, personne n’entre."
        return f"{left}, {self.names.files(withdrawal.enters)} {'entre' if len(withdrawal.enters) == 1 else 'entrent'}."

    def one_more(self, place: Marginal | None, nearest: tuple[str, int] | None) -> str:
        """Who would enter with one place more; without places to count, with the least money (`nearest`: file and cents)."""
        if place is not None and place.enters:
            return f"Avec une place de plus, {self.change(place.enters, place.leaves)}."
        if place is not None:
            return "Une place de plus ne ferait entrer personne."
        if nearest is not None:
            return f"Avec {cents_in_euros(nearest[1])} de plus, {self.names.file(nearest[0])} s’ajouterait aux dossiers retenus."
        return ""

    def tie(self, tie: Tie, *, is_selected: bool) -> str:
        """What decided between selections as good."""
        status, other = ("retenu", "sans lui") if is_selected else ("écarté", "avec lui")
        equal = "points égaux" if self.doctrine is Doctrine.SUM else "notes égales"
        told = f"{capitalised(self.names.file(tie.id))} est {status} à {equal}{NBSP}: une sélection {other} vaut autant"
        if tie.decided_by is Decider.COST:
            return f"{told}, mais coûte plus cher."
        return f"{told} pour le même montant, et l’ordre de dépôt a décidé."

    # -- Contradictions -----------------------------------------------------------------------------------------------

    def conflict(self, sides: Collection[str]) -> str:
        """Rules that cannot hold together."""
        both = "à la fois " if len(sides) > 1 else ""
        return f"Aucune sélection ne respecte {both}{enumeration([self.names.side(side) for side in sides])}."

    def relaxation(self, relaxation: Relaxation) -> str:
        """What it would be enough to loosen."""
        if not relaxation.steps:
            return "Il n’y a rien à assouplir."
        steps = [self._step(step) for step in relaxation.steps]
        return f"Il suffirait {enumeration([f'd’{step}' if step.startswith('a') else f'de {step}' for step in steps])}."

    def _step(self, step: RelaxationStep) -> str:
        rule_id, _, end = step.side.rpartition(":")
        if end in ("in", "out"):
            return f"renoncer à {self.names.side(step.side)}"
        rule, is_min = self.names.rules[rule_id], end == "min"
        if rule.measure.is_share:
            amount = cents_in_euros(step.by) if rule.measure.is_money else count(step.by, "dossier")
            return f"admettre {amount} de {'moins' if is_min else 'plus'} que {self.names.side(step.side)}"
        after = cents_in_euros(int(step.after or 0)) if rule.measure.is_money else exact(int(step.after or 0))
        if self.names.is_places(rule):
            places = int(step.after or 0)
            return f"{'descendre' if is_min else 'monter'} à {exact(places)}{NBSP}{_plural(places, 'place')}"
        return f"{'ramener' if is_min else 'porter'} {self.names.side(step.side)} à {after}"

    # -- Sureness -----------------------------------------------------------------------------------------------------

    def band(self, found: Robustness, application_id: str, *, is_selected: bool) -> str:
        """How often a file is selected when marks are drawn again."""
        told = f"Retenu dans {share(found.share(application_id), 1)} des tirages des notes"
        return f"{told}{NBSP}: {_BANDS[found.band(application_id)]}." if is_selected else f"{told}."

    def bands(self, found: Robustness, selected: Collection[str]) -> str:
        """How many selected files are sure of their place."""
        sure, fragile, hair = (sum(1 for one in selected if found.band(one) is band) for band in Band)
        parts = [f"{sure} {_plural(sure, 'sûr')}", f"{fragile} {_plural(fragile, 'fragile')}", f"{hair} de justesse"]
        kept = f"{count(len(selected), 'dossier')} {_plural(len(selected), 'retenu')}"
        return f"Sur {kept}{NBSP}: {enumeration(parts)}, en {found.draws} tirages des notes."


_IMPOSSIBLE = "les règles ne pourraient plus être respectées ensemble"
_BANDS = {Band.SURE: "place sûre", Band.FRAGILE: "place fragile", Band.HAIR: "retenu de justesse"}


def _costs(lost: Decimal) -> str:
    return f"coûte {points(lost)}" if lost else "ne coûte aucun point"


def _plural(count: int, word: str) -> str:
    return word if count < 2 else f"{word}s"


def _total(change: Decimal) -> str:
    """What becomes of the total of points."""
    if not change:
        return "le total de points serait le même"
    return f"le total {'gagnerait' if change > 0 else 'perdrait'} {points(abs(change))}"


def bands_told(case: Case, found: Robustness) -> dict[str, Any]:
    """What is printed of the draws of a case."""
    said, selected = Summaries(case.names, case.doctrine), [case.id(position) for position in case.column_of]
    return {
        "draws": found.draws,
        "seed": found.seed,
        "selected": {key: share_text(found.share(key)) for key in selected},
        "files": {
            key: {
                "share": share_text(found.share(key)),
                "band": found.band(key).value,
                "sentence": said.band(found, key, is_selected=key in selected),
            }
            for key in found.times
        },
        "sentence": said.bands(found, selected),
    }


def share_text(share: Fraction) -> str:
    """A share as a decimal of four digits."""
    return f"{Decimal(round(share * 10_000)).scaleb(-4):f}"
