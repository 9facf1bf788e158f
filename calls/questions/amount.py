"""An amount in euros."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from calls.questions.base import FieldQuestion, Given, Json, is_blank
from calls.questions.comparison import ORDERED, Domain, ValueType
from calls.questions.reading import bounds_in, said_bounds
from portal.text.french import euros, number
from portal.ui.fields import AmountField

MOST_AMOUNT = Decimal("9999999999.99")
AMOUNT = ValueType("amount", Decimal, ORDERED)


@dataclass(frozen=True, kw_only=True)
class AmountQuestion(FieldQuestion):
    """Stored: a decimal string with two decimals, in euros. `requested`: the amount is part of what the file asks for."""

    kind = "amount"
    not_again = "Un montant ne se reprend pas : indiquez celui de ce dossier."
    name = "Montant"
    sheet_format = "money"

    minimum: Decimal = Decimal(0)
    maximum: Decimal = MOST_AMOUNT
    requested: bool = False

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        return bounds_in(raw, place, errors, MOST_AMOUNT) | {"requested": raw.get("requested") is True}

    def field(self) -> AmountField:
        return AmountField(minimum=self.minimum, maximum=self.maximum, label=self.label, required=False)

    def read(self, value: Json) -> Decimal | None:
        return None if is_blank(value) else Decimal(str(value))

    def store(self, cleaned: Any) -> str | None:
        return None if cleaned is None else f"{Decimal(cleaned):.2f}"

    def typed(self, value: Json) -> str:
        return "" if is_blank(value) else number(value, 2)

    def text(self, given: Given) -> str:
        return "" if is_blank(given.value) else euros(given.value)

    def figure(self, given: Given) -> Decimal | None:
        return self.read(given.value)

    @property
    def asks(self) -> str:
        counted = " Il compte dans l’aide demandée." if self.requested else ""
        return f"Un montant en euros TTC{said_bounds(self.minimum, self.maximum, MOST_AMOUNT, euros)}.{counted}"

    def sample(self, rng: Random) -> str:
        drawn = Decimal(rng.randrange(0, 12_000, 500))
        return f"{min(max(drawn, self.minimum), self.maximum):.2f}"

    @property
    def value_type(self) -> ValueType:
        return AMOUNT

    @property
    def domain(self) -> Domain:
        return Domain(minimum=self.minimum, maximum=self.maximum)

    @property
    def counts_in_request(self) -> bool:
        return self.requested
