"""Where a selection stands on every rule, read from the definitions alone: any selection, even one that breaks rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any

from portal.text.canonical import plain
from portal.text.french import NBSP, cents_in_euros, count, exact, points, share
from scoring.selection.instance import FundingOption, Instance, Measure, Rule
from scoring.selection.rules import Bound

SHARE_DIGITS = 4  # of a share as it is printed; it is compared exactly


class State(StrEnum):
    OK = "ok"
    TIGHT = "tight"  # one file more, or one file less, would break it
    BROKEN = "broken"


@dataclass(frozen=True)
class Side:
    """The minimum or the maximum of a rule. `margin`: files or cents to spare, negative when it is broken."""

    end: str  # min or max
    bound: Bound
    margin: Fraction
    state: State


@dataclass(frozen=True)
class Gauge:
    """One rule on one selection. `inside` and `total`: files or cents of the scope, and in all."""

    rule: Rule
    inside: int
    total: int
    sides: tuple[Side, ...]

    @property
    def value(self) -> int | Fraction:
        """Files or cents; for a share inside / total, 0 when nothing is selected."""
        if not self.rule.measure.is_share:
            return self.inside
        return Fraction(self.inside, self.total) if self.total else Fraction(0)

    @property
    def state(self) -> State:
        """That of the worse side."""
        states = [side.state for side in self.sides]
        return next((state for state in (State.BROKEN, State.TIGHT) if state in states), State.OK)

    @property
    def lost(self) -> Decimal:
        """Points that a soft rule costs: its penalty for each started unit missing; 0 for a hard rule."""
        units = sum(ceil(-side.margin / self.rule.step) for side in self.sides if side.margin < 0)
        return (self.rule.penalty or Decimal(0)) * units

    @property
    def sentence(self) -> str:
        """« Lycées agricoles : 4 dossiers, 5 au moins. Il en manque 1. »"""
        bounds = (f"{self._bound(side.bound)} au {'moins' if side.end == 'min' else 'plus'}" for side in self.sides)
        return f"{self.rule.title}{NBSP}: {', '.join([self._value(), *bounds])}.{self._remark()}"

    def to_dict(self) -> dict[str, Any]:
        of = {side.end: side for side in self.sides}
        return {
            "rule": self.rule.id,
            "label": self.rule.title,
            "measure": self.rule.measure.value,
            "value": _share(self.value) if isinstance(self.value, Fraction) else self.value,
            "inside": self.inside,
            "total": self.total,
            "min": _printed(self.rule.minimum),
            "max": _printed(self.rule.maximum),
            "state": self.state.value,
            "state_min": of["min"].state.value if "min" in of else None,
            "state_max": of["max"].state.value if "max" in of else None,
            "soft": self.rule.is_soft,
            "lost": plain(self.lost),
            "sentence": self.sentence,
        }

    def _value(self) -> str:
        if isinstance(self.value, Fraction):
            part = cents_in_euros(self.inside) if self.rule.measure.is_money else exact(self.inside)
            return f"{share(self.value, 1)} ({part} sur {self._amount(self.total)})"
        return self._amount(self.inside)

    def _bound(self, bound: Bound) -> str:
        if self.rule.measure.is_share:
            return share(Decimal(bound), 1)
        return cents_in_euros(int(bound)) if self.rule.measure.is_money else exact(bound)

    def _remark(self) -> str:
        remarks = [self._broken(side) for side in self.sides if side.state is State.BROKEN]
        if self.lost:
            remarks.append(f" Règle souple{NBSP}: {points(self.lost)} en moins.")
        ceiling = next((side for side in self.sides if side.end == "max"), None)
        if self.rule.measure is Measure.AMOUNT and ceiling and not remarks:
            remarks.append(f" Il reste {cents_in_euros(floor(ceiling.margin))}.")
        return "".join(remarks)

    def _broken(self, side: Side) -> str:
        if self.rule.measure.is_share:
            return " La part est trop faible." if side.end == "min" else " La part est trop forte."
        gap = self._amount(ceil(-side.margin))
        return f" Il manque {gap}." if side.end == "min" else f" C’est {gap} de trop."

    def _amount(self, quantity: int) -> str:
        return cents_in_euros(quantity) if self.rule.measure.is_money else count(quantity, "dossier")


def gauges(instance: Instance, selection: Iterable[tuple[str, str]]) -> list[Gauge]:
    """One gauge per rule, forced files included. Raises KeyError for a file or an option that the instance does not know."""
    chosen = {}
    for application_id, option_id in selection:
        options = {option.id: option for option in instance.by_id[application_id].options}
        chosen[application_id] = options[option_id]
    return [_gauge(instance, rule, chosen) for rule in (*instance.rules, *instance.forced_rules)]


def figures(instance: Instance, selection: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Mean and lowest score selected, highest refused, and how many refused files have a better score than one selected."""
    chosen = dict(selection)
    taken = sorted(one.score for one in instance.applications if one.id in chosen)
    refused = sorted(one.score for one in instance.applications if one.id not in chosen)
    mean = sum(map(Fraction, taken), Fraction(0)) / len(taken) if taken else None
    return {
        "mean": None if mean is None else _rounded(mean, 2),
        "lowest_selected": plain(taken[0]) if taken else None,
        "highest_refused": plain(refused[-1]) if refused else None,
        "passed_over": sum(1 for score in refused if taken and score > taken[0]),
    }


def _gauge(instance: Instance, rule: Rule, chosen: Mapping[str, FundingOption]) -> Gauge:
    def worth(option: FundingOption) -> int:
        return option.cents(rule.line) if rule.measure.is_money else 1

    scope = [application for application in instance.applications if rule.scope.holds(application)]
    taken = [worth(chosen[one.id]) for one in scope if one.id in chosen]
    left = [worth(option) for one in scope if one.id not in chosen for option in one.options]
    inside, total = sum(taken), sum(worth(option) for option in chosen.values())
    sides = []
    for end, bound, step in (("min", rule.minimum, -min(taken, default=0)), ("max", rule.maximum, min(left, default=0))):
        if bound is not None:
            margin = _margin(rule, end, bound, inside, total)
            after = _margin(rule, end, bound, inside + step, total + step)
            state = State.BROKEN if margin < 0 else State.TIGHT if margin == 0 or after < 0 else State.OK
            sides.append(Side(end, bound, margin, state))
    return Gauge(rule, inside, total, tuple(sides))


def _margin(rule: Rule, end: str, bound: Bound, inside: int, total: int) -> Fraction:
    limit = Fraction(bound) * (total if rule.measure.is_share else 1)
    return inside - limit if end == "min" else limit - inside


def _printed(bound: Bound | None) -> int | str | None:
    return plain(bound) if isinstance(bound, Decimal) else bound


def _share(value: Fraction) -> str:
    return _rounded(value, SHARE_DIGITS)


def _rounded(value: Fraction, digits: int) -> str:
    """Half up, as a plain decimal."""
    return plain(Decimal(floor(value * 10**digits + Fraction(1, 2))).scaleb(-digits))
