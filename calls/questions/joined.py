"""Files joined to the answer of a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.urls import reverse

from calls.questions.base import Given
from portal.text.dates import day


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
class JoinsFiles:
    """What a question that takes files adds to its kind. `accept`: extensions, in small letters."""

    joins_files: ClassVar[bool] = True

    accept: tuple[str, ...] = ("pdf",)
    multiple: bool = False
    follows_until: date | None = None  # the file is filed without it, which comes until the end of that day

    @classmethod
    def files_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        """`accept` and `multiple` of a raw definition; what is wrong is added to `errors`."""
        accept = raw.get("accept") or ["pdf"]
        if not isinstance(accept, list) or not all(isinstance(kind, str) and kind.isalnum() for kind in accept):
            errors.append(f"{place} : les formats acceptés sont une liste d’extensions, par exemple pdf.")
            accept = ["pdf"]
        return {
            "accept": tuple(kind.lower() for kind in accept),
            "multiple": raw.get("multiple") is True,
            "follows_until": _day_from(raw.get("follows_until"), place, errors),
        }

    @property
    def formats(self) -> str:
        """The formats accepted: PDF, ODT."""
        return ", ".join(extension.upper() for extension in self.accept)

    @property
    def following_told(self) -> str:
        """That the file may be filed without it, and until when it comes; "" where it may not."""
        return f" Elle peut suivre le dépôt, jusqu’au {day(self.follows_until)}." if self.follows_until else ""


def _day_from(raw: Any, place: str, errors: list[str]) -> date | None:
    """The day until which a piece may follow; what is wrong is added to `errors`."""
    if not raw:
        return None
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        errors.append(f"{place} : le jour jusqu’auquel la pièce peut suivre n’est pas une date.")
        return None


def frozen_files(given: Given) -> list[dict[str, Any]]:
    """The files of an answer, as a version freezes them: one that was taken out of the store is no longer part of it."""
    stored = [attachment.file for attachment in given.files if attachment.file.deleted_at is None]
    return [{"id": str(file.pk), "name": file.name, "size": file.size, "sha256": file.sha256} for file in stored]


def thawed_files(files: Sequence[Mapping[str, Any]]) -> tuple[FileView, ...]:
    return tuple(FileView(**file) for file in files)
