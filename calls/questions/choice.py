"""A choice in a list, or several."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from calls.questions.base import FieldQuestion, Given, Json, is_blank
from calls.questions.comparison import Domain, Operator, ValueType
from calls.questions.reading import repeated, text_in
from portal.ui.fields import OfferedField

if TYPE_CHECKING:
    from django.http import QueryDict

CHOICE = ValueType("choice", str, (Operator.IS_ANSWERED, Operator.EQUALS, Operator.IS_ONE_OF))
CHOICES = ValueType("choices", frozenset, (Operator.IS_ANSWERED, Operator.CONTAINS, Operator.CONTAINS_ANY))


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class ChoiceQuestion(FieldQuestion):
    """Stored: the value chosen, or the list of those chosen in the order in which they are offered.

    `multiple`: only in definitions written before several choices were a kind of their own (`choices`); their frozen versions must not change.
    """

    kind = "choice"
    minutes = 1
    name = "Choix"
    sheet_format = ""
    is_typed = False

    choices: tuple[Choice, ...] = ()
    multiple: bool = False

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        offered = raw.get("choices") if isinstance(raw.get("choices"), list) else []
        choices = [Choice(text_in(choice, "value"), text_in(choice, "label")) for choice in offered if isinstance(choice, dict)]
        if not choices:
            errors.append(f"{place} ne propose aucun choix.")
        if any(not choice.value or not choice.label for choice in choices):
            errors.append(f"{place} a un choix sans valeur ou sans libellé.")
        errors += repeated([choice.value for choice in choices], f"{place} : la valeur de choix")
        return {"choices": tuple(choices), "multiple": raw.get("multiple") is True}

    @property
    def offers(self) -> list[str]:
        return [f"{choice.label} ({choice.value})" for choice in self.choices]

    @property
    def offered(self) -> list[tuple[str, str]]:
        return [(choice.value, choice.label) for choice in self.choices]

    @property
    def takes_several(self) -> bool:
        return self.multiple

    def field(self) -> OfferedField:
        return OfferedField(choices=self.offered, multiple=self.multiple, required=False)

    def read(self, value: Json) -> str | tuple[str, ...] | None:
        if is_blank(value):
            return None
        return tuple(_chosen(value)) if self.multiple else str(value)

    def taken_again(self, value: Json) -> Json:
        """Those of the choices that are still offered."""
        left = [] if is_blank(value) else [one for one in _chosen(value) if one in dict(self.offered)]
        return (left if self.multiple else left[0]) if left else None

    def store(self, cleaned: Any) -> Json:
        return list(cleaned) if isinstance(cleaned, tuple) else cleaned

    def typed(self, value: Json) -> str | list[str]:
        if self.multiple:
            return [] if is_blank(value) else _chosen(value)
        return super().typed(value)

    def posted(self, data: "QueryDict") -> str | list[str]:
        return data.getlist(f"q-{self.key}") if self.multiple else super().posted(data)

    def text(self, given: Given) -> str:
        return "" if is_blank(given.value) else ", ".join(self.choice_label(value) for value in _chosen(given.value))

    def cell(self, given: Given) -> str | None:
        return self.text(given) or None

    def compared(self, given: Given) -> str | frozenset[str] | None:
        found = self.read(given.value)
        return frozenset(found) if isinstance(found, tuple) else found

    @property
    def asks(self) -> str:
        return "Un ou plusieurs choix parmi :" if self.multiple else "Un choix parmi :"

    @property
    def possible(self) -> list[str]:
        return [choice.label for choice in self.choices]

    def sample(self, rng: Random) -> Json:
        values = [choice.value for choice in self.choices]
        return sorted(rng.sample(values, k=min(2, len(values))), key=values.index) if self.multiple else values[0]

    def choice_label(self, value: str) -> str:
        """The label of a value; the value itself when it is no longer offered."""
        return next((choice.label for choice in self.choices if choice.value == value), value)

    @property
    def value_type(self) -> ValueType:
        return CHOICES if self.multiple else CHOICE

    @property
    def domain(self) -> Domain:
        return Domain(tuple((choice.value, choice.label) for choice in self.choices))


def _chosen(value: Json) -> list[str]:
    return value if isinstance(value, list) else [str(value)]
