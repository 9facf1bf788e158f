"""Writing XLSX: typed cells, French headings, filters, frozen panes, flat memory. Typed text never becomes a formula."""

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from portal.text import dates
from portal.ui.tables import Column

# Whatever is not a code of the format is between quotes: a bare space at the end is a scale by thousand to LibreOffice in French.
MONEY, NUMBER, DATE, MOMENT = '#,##0.00\\ "€"', "#,##0.00", "dd/mm/yyyy", "dd/mm/yyyy\\ hh:mm"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what Excel would read as a character (ECMA-376, 22.9.2.19)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
CELL_LIMIT = 32_767  # Excel's own
_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="F3EFE7")


@dataclass(frozen=True)
class SheetColumn:
    """One column: stable machine key, French heading, how to read it from a row, number format, width in characters."""

    key: str
    heading: str
    value: Callable
    format: str = ""
    width: int = 16

    @classmethod
    def of(cls, column: Column, *, key: str = "", heading: str = "", format: str = "", width: int = 16) -> "SheetColumn":
        """The column of a list that shows the same value: its reading, and its key and heading unless the sheet has others."""
        return cls(key or column.key, heading or column.label, column.read, format, width)


@dataclass(frozen=True)
class Sheet:
    """One sheet. Row 1 holds the keys, hidden; row 2 the headings, frozen and filtered; data begin at row 3."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable


@dataclass(frozen=True)
class Formula:
    """A formula of ours: the only way in which a cell becomes one."""

    text: str
    format: str = NUMBER


def clean_text(value: object) -> str:
    """Text that a cell may hold: no control character, bounded. Whether it begins with = is settled by the cell's type."""
    return _ESCAPE.sub("_x005F_", _ILLEGAL.sub("", str(value))[:CELL_LIMIT])


def write_workbook(sheets: Sequence[Sheet], *, title: str, progress: Callable[[int], None] = lambda done: None) -> bytes:
    """The file's bytes. `progress(rows written)` is called every 200 rows."""
    book = Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = "Préau"
    book.properties.language = "fr-FR"
    written = 0
    for sheet in sheets:
        written = _write_sheet(book, sheet, written, progress)
    with tempfile.TemporaryFile() as file:  # openpyxl builds the archive on disk; the memory stays flat
        book.save(file)
        file.seek(0)
        return file.read()


def _write_sheet(book: Workbook, sheet: Sheet, written: int, progress: Callable[[int], None]) -> int:
    page = book.create_sheet(sheet.title[:31])
    page.freeze_panes = "B3"
    page.row_dimensions[1].hidden = True
    for index, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(index)].width = column.width
    page.append([_cell(page, column.key) for column in sheet.columns])
    page.append([_heading(page, column.heading) for column in sheet.columns])
    count = 0
    for row in sheet.rows:
        page.append([_cell(page, column.value(row), column.format) for column in sheet.columns])
        count += 1
        if (written + count) % 200 == 0:
            progress(written + count)
    page.auto_filter.ref = f"A2:{get_column_letter(len(sheet.columns))}{max(count + 2, 2)}"
    return written + count


def _heading(page: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = _cell(page, text)
    cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(page: WriteOnlyWorksheet, value: object, number_format: str = "") -> Cell | float | None:
    """A typed cell. Plain numbers without a format pass as they are: a cell object costs ten times more."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        cell = WriteOnlyCell(page, clean_text(value))
        cell.data_type = "s"  # never "f": what begins with = stays text
        return cell
    if isinstance(value, Formula):
        cell = WriteOnlyCell(page, value.text)
        cell.number_format = value.format
        return cell
    if isinstance(value, bool):
        return WriteOnlyCell(page, "oui" if value else "non")
    if isinstance(value, datetime):
        value = dates.to_the_second(timezone.localtime(value) if timezone.is_aware(value) else value).replace(tzinfo=None)
        number_format = number_format or MOMENT
    elif isinstance(value, date):
        number_format = number_format or DATE
    elif isinstance(value, Decimal):
        number_format = number_format or NUMBER
    if not number_format:
        return value
    cell = WriteOnlyCell(page, value)
    cell.number_format = number_format
    return cell
