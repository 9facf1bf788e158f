"""A figure that the portal works out from other answers: their sum, a difference, a share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from calls.questions.base import Gap, Given, Holding, Question, is_blank
from calls.questions.comparison import ORDERED, Domain, ValueType
from calls.questions.reading import text_in
from portal.text.french import enumeration, euros, number, percent

COMPUTED = ValueType("computed", Decimal, ORDERED)
CENT = Decimal("0.01")


class Operation(StrEnum):
    SUM = "sum"
    DIFFERENCE = "difference"  # the first less the second
    SHARE = "share"  # the first in percent of the second


class Unit(StrEnum):
    EUROS = "euros"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True)
class ComputedQuestion(Question):
    """Nothing is typed nor stored: the figure is worked out from the answers each time they are read, and frozen with them.

    `terms`: keys of questions that come before it in the form and hold a figure, or `group.column`, all its rows added up.
    """

    kind = "computed"
    minutes = 0
    name = "Montant calculé"
    holding = Holding.NOTHING
    sheet_format = "number"
    nothing = "Pas encore calculé"

    operation: Operation = Operation.SUM
    terms: tuple[str, ...] = ()
    unit: Unit = Unit.EUROS

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        operation, unit = text_in(raw, "operation"), text_in(raw, "unit") or Unit.EUROS.value
        given = raw.get("terms") if isinstance(raw.get("terms"), list) else []
        terms = tuple(term for term in given if isinstance(term, str))
        if operation not in list(Operation):
            errors.append(f"{place} : un calcul est une somme (sum), une différence (difference) ou une part (share).")
            operation = Operation.SUM.value
        if unit not in list(Unit):
            errors.append(f"{place} : un calcul est en euros (euros) ou sans unité (number).")
            unit = Unit.EUROS.value
        if not terms or (operation != Operation.SUM and len(terms) != 2):
            errors.append(f"{place} : une somme a au moins un terme ; une différence ou une part en a deux.")
        return {"operation": Operation(operation), "terms": terms, "unit": Unit(unit)}

    def result(self, figures: Sequence[Decimal | None]) -> Decimal | None:
        """The figure, from those of its terms; None as long as it means nothing. A share is in percent, to the tenth."""
        known = [figure for figure in figures if figure is not None]
        if self.operation is Operation.SUM:
            return sum(known, Decimal(0)) if known else None
        if len(known) < 2 or (self.operation is Operation.SHARE and not known[1]):
            return None
        if self.operation is Operation.DIFFERENCE:
            return known[0] - known[1]
        return (known[0] * 100 / known[1]).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def stored(self, figure: Decimal | None) -> str | None:
        """As a version freezes it: euros to the cent, percents to the tenth."""
        if figure is None:
            return None
        return f"{figure.quantize(CENT):f}" if self._is_money else f"{figure.normalize():f}"

    @property
    def _is_money(self) -> bool:
        return self.unit is Unit.EUROS and self.operation is not Operation.SHARE

    @property
    def value_type(self) -> ValueType:
        return COMPUTED

    @property
    def domain(self) -> Domain:
        return Domain(is_money=self._is_money)

    def compared(self, given: Given) -> Decimal | None:
        return None if is_blank(given.value) else Decimal(str(given.value))

    def figure(self, given: Given) -> Decimal | None:
        return self.compared(given)

    def text(self, given: Given) -> str:
        found = self.compared(given)
        if found is None:
            return ""
        if self.operation is Operation.SHARE:
            return percent(found, 1)
        return euros(found) if self._is_money else number(found, max(0, -int(found.as_tuple().exponent)))

    def cell(self, given: Given) -> Decimal | None:
        return self.compared(given)

    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        return Gap(f"« {self.label} » ne se calcule pas encore.") if self.required and is_blank(given.value) else None

    def frozen(self, given: Given) -> dict[str, Any]:
        return super().frozen(given) | {"value": given.value, "text": self.text(given)}

    @property
    def asks(self) -> str:
        return "Rien à écrire : le portail le calcule à partir d’autres réponses."

    def said(self, labels: Mapping[str, str]) -> str:
        """How it is worked out, by the labels of its terms: « Coût total » moins « Autres financements »."""
        names = [f"« {labels.get(term, term)} »" for term in self.terms]
        match self.operation:
            case Operation.SUM:
                return f"Somme de {enumeration(names)}." if len(names) > 1 or "." in self.terms[0] else f"Repris de {names[0]}."
            case Operation.DIFFERENCE:
                return f"{names[0]} moins {names[1]}."
            case _:
                return f"Part de {names[0]} dans {names[1]}."
