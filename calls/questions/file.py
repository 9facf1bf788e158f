"""One attachment, or several."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from calls.questions.base import Gap, Given, Holding, Question
from calls.questions.comparison import Domain, Operator, ValueType
from calls.questions.joined import JoinsFiles, frozen_files, thawed_files
from calls.questions.to_fill import DocumentToFill, document_from

FILES = ValueType("files", int, (Operator.IS_ANSWERED, Operator.AT_LEAST))


@dataclass(frozen=True, kw_only=True)
class FileQuestion(JoinsFiles, Question):
    kind = "file"
    minutes = 5
    name = "Pièce jointe"
    holding = Holding.FILES
    sheet_format = None
    nothing = "Aucune pièce jointe"

    to_fill: DocumentToFill | None = None  # what is downloaded, filled in and joined

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        return cls.files_from(raw, place, errors) | {"to_fill": document_from(raw.get("to_fill"), place, errors)}

    @property
    def value_type(self) -> ValueType:
        return FILES

    @property
    def domain(self) -> Domain:
        return Domain(minimum=1, maximum=None if self.multiple else 1)

    @property
    def named(self) -> str:
        return f"la pièce « {self.label} »"

    def compared(self, given: Given) -> int | None:
        """How many files are joined."""
        return len(given.files) or None

    def text(self, given: Given) -> str:
        return "\n".join(str(file) for file in given.files)

    @property
    def asks(self) -> str:
        given = " Le document à remplir est fourni." if self.to_fill else ""
        return f"{'Un ou plusieurs fichiers' if self.multiple else 'Un fichier'} : {self.formats}.{given}{self.following_told}"

    def cell(self, given: Given) -> None:
        """No column: the files are read in the portal."""

    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        if not self.required or given.files:
            return None
        return Gap(f"La pièce « {self.label} » n’est pas jointe.", f"Pièce obligatoire, {self.formats}")

    def frozen(self, given: Given) -> dict[str, Any]:
        return super().frozen(given) | {"files": frozen_files(given)}

    @classmethod
    def thawed(cls, entry: Mapping[str, Any]) -> Given:
        return replace(super().thawed(entry), files=thawed_files(entry["files"]))
