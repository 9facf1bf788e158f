"""How French sentences name the files and the rules of one instance, and say what becomes of a rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from portal.text.french import NBSP, cents_in_euros, count, enumeration, exact, mark, of_school, percent, points, the_school
from scoring.selection.instance import Instance, Rule, Scope
from scoring.selection.rules import FORCED_IN, Bound, Measure

MOST_NAMED = 3  # files named one by one in a sentence; the others are counted


@dataclass(frozen=True)
class BrokenRule:
    """A rule side and what it would come to: files or cents inside the scope (`value`) and in all (`total`), against `limit`.

    `limit` is in files or cents, or a share. `penalty` is what a soft side would cost more, in points; 0 for a hard one, which
    would be broken.
    """

    rule: str
    side: str
    value: int
    total: int
    limit: Bound
    penalty: Decimal = Decimal(0)


class Names:
    """Words for one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.rules = {rule.id: rule for rule in instance.rules}

    # -- Files ------------------------------------------------------------------------------------------------------

    def file(self, application_id: str) -> str:
        """« le LP Val-de-Blies (14,50) »: the name inside a sentence, and the mark."""
        return self._marked(application_id, the_school)

    def of_file(self, application_id: str) -> str:
        """« du LP Val-de-Blies (14,50) »."""
        return self._marked(application_id, of_school)

    def files(self, ids: Sequence[str]) -> str:
        """« le lycée A (15,00), l’école B (14,50) et 3 autres », in the order given."""
        return enumeration(_named([self.file(one) for one in ids], f"{len(ids) - MOST_NAMED + 1}{NBSP}autres"))

    def of_files(self, ids: Sequence[str]) -> str:
        """« du lycée A (15,00), de l’école B (14,50) et de 3 autres », in the order given."""
        return enumeration(_named([self.of_file(one) for one in ids], f"de {len(ids) - MOST_NAMED + 1}{NBSP}autres"))

    def _marked(self, application_id: str, write: Callable[[object], str]) -> str:
        application = self.instance.by_id[application_id]
        return f"{write(application.title)}{NBSP}({mark(application.score)})"

    # -- Rules ------------------------------------------------------------------------------------------------------

    def rule(self, rule_id: str) -> str:
        """A rule as the subject or the complement of a sentence, article included; both its sides when it has two."""
        sides = [f"{rule_id}:{end}" for end, bound in _bounds(self.rules.get(rule_id)) if bound is not None]
        if not sides:
            return self.side(f"{rule_id}:{'in' if rule_id.startswith(FORCED_IN) else 'out'}")
        rule = self.rules[rule_id]
        if len(sides) == 1 or self.is_places(rule):
            return self.side(sides[0])
        return f"la règle {self.quoted(rule)}"

    def label(self, rule_id: str) -> str:
        """A rule in a list: its label, or what it looks at; the name of the file for one forced in or out."""
        if rule_id in self.rules:
            rule = self.rules[rule_id]
            return rule.label or self.scope(rule.scope) or rule.id
        return self.instance.by_id[rule_id.partition(":")[2]].title

    def side(self, side: str) -> str:
        """One side of a rule, article included: « le maximum de 20 dossiers « Privés » »."""
        rule_id, _, end = side.rpartition(":")
        if end in ("in", "out"):
            of_title = of_school(self.instance.by_id[rule_id.partition(":")[2]].title)
            return f"l’entrée imposée {of_title}" if end == "in" else f"la mise à l’écart {of_title}"
        rule = self.rules[rule_id]
        bound = (rule.minimum if end == "min" else rule.maximum) or 0
        if self.is_places(rule):
            return f"le nombre de places ({exact(bound)})"
        return self._bounded(rule, end, bound)

    def _bounded(self, rule: Rule, end: str, bound: Bound) -> str:
        scope = "" if rule.scope.is_everything else f" {self.quoted(rule)}"
        match rule.measure:
            case Measure.COUNT:
                return f"le {_END[end]} de {count(int(bound), 'dossier')}{scope}"
            case Measure.AMOUNT if self.is_envelope(rule) and end == "max":
                return f"l’enveloppe{self._line(rule)} de {cents_in_euros(int(bound))}"
            case Measure.AMOUNT:
                return f"le {_END[end]} de {cents_in_euros(int(bound))}{scope or self._line(rule)}"
            case Measure.COUNT_SHARE:
                return f"la part {_SHARE[end]} de {exact_percent(bound)} des dossiers{scope}"
            case _:
                return f"la part {_SHARE[end]} de {exact_percent(bound)} des montants{scope}"

    def quoted(self, rule: Rule) -> str:
        """The label of a rule between quotes; without one, what it looks at."""
        return f"«{NBSP}{rule.label or self.scope(rule.scope) or rule.id}{NBSP}»"

    def scope(self, scope: Scope) -> str:
        """The groups or files that a scope names; nothing for all files."""
        match scope.kind:
            case "any":
                return " ou ".join(sorted(self.instance.label_of(name) for name in scope.names))
            case "all":
                return " et ".join(sorted(self.instance.label_of(name) for name in scope.names))
            case "ids":
                titles = [one.title for one in self.instance.applications if one.id in scope.names]
                return enumeration(titles if len(titles) <= MOST_NAMED else [*titles[: MOST_NAMED - 1], "autres"])
            case "not" if scope.inner:
                return f"hors {self.scope(scope.inner)}"
            case _:
                return ""

    def is_places(self, rule: Rule) -> bool:
        """Does the rule fix the number of selected files?"""
        fixed = rule.minimum is not None and rule.minimum == rule.maximum
        return rule.measure is Measure.COUNT and rule.scope.is_everything and fixed

    def is_envelope(self, rule: Rule) -> bool:
        """Does the rule bound what is granted to all files, on one line or on all?"""
        return rule.measure is Measure.AMOUNT and rule.scope.is_everything

    def is_money_ceiling(self, side: str) -> bool:
        """Is this the maximum of an envelope?"""
        rule = self.rules.get(side.rpartition(":")[0])
        return rule is not None and side.endswith(":max") and self.is_envelope(rule)

    def is_files_ceiling(self, side: str) -> bool:
        """Is this the maximum number of files?"""
        return side.endswith(":max") and self.counts_all_files(side.rpartition(":")[0])

    def counts_all_files(self, rule_id: str) -> bool:
        rule = self.rules.get(rule_id)
        return rule is not None and rule.measure is Measure.COUNT and rule.scope.is_everything

    def _line(self, rule: Rule) -> str:
        if rule.label:
            return f" {self.quoted(rule)}"
        return f" «{NBSP}{self.instance.label_of(rule.line)}{NBSP}»" if rule.line is not None else ""

    # -- What becomes of a rule ---------------------------------------------------------------------------------------

    def outcome(self, broken: BrokenRule) -> str:
        """« Ruraux » tomberait à 21 (minimum 22): what a change would make of one rule."""
        end = broken.side.rpartition(":")[2]
        if end in ("in", "out"):
            return f"{self.side(broken.side)} ne serait plus respectée"
        rule = self.rules[broken.rule]
        subject, limit = self._subject(rule), f"({_END[end]}{NBSP}{self._limit(rule, broken.limit)})"
        if self.is_envelope(rule) and end == "max":
            answer = f"{subject} serait dépassée de {cents_in_euros(broken.value - int(broken.limit))}"
        elif rule.measure.is_share:
            amount = cents_in_euros if rule.measure.is_money else exact
            what = "" if rule.measure.is_money else " dossiers"
            answer = f"{subject} compterait {amount(broken.value)} sur {amount(broken.total)}{what} {limit}"
        else:
            answer = f"{subject} {_MOVE[end]} à {self._limit(rule, broken.value)} {limit}"
        return f"{answer}, ce qui coûterait {points(broken.penalty)}" if broken.penalty else answer

    def kind(self, side: str) -> str:
        """How a sentence that has just named a side takes it up: « ce maximum »."""
        rule_id, _, end = side.rpartition(":")
        if self.rules[rule_id].measure.is_share:
            return "cette part"
        return "cette enveloppe" if self.is_money_ceiling(side) else f"ce {_END[end]}"

    def bounds_of(self, reached: BrokenRule) -> tuple[str, str]:
        """(bound, what it would come to); a share is rounded so as to be at least as loose."""
        rule = self.rules[reached.rule]
        before = self._limit(rule, reached.limit)
        if not rule.measure.is_share:
            return before, self._limit(rule, reached.value)
        thousandths = Fraction(reached.value * 1000, reached.total or 1)
        loose = floor(thousandths) if reached.side.endswith(":min") else ceil(thousandths)
        return before, exact_percent(Decimal(loose).scaleb(-3))

    def _subject(self, rule: Rule) -> str:
        if rule.scope.is_everything:
            return f"l’enveloppe{self._line(rule)}" if rule.measure is Measure.AMOUNT else "le nombre de dossiers retenus"
        return self.quoted(rule)

    def _limit(self, rule: Rule, bound: Bound) -> str:
        if rule.measure.is_share:
            return exact_percent(bound)
        return cents_in_euros(int(bound)) if rule.measure.is_money else exact(bound)


_END = {"min": "minimum", "max": "maximum"}
_SHARE = {"min": "minimale", "max": "maximale"}
_MOVE = {"min": "tomberait", "max": "monterait"}


def _bounds(rule: Rule | None) -> list[tuple[str, Bound | None]]:
    return [("min", rule.minimum), ("max", rule.maximum)] if rule else []


def _named(names: list[str], others: str) -> list[str]:
    """The first names, and the others counted where they are too many."""
    return names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], others]


def capitalised(sentence: str) -> str:
    """The sentence with its first letter in upper case, quotes left alone."""
    return sentence[:1].upper() + sentence[1:]


def exact_percent(share: Bound) -> str:
    """A bound written as a share, exactly: 33 %, 12,5 %."""
    return percent(Decimal(share) * 100)
