"""Checks a selection and its certificate again, with the standard library alone: no solver has to be believed.

Rules are read from their definitions, not from the rows that were given to a solver; the bound is added up in exact fractions.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from portal.text.french import NBSP
from scoring.selection.decimals import decimals
from scoring.selection.gauges import State, gauges
from scoring.selection.instance import Candidate, FundingOption, Instance, Rule

ZERO = Fraction(0)
MOST_DIGITS = 100  # of a number of a certificate


@dataclass(frozen=True)
class VerificationReport:
    """What was found. Points are exact. `bound`: no selection that keeps the rules is worth more; None without multipliers.

    `is_valid`: a legal selection, hard rules kept, and a certificate of which everything is found again. `is_best`: the bound leaves
    room for nothing better; otherwise at most `gap` points, which the solver had to rule out.
    """

    problems: tuple[str, ...]
    objective: Fraction = ZERO
    cost_cents: int = 0
    bound: Fraction | None = None
    gap: Fraction | None = None

    @property
    def is_valid(self) -> bool:
        return not self.problems

    @property
    def is_best(self) -> bool:
        return self.is_valid and self.gap == 0


def verify(instance: Instance, selection: Iterable[tuple[str, str]], certificate: Mapping[str, Any]) -> VerificationReport:
    """Every rule on this selection, then the bound that the multipliers of the certificate give. Raises nothing: problems are said."""
    pairs = list(selection)
    problems = _illegal(instance, pairs)
    if problems:
        return VerificationReport(tuple(problems))
    options = [next(option for option in instance.by_id[key].options if option.id == chosen) for key, chosen in pairs]
    measured = gauges(instance, pairs)
    problems = [gauge.sentence for gauge in measured if gauge.state is State.BROKEN and not gauge.rule.is_soft]
    objective = sum((Fraction(option.value) for option in options), ZERO) - sum(Fraction(gauge.lost) for gauge in measured)
    cost = sum(option.cost for option in options)
    if "multipliers" not in certificate:
        return VerificationReport((*problems, *_wrong_levels(instance, dict(pairs), certificate)), objective, cost)
    bound, wrong = _bound(instance, certificate, objective)
    gap = None if bound is None else _whole_steps(instance, bound) - objective
    wrong += _wrong_counts(instance, certificate, gap)
    return VerificationReport((*problems, *wrong), objective, cost, bound, gap)


@dataclass(frozen=True)
class _Side:
    """One side of a rule: the sum of `pull` over what is selected reaches `rhs`, in files or cents."""

    rule: Rule
    sign: int  # -1 for a maximum
    bound: Fraction

    @property
    def rhs(self) -> Fraction:
        return ZERO if self.rule.measure.is_share else self.sign * self.bound

    def pull(self, application: Candidate, option: FundingOption) -> Fraction:
        worth = option.cents(self.rule.line) if self.rule.measure.is_money else 1
        inside = 1 if self.rule.scope.holds(application) else 0
        return self.sign * worth * (inside - (self.bound if self.rule.measure.is_share else ZERO))

    def allows(self, multiplier: Fraction) -> bool:
        """A soft side is never worth more than the penalty that would buy it off."""
        return multiplier >= 0 and (self.rule.penalty is None or multiplier * self.rule.step <= Fraction(self.rule.penalty))


def _illegal(instance: Instance, pairs: list[tuple[str, str]]) -> list[str]:
    known = {(one.id, option.id) for one in instance.applications for option in one.options}
    unknown = [
        f"Le dossier «{NBSP}{key}{NBSP}» n’a pas d’option «{NBSP}{option}{NBSP}»." for key, option in pairs if (key, option) not in known
    ]
    times = Counter(key for key, _ in pairs)
    return unknown + [f"Le dossier «{NBSP}{key}{NBSP}» est retenu {count}{NBSP}fois." for key, count in times.items() if count > 1]


def _bound(instance: Instance, certificate: Mapping[str, Any], objective: Fraction) -> tuple[Fraction | None, list[str]]:
    """(what no selection exceeds, what the certificate says wrongly)."""
    try:
        multipliers = {side: _exact(text) for side, text in certificate["multipliers"].items()}
        said = _exact(certificate["bound"])
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return None, ["Le certificat ne peut pas être lu."]
    sides = _sides(instance)
    wrong = [f"Le certificat pèse une règle inconnue{NBSP}: {name}." for name in multipliers if name not in sides]
    priced = [(sides[name], multiplier) for name, multiplier in multipliers.items() if name in sides]
    wrong += [
        f"Le poids de la règle «{NBSP}{side.rule.title}{NBSP}» n’est pas permis." for side, weight in priced if not side.allows(weight)
    ]
    if wrong:
        return None, wrong
    best = {one.id: max(_adjusted(one, option, priced) for option in one.options) for one in instance.applications}
    bound = sum((max(ZERO, worth) for worth in best.values()), ZERO) - sum(weight * side.rhs for side, weight in priced)
    wrong = [] if bound == said else ["La borne annoncée n’est pas celle que donnent les poids."]
    wrong += ["Le total dépasse la borne."] if objective > bound else []
    return bound, wrong + _wrong_about_files(best, bound - objective, certificate)


def _exact(text: Any) -> Fraction:
    if not isinstance(text, str) or len(text) > MOST_DIGITS:
        raise TypeError
    return Fraction(Decimal(text))


def _sides(instance: Instance) -> dict[str, _Side]:
    answer: dict[str, _Side] = {}
    for rules, low, high in ((instance.rules, "min", "max"), (instance.forced_rules, "in", "out")):
        for rule in rules:
            answer |= {f"{rule.id}:{low}": _Side(rule, 1, Fraction(rule.minimum))} if rule.minimum is not None else {}
            answer |= {f"{rule.id}:{high}": _Side(rule, -1, Fraction(rule.maximum))} if rule.maximum is not None else {}
    return answer


def _adjusted(application: Candidate, option: FundingOption, priced: Iterable[tuple[_Side, Fraction]]) -> Fraction:
    """The points of an option, with its bonus or malus on every weighted side."""
    return Fraction(option.value) + sum((weight * side.pull(application, option) for side, weight in priced), ZERO)


def _wrong_levels(instance: Instance, chosen: Mapping[str, str], certificate: Mapping[str, Any]) -> list[str]:
    """Under the order of merit the certificate is the value reached at each score, from the highest down. Nothing said: nothing wrong."""
    if not certificate:
        return []
    reached: dict[Fraction, Fraction] = {Fraction(one.score): ZERO for one in instance.applications}
    for one in instance.applications:
        reached[Fraction(one.score)] += sum((Fraction(option.value) for option in one.options if option.id == chosen.get(one.id)), ZERO)
    try:
        said = [(_exact(score), _exact(value)) for score, value in certificate["levels"]]
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return ["Le certificat ne peut pas être lu."]
    return [] if said == sorted(reached.items(), reverse=True) else ["Les notes atteintes ne sont pas celles de la sélection."]


def _wrong_counts(instance: Instance, certificate: Mapping[str, Any], gap: Fraction | None) -> list[str]:
    """What the certificate says of the distance to the bound, and of how many files are left open."""
    try:
        sure = [*certificate.get("always_in", ()), *certificate.get("always_out", ())]
        told = None if certificate.get("gap") is None else _exact(certificate["gap"])
    except (ArithmeticError, TypeError, ValueError):
        return ["Le certificat ne peut pas être lu."]
    wrong = ["L’écart annoncé n’est pas celui de la borne."] if None not in (told, gap) and told != gap else []
    counted = certificate.get("open", len(instance.applications) - len(sure)) == len(instance.applications) - len(sure)
    return wrong if counted else [*wrong, "Le nombre de dossiers laissés ouverts n’est pas le bon."]


def _wrong_about_files(best: Mapping[str, Fraction], room: Fraction, certificate: Mapping[str, Any]) -> list[str]:
    """A file is in, or out, of every selection as good when the other choice costs more than the `room` under the bound."""
    inside, outside = (certificate.get(key, ()) for key in ("always_in", "always_out"))
    if any(not isinstance(keys, list | tuple) or not all(isinstance(key, str) for key in keys) for keys in (inside, outside)):
        return ["Le certificat ne peut pas être lu."]
    doubtful = [key for key in inside if not best.get(key, ZERO) > room]
    doubtful += [key for key in outside if not -best.get(key, ZERO) > room]
    return [f"Le sort du dossier «{NBSP}{key}{NBSP}» n’est pas prouvé." for key in doubtful]


def _whole_steps(instance: Instance, bound: Fraction) -> Fraction:
    """The bound brought down to a total that points of this instance can make."""
    values = [option.value for one in instance.applications for option in one.options]
    steps = 10 ** max(map(decimals, [*values, *(rule.penalty for rule in instance.rules if rule.penalty is not None)]), default=0)
    return Fraction(floor(bound * steps), steps)
