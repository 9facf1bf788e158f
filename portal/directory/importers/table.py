"""Reading a public CSV: encoding, separator and header are checked before any row is believed."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

from portal.directory.importers.report import FileError
from portal.text.search import fold

_HEAD = 64 * 1024


def column_key(label: str) -> str:
    """One name for a column whatever its form: "Code postal", "Code_postal" and "code_postal" are the same."""
    return fold(label.strip("\ufeff \"'")).replace(" ", "_").replace("'", "_").replace("-", "_")


class Table:
    """Rows of a CSV in UTF-8 separated by semicolons, as dictionaries keyed by `column_key`.

    `aliases` renames columns of older forms. Raises FileError: "empty", "encoding", "separator", "header" when it is
    opened, "encoding" or "structure" while it is read.
    """

    def __init__(self, stream: BinaryIO, *, required: set[str], aliases: dict[str, str] | None = None):
        _check_head(stream)
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        self._reader = csv.reader(self._text, delimiter=";")
        header = [column_key(label) for label in self._next_row() or []]
        self.columns = [(aliases or {}).get(name, name) for name in header]
        if missing := sorted(required - set(self.columns)):
            raise FileError("header", f"Ce n’est pas le fichier attendu : il manque les colonnes {', '.join(missing)}.")

    def rows(self) -> Iterator[tuple[int, dict[str, str] | None]]:
        """(line, row), the header being line 1; the row is None when it does not have the header's number of columns."""
        while True:
            line = self._reader.line_num + 1
            row = self._next_row()
            if row is None:
                break
            if any(cell.strip() for cell in row):
                yield line, dict(zip(self.columns, map(_clean, row), strict=True)) if len(row) == len(self.columns) else None
        self._text.detach()

    def _next_row(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except UnicodeDecodeError as error:
            raise FileError("encoding", "Le fichier n’est pas en UTF-8. Téléchargez de nouveau l’original, sans l’ouvrir.") from error
        except csv.Error as error:
            raise FileError("structure", f"Le fichier est abîmé à la ligne {self._reader.line_num} : {error}.") from error


def _check_head(stream: BinaryIO) -> None:
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileError("empty", "Le fichier est vide.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head:
        raise FileError("encoding", "Le fichier n’est pas un texte en UTF-8. Téléchargez de nouveau l’original, sans l’ouvrir.")
    first_line = head.splitlines()[0]
    if b";" not in first_line and (b"," in first_line or b"\t" in first_line):
        raise FileError("separator", "Les colonnes du fichier ne sont pas séparées par des points-virgules.")


def _clean(cell: str) -> str:
    """In NFC, without outer or non-breaking spaces nor control characters, which no column of these files may hold."""
    plain = unicodedata.normalize("NFC", cell).replace("\u00a0", " ").strip()
    return plain if plain.isprintable() else "".join(char if char.isprintable() else " " for char in plain).strip()
