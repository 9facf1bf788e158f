"""Commitments that the lycée takes, each one ticked."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from calls.questions.base import FieldQuestion, Gap, Given, Json, is_blank
from calls.questions.comparison import Domain, Operator, ValueType
from calls.questions.reading import key_in, repeated, text_in
from portal.text.french import count
from portal.ui.fields import OfferedField

if TYPE_CHECKING:
    from django.http import QueryDict

COMMITMENTS = ValueType("commitments", frozenset, (Operator.IS_ANSWERED, Operator.CONTAINS, Operator.CONTAINS_ANY))


@dataclass(frozen=True)
class Commitment:
    """One sentence that the lycée takes as its own: « Tenir à jour les listes d’élèves »."""

    key: str
    label: str


@dataclass(frozen=True, kw_only=True)
class CommitmentsQuestion(FieldQuestion):
    """Stored: the keys of those taken, in the order of the form. A required list is complete when each one is taken."""

    kind = "commitments"
    not_again = "Un engagement se prend de nouveau dans chaque dossier."
    name = "Engagements"
    sheet_format = ""
    is_typed = False
    takes_several = True
    nothing = "Aucun engagement pris"

    commitments: tuple[Commitment, ...] = ()

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        offered = raw.get("commitments") if isinstance(raw.get("commitments"), list) else []
        found = tuple(_commitment(one, place, errors) for one in offered if isinstance(one, dict))
        if not found:
            errors.append(f"{place} ne propose aucun engagement.")
        errors += repeated([one.key for one in found], f"{place} : la clé d’engagement")
        return {"commitments": found}

    @property
    def offered(self) -> list[tuple[str, str]]:
        return [(one.key, one.label) for one in self.commitments]

    def field(self) -> OfferedField:
        return OfferedField(choices=self.offered, multiple=True, required=False)

    def read(self, value: Json) -> tuple[str, ...] | None:
        return None if is_blank(value) else tuple(_taken(value))

    def store(self, cleaned: Any) -> Json:
        return list(cleaned) if isinstance(cleaned, tuple) else cleaned

    def typed(self, value: Json) -> list[str]:
        return [] if is_blank(value) else _taken(value)

    def posted(self, data: "QueryDict") -> list[str]:
        return data.getlist(f"q-{self.key}")

    def compared(self, given: Given) -> frozenset[str] | None:
        found = self.read(given.value)
        return None if found is None else frozenset(found)

    def text(self, given: Given) -> str:
        """One commitment a line; those that the form no longer lists are named by their key."""
        labels = dict(self.offered)
        return "" if is_blank(given.value) else "\n".join(labels.get(key, key) for key in _taken(given.value))

    def cell(self, given: Given) -> str | None:
        return None if is_blank(given.value) else "; ".join(self.text(given).split("\n"))

    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        taken = [] if is_blank(given.value) else _taken(given.value)
        missing = [one for one in self.commitments if one.key not in taken]
        if not (self.required and missing):
            return None
        left = "aucun engagement n’est pris" if not taken else f"il reste {count(len(missing), 'engagement')} à prendre"
        return Gap(f"« {self.label} » : {left}.")

    @property
    def asks(self) -> str:
        return "Chacun de ces engagements est à prendre :" if self.required else "Les engagements que prend le lycée, parmi :"

    @property
    def possible(self) -> list[str]:
        return [one.label for one in self.commitments]

    @property
    def offers(self) -> list[str]:
        return [f"{one.label} ({one.key})" for one in self.commitments]

    def sample(self, rng: Random) -> list[str]:
        return [one.key for one in self.commitments]

    @property
    def value_type(self) -> ValueType:
        return COMMITMENTS

    @property
    def domain(self) -> Domain:
        return Domain(tuple(self.offered))


def _commitment(raw: Mapping[str, Any], place: str, errors: list[str]) -> Commitment:
    label = text_in(raw, "label")
    if not label:
        errors.append(f"{place} a un engagement sans texte.")
    return Commitment(key_in(raw, f"{place} : l’engagement « {label} »", errors), label)


def _taken(value: Json) -> list[str]:
    return value if isinstance(value, list) else [str(value)]
