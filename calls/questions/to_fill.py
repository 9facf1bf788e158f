"""A document that the Région gives with a question, to be filled in and joined."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class DocumentToFill:
    """Its file in the private store: `id` of the StoredFile, `size` in bytes."""

    id: str
    name: str
    size: int

    @property
    def as_json(self) -> dict[str, Any]:
        """What a definition keeps."""
        return {"id": self.id, "name": self.name, "size": self.size}


def document_from(raw: Any, place: str, errors: list[str]) -> DocumentToFill | None:
    """The document of a raw definition, None where there is none; what is wrong is added to `errors`, begun by `place`."""
    if raw is None:
        return None
    try:
        if not isinstance(raw, Mapping):
            raise TypeError(raw)
        read = DocumentToFill(str(UUID(raw["id"])), raw["name"], raw["size"])
        if not (isinstance(read.name, str) and read.name and isinstance(read.size, int) and read.size >= 0):
            raise ValueError(read)
    except (AttributeError, KeyError, TypeError, ValueError):
        errors.append(f"{place} : le document à remplir n’est pas un fichier du portail ; donnez-le de nouveau, ou retirez-le.")
        return None
    return read
