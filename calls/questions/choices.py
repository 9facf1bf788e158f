"""Several choices in a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calls.questions.choice import ChoiceQuestion


@dataclass(frozen=True, kw_only=True)
class ChoicesQuestion(ChoiceQuestion):
    """Stored: those chosen, in the order in which they are offered. `choice` with `multiple` is how older definitions write it."""

    kind = "choices"
    name = "Choix multiples"
    formerly = ("choice",)

    multiple: bool = True

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        return super().options_from(raw, place, errors) | {"multiple": True}
