"""Yes or no."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from calls.questions.base import FieldQuestion, Given, Json, is_blank
from calls.questions.comparison import BOOLEAN, ValueType
from portal.ui.fields import OfferedField

YES, NO = "yes", "no"
LABELS = {YES: "Oui", NO: "Non"}


@dataclass(frozen=True, kw_only=True)
class YesNoQuestion(FieldQuestion):
    """Stored: "yes" or "no". Nothing is ticked beforehand: no is an answer."""

    kind = "yes_no"
    minutes = 1
    name = "Oui ou non"
    sheet_format = ""
    is_typed = False

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        return {}

    @property
    def offered(self) -> list[tuple[str, str]]:
        return list(LABELS.items())

    def field(self) -> OfferedField:
        return OfferedField(choices=self.offered, required=False)

    def read(self, value: Json) -> bool | None:
        return None if is_blank(value) else value == YES

    def store(self, cleaned: Any) -> Json:
        return {True: YES, False: NO}[cleaned] if isinstance(cleaned, bool) else cleaned

    def text(self, given: Given) -> str:
        return "" if is_blank(given.value) else LABELS.get(str(given.value), str(given.value))

    def cell(self, given: Given) -> str | None:
        return self.text(given) or None

    @property
    def asks(self) -> str:
        return "Oui ou non."

    def sample(self, rng: Random) -> str:
        return rng.choice(list(LABELS))

    @property
    def value_type(self) -> ValueType:
        return BOOLEAN
