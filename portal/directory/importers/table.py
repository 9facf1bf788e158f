"""Reading a public table: encoding, separator and header are checked before any row is believed."""

import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from portal.directory.importers.encoding import WINDOWS
from portal.directory.importers.report import FileError, ImportReport
from portal.directory.importers.sheets import Lines, source_of
from portal.text.folding import fold
from portal.text.french import count, enumeration

GUESSED = "Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252. Vérifiez les accents de quelques noms."
MOST_NAMED = 4  # columns or titles told by name
TITLE_LINES = 20  # a title, a source, a note may come before the header, as in the workbooks of INSEE


def column_key(label: str) -> str:
    """One name for a column whatever its form: "Code postal", "Code_postal" and "code_postal" are the same."""
    return fold(label.strip("\ufeff \"'")).replace(" ", "_").replace("'", "_").replace("-", "_")


class Table:
    """Rows of a CSV or of an Excel workbook, as dictionaries keyed by `column_key`.

    The header is the first row that has every column `required`, among the first ones, whose titles are `labels`. `guessed`: what had to be, said. `aliases` renames columns of older forms. What
    had to be guessed is told to the `report`. Raises FileError: "empty", "encoding", "structure", "header" when it is opened,
    "structure" while it is read.
    """

    def __init__(self, stream: BinaryIO, *, required: set[str], aliases: dict[str, str] | None = None, report: ImportReport | None = None):
        source = source_of(stream)
        self._is_ragged = source.is_ragged
        best: tuple[list[str], list[str]] = ([], [])
        for lines in source.attempts():
            columns, labels, found = _header(lines, required, aliases or {})
            if found:
                self.columns, self.labels, self._lines = columns, labels, lines
                break
            best = max(best, (columns, labels), key=lambda pair: (len(required & set(pair[0])), len(pair[0])))
        else:
            raise FileError("header", _not_expected(required - set(best[0]), best[1]))
        self.guessed = GUESSED if source.encoding == WINDOWS else ""
        if report and self.guessed:
            report.warn(1, "", "windows_1252", self.guessed)

    def rows(self) -> Iterator[tuple[int, dict[str, str] | None]]:
        """(line of the file, row); the row is None when it does not have the header's number of columns."""
        width = len(self.columns)
        for line, row in self._lines:
            if self._is_ragged:
                row += [""] * (width - len(row))
            if any(cell.strip() for cell in row):
                yield line, dict(zip(self.columns, map(_clean, row), strict=True)) if len(row) == width else None


def _header(lines: Lines, required: set[str], aliases: dict[str, str]) -> tuple[list[str], list[str], bool]:
    """The columns of the first row that has all those `required`, their titles and True; else those of the row that is nearest to it, and False."""
    best: tuple[list[str], list[str]] = ([], [])
    for _, row in islice(lines, TITLE_LINES):
        names = [column_key(label) for label in row]
        columns = [aliases.get(name, name) for name in names]
        labels = [_clean(label.strip("\ufeff")) for label in row]
        if required <= set(columns):
            return columns, labels, True
        best = max(best, (columns, labels), key=lambda pair: (len(required & set(pair[0])), len(list(filter(None, pair[0])))))
    return *best, False


def _not_expected(missing: set[str], labels: list[str]) -> str:
    """What a file lacks, a few columns by name, and the titles that it has: whoever chose the wrong file sees which one it is."""
    names = sorted(missing)
    told = enumeration([f"« {name} »" for name in names[:MOST_NAMED]])
    lacks = f"il manque la colonne {told}" if len(names) == 1 else f"il manque {len(names)} colonnes"
    if len(names) > 1:
        lacks += f" : {told}" if len(names) <= MOST_NAMED else f", dont {told}"
    titles = [label for label in labels if label]
    more = f" et {count(len(titles) - MOST_NAMED, 'autre')}" if len(titles) > MOST_NAMED else ""
    has = f" Ses titres : {', '.join(f'« {title[:40]} »' for title in titles[:MOST_NAMED])}{more}." if titles else ""
    return f"Ce n’est pas le fichier attendu : {lacks}.{has}"


def _clean(cell: str) -> str:
    """In NFC, without outer or non-breaking spaces nor control characters, which no column of these files may hold."""
    plain = unicodedata.normalize("NFC", cell).replace("\u00a0", " ").strip()
    return plain if plain.isprintable() else "".join(char if char.isprintable() else " " for char in plain).strip()
