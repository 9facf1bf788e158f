"""A whole number."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from calls.questions.base import FieldQuestion, Given, Json, is_blank
from calls.questions.comparison import ORDERED, Domain, ValueType
from calls.questions.reading import bounds_in, said_bounds
from portal.text.french import number
from portal.ui.fields import WholeNumberField

MOST_NUMBER = 1_000_000_000
NUMBER = ValueType("number", int, ORDERED)
_USUAL = 400  # most of a plausible answer


@dataclass(frozen=True, kw_only=True)
class NumberQuestion(FieldQuestion):
    kind = "number"
    name = "Nombre entier"
    sheet_format = ""

    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(MOST_NUMBER)

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        return bounds_in(raw, place, errors, Decimal(MOST_NUMBER))

    def field(self) -> WholeNumberField:
        return WholeNumberField(minimum=int(self.minimum), maximum=int(self.maximum), label=self.label, required=False)

    def read(self, value: Json) -> int | None:
        return None if is_blank(value) else int(value)

    def typed(self, value: Json) -> str:
        return "" if is_blank(value) else number(value)

    def text(self, given: Given) -> str:
        return "" if is_blank(given.value) else number(given.value)

    def figure(self, given: Given) -> Decimal | None:
        return None if is_blank(given.value) else Decimal(int(given.value))

    @property
    def asks(self) -> str:
        return f"Un nombre entier{said_bounds(self.minimum, self.maximum, Decimal(MOST_NUMBER), number)}."

    def sample(self, rng: Random) -> int:
        least = int(self.minimum or 1)
        return rng.randint(least, max(least, int(min(self.maximum or _USUAL, _USUAL))))

    @property
    def value_type(self) -> ValueType:
        return NUMBER

    @property
    def domain(self) -> Domain:
        return Domain(minimum=int(self.minimum), maximum=int(self.maximum))
