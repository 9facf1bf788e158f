"""The lycées that carry the project with the one that files it, each with the agreement of its head."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from calls.enums import PartnershipState
from calls.questions.base import Gap, Given, Holding, Question
from calls.questions.comparison import Domain, ValueType
from calls.questions.number import NUMBER
from portal.text.dates import day
from portal.text.french import count

MOST_PARTNERS = 20


@dataclass(frozen=True, kw_only=True)
class PartnersQuestion(Question):
    """Given: a list of `Partnership.as_value`, in the order in which they were asked; a version freezes it as it is."""

    kind = "partners"
    minutes = 10
    not_again = "L’accord d’un partenaire ne vaut que pour un dossier."
    name = "Lycées partenaires"
    holding = Holding.PARTNERS
    sheet_format = ""
    nothing = "Aucun lycée partenaire"

    least: int = 1  # where the question is required
    most: int = 5

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        least, most = raw.get("least", 1), raw.get("most", 5)
        if not all(type(one) is int for one in (least, most)) or not 1 <= least <= most <= MOST_PARTNERS:
            errors.append(f"{place} : le nombre de partenaires va de 1 à {MOST_PARTNERS}, le plus petit d’abord.")
            least, most = 1, 5
        return {"least": least, "most": most}

    @property
    def value_type(self) -> ValueType:
        return NUMBER

    @property
    def domain(self) -> Domain:
        return Domain(minimum=1, maximum=self.most)

    @property
    def named(self) -> str:
        return f"le nombre de partenaires d’accord de « {self.label} »"

    def compared(self, given: Given) -> int | None:
        """How many have agreed."""
        return sum(each["state"] == PartnershipState.AGREED for each in given.value or []) or None

    def text(self, given: Given) -> str:
        return "\n".join(_said(each) for each in given.value or [])

    def cell(self, given: Given) -> str | None:
        return self.text(given) or None

    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        named = given.value or []
        if self.required and len(named) < self.least:
            wanted = count(self.least, "lycée partenaire", "lycées partenaires")
            return Gap(f"« {self.label} » : {wanted} au moins, {len(named) or 'aucun'} pour l’instant.")
        for each in named:
            if each["state"] == PartnershipState.ASKED:
                return Gap(f"« {self.label} » : {each['name']} n’a pas encore donné son accord.", "Accord attendu")
            if each["state"] == PartnershipState.DECLINED:
                return Gap(f"« {self.label} » : {each['name']} refuse son accord ; retirez la demande.", "Accord refusé")
        return None

    def frozen(self, given: Given) -> dict[str, Any]:
        return super().frozen(given) | {"value": given.value or None, "text": self.text(given)}

    @property
    def asks(self) -> str:
        number = count(self.most, "lycée") if self.least == self.most else f"De {self.least} à {count(self.most, 'lycée')}"
        return f"{number}, chacun avec l’accord de qui signe pour lui, donné dans le portail."


def _said(each: Mapping[str, Any]) -> str:
    """« Lycée agricole des Étangs, Toul (0541234A) : accord donné le 3 mars 2027 par Luc Daubenton »."""
    state = PartnershipState(each["state"]).label.lower()
    on = f" le {day(date.fromisoformat(each['on']))}" if each["on"] else ""
    by = f" par {each['by']}" if each["by"] else ""
    return f"{each['name']}, {each['commune']} ({each['uai']}) : {state}{on}{by}"
