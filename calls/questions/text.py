"""A short text, on one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from calls.questions.base import TITLE_KEY, TITLE_LENGTH, FieldQuestion, Json, is_blank
from calls.questions.comparison import Operator, ValueType
from portal.text.french import number
from portal.ui.fields import PlainTextField

MOST_LENGTH = 20_000
TEXT = ValueType("text", str, (Operator.IS_ANSWERED, Operator.CONTAINS))
_SAMPLE = "Réponse de démonstration, à remplacer par celle du lycée."


@dataclass(frozen=True, kw_only=True)
class TextQuestion(FieldQuestion):
    kind = "text"
    name = "Texte court"
    sheet_format = ""
    multiline: ClassVar[bool] = False
    usual_length: ClassVar[int] = 250

    max_length: int = 250

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        is_title = raw.get("key") == TITLE_KEY
        length = raw.get("max_length") or (TITLE_LENGTH if is_title else cls.usual_length)
        most = TITLE_LENGTH if is_title else MOST_LENGTH
        if not isinstance(length, int) or isinstance(length, bool) or not 1 <= length <= most:
            errors.append(f"{place} : le nombre de signes va de 1 à {most}.")
            length = cls.usual_length
        return {"max_length": length}

    @property
    def limit(self) -> int:
        return self.max_length

    def field(self) -> PlainTextField:
        return PlainTextField(max_length=self.max_length, multiline=self.multiline, label=self.label, required=False)

    def read(self, value: Json) -> str | None:
        return None if is_blank(value) else str(value)

    @property
    def asks(self) -> str:
        return f"Un texte de {number(self.max_length)} signes au plus, espaces compris."

    def sample(self, rng: Random) -> str:
        return _SAMPLE[: self.max_length]

    @property
    def value_type(self) -> ValueType:
        return TEXT
