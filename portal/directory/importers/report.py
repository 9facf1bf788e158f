"""What an import found and did, row by row: read by people on the report page, by programs as JSON."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from portal.text.canonical import fingerprint

LABELS = {
    "created": "créés",
    "updated": "modifiés",
    "unchanged": "inchangés",
    "closed": "fermés",
    "absent": "absents du fichier (laissés tels quels)",
    "ignored": "lignes ignorées",
    "rejected": "lignes refusées",
    "warnings": "avertissements",
}


@dataclass(frozen=True)
class Issue:
    """Something to know about one row. `line` counts from 1, the header; `code` is stable, `message` is French."""

    line: int
    uai: str
    code: str
    message: str


@dataclass(frozen=True)
class Change:
    """One field of one lycée that an import changes. `field` is stable, the rest is French."""

    uai: str
    name: str
    field: str
    label: str
    before: str
    after: str


class DirectoryMoved(Exception):
    """The import would not do what its preview showed: the directory has changed meanwhile. Nothing was imported."""


class FileError(Exception):
    """The file as a whole cannot be read; nothing was imported. `code` is stable, the message is French."""

    def __init__(self, code: str, message: str):
        self.code = code
        super().__init__(message)


class RowRejected(Exception):
    """This row cannot be imported; the others are. `code` is stable, the message is French."""

    def __init__(self, code: str, message: str):
        self.code = code
        super().__init__(message)


@dataclass
class ImportReport:
    """Lists of UAI and of issues, in the order of the file. `absent`: known to the portal, not in the file, left as it is.

    `file_error` is the code of a FileError and `error_message` its sentence: then nothing was read nor imported.
    """

    file_error: str | None = None
    error_message: str = ""
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    ignored: list[Issue] = field(default_factory=list)
    rejected: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    is_same: bool = False  # a table that the file replaces whole, and which says the same already

    def digest(self) -> str:
        """A fingerprint of all that the import does to the directory: a preview and its import have the same."""
        return fingerprint([self.created, self.updated, self.closed, [asdict(change) for change in self.changes]])

    def agrees_with(self, expected: str) -> None:
        """Raise DirectoryMoved when a preview of this fingerprint showed something else; an empty one expects nothing."""
        if expected and expected != self.digest():
            raise DirectoryMoved

    def warn(self, line: int, uai: str, code: str, message: str) -> None:
        self.warnings.append(Issue(line, uai, code, message))

    def as_dict(self) -> dict:
        """For programs: the code of the file's error and the lists."""
        return {name: value for name, value in asdict(self).items() if name != "error_message"}

    def counts(self) -> dict[str, int]:
        """How many of each, in the order people read them."""
        return {name: len(getattr(self, name)) for name in LABELS}

    def summary(self) -> Iterable[str]:
        """One French line per count, for a terminal."""
        return [f"{number:>7}  {LABELS[name]}" for name, number in self.counts().items()]
