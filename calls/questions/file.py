"""One attachment, or several."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse

from calls.questions.base import Gap, Given, Holding, Question
from calls.questions.comparison import Operator, ValueType

FILES = ValueType("files", int, (Operator.IS_ANSWERED, Operator.AT_LEAST))


@dataclass(frozen=True)
class FileView:
    """One attachment as frozen: `id` of the StoredFile, `size` in bytes."""

    id: str
    name: str
    size: int
    sha256: str

    @property
    def url(self) -> str:
        return reverse("files:file", args=[self.id])

    def __str__(self):
        return self.name


@dataclass(frozen=True, kw_only=True)
class FileQuestion(Question):
    kind = "file"
    name = "Pièce jointe"
    holding = Holding.FILES
    sheet_format = None
    nothing = "Aucune pièce jointe"

    accept: tuple[str, ...] = ("pdf",)
    multiple: bool = False

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        accept = raw.get("accept") or ["pdf"]
        if not isinstance(accept, list) or not all(isinstance(kind, str) and kind.isalnum() for kind in accept):
            errors.append(f"{place} : les formats acceptés sont une liste d’extensions, par exemple pdf.")
            accept = ["pdf"]
        return {"accept": tuple(kind.lower() for kind in accept), "multiple": raw.get("multiple") is True}

    @property
    def value_type(self) -> ValueType:
        return FILES

    def compared(self, given: Given) -> int | None:
        """How many files are joined."""
        return len(given.files) or None

    def text(self, given: Given) -> str:
        return "\n".join(str(file) for file in given.files)

    @property
    def asks(self) -> str:
        return f"{'Un ou plusieurs fichiers' if self.multiple else 'Un fichier'} : {self.formats}."

    def cell(self, given: Given) -> None:
        """No column: the files are read in the portal."""

    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        if not self.required or given.files:
            return None
        return Gap(f"La pièce « {self.label} » n’est pas jointe.", f"Pièce obligatoire, {self.formats}")

    def frozen(self, given: Given) -> dict[str, Any]:
        """A file that was taken out of the store is no longer part of the answer."""
        stored = [attachment.file for attachment in given.files if attachment.file.deleted_at is None]
        files = [{"id": str(file.pk), "name": file.name, "size": file.size, "sha256": file.sha256} for file in stored]
        return super().frozen(given) | {"files": files}

    @classmethod
    def thawed(cls, entry: Mapping[str, Any]) -> Given:
        return replace(super().thawed(entry), files=tuple(FileView(**file) for file in entry["files"]))

    @property
    def formats(self) -> str:
        """The formats accepted: PDF, ODT."""
        return ", ".join(extension.upper() for extension in self.accept)
