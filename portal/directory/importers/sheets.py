"""Rows of a public file, whatever holds them: a CSV with any of the usual separators, or the sheets of a workbook."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO, Protocol

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from portal.directory.importers.encoding import encoding_of
from portal.directory.importers.report import FileError

SEPARATORS = (";", ",", "\t")
_HEAD = 64 * 1024
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    RuntimeError,
)  # what openpyxl raises on a workbook that is not whole: errors of XML are SyntaxError, an archive with a password is RuntimeError

Lines = Iterator[tuple[int, list[str]]]


class RowSource(Protocol):
    """Where rows come from. `attempts` gives each way to read them, the likeliest first: (line of the file from 1, cells)."""

    encoding: str
    is_ragged: bool  # rows stop at their last cell that holds something

    def attempts(self) -> Iterator[Lines]: ...


def source_of(stream: BinaryIO) -> RowSource:
    """Raises FileError: "empty", "encoding", "structure"."""
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileError("empty", "Le fichier est vide.")
    if head.startswith(b"PK\x03\x04"):
        return Workbook(stream)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head:
        raise FileError("encoding", "Le fichier n’est pas un texte en UTF-8. Téléchargez de nouveau l’original, sans l’ouvrir.")
    return Text(stream, encoding_of(stream))


class Text:
    """A CSV: its separator is the one that finds the header."""

    is_ragged = False

    def __init__(self, stream: BinaryIO, encoding: str):
        self.stream, self.encoding = stream, encoding

    def attempts(self) -> Iterator[Lines]:
        for separator in SEPARATORS:
            self.stream.seek(0)
            yield self._lines(separator)

    def _lines(self, separator: str) -> Lines:
        text = io.TextIOWrapper(self.stream, encoding=self.encoding, newline="")
        reader = csv.reader(text, delimiter=separator)
        try:
            while True:
                line = reader.line_num + 1
                row = next(reader, None)
                if row is None:
                    return
                yield line, row
        except csv.Error as error:
            raise FileError("structure", f"Le fichier est abîmé à la ligne {reader.line_num} : {error}.") from error
        finally:
            text.detach()


class Workbook:
    """An Excel workbook, as INSEE publishes its grids: each of its sheets."""

    encoding, is_ragged = "", True

    def __init__(self, stream: BinaryIO):
        try:
            self.book = load_workbook(stream, read_only=True, data_only=True)
        except _DAMAGED as error:
            raise _damaged() from error

    def attempts(self) -> Iterator[Lines]:
        for sheet in self.book.worksheets:
            sheet.reset_dimensions()  # what some writers declare there is wrong
            yield _rows(sheet)


def _rows(sheet: Worksheet) -> Lines:
    try:
        for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1].strip():
                cells.pop()
            yield line, cells
    except _DAMAGED as error:
        raise _damaged() from error


def _damaged() -> FileError:
    return FileError("structure", "Le classeur Excel est abîmé, ou n’en est pas un. Téléchargez de nouveau l’original, sans l’ouvrir.")


def _text(cell: object) -> str:
    """A cell as the same file in CSV would hold it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    return str(cell)
