import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from exports.xlsx import workbook
from exports.xlsx.workbook import MONEY, Formula, Sheet, SheetColumn, write_workbook
from tests.exports.reading import sheet_rows


def one_cell(value, format_=""):
    content = write_workbook([Sheet("Feuille", [SheetColumn("cle", "Intitulé", lambda row: row, format_)], [value])], title="Essai")
    return load_workbook(io.BytesIO(content))["Feuille"]["A3"]


@pytest.mark.parametrize("typed", ["=1+1", "+33 3 88", "-2", "@somme", "\t=cmd", '=HYPERLINK("http://x")'])
def test_typed_text_is_never_a_formula(typed):
    cell = one_cell(typed)

    assert cell.data_type == "s"
    assert cell.value == typed


def test_control_characters_are_left_out():
    assert one_cell("a\x00b\x07c").value == "abc"


def test_amounts_dates_and_moments_are_typed():
    amount, day, moment = one_cell(Decimal("12.50"), MONEY), one_cell(date(2027, 3, 12)), one_cell(datetime(2027, 3, 12, 17, 0, tzinfo=UTC))

    assert (amount.value, amount.number_format) == (12.5, '#,##0.00\\ "€"')
    assert day.is_date
    assert moment.value == datetime(2027, 3, 12, 18, 0)  # Europe/Paris, as the person reads it


def test_a_moment_is_cut_to_the_second():
    cell = one_cell(datetime(2027, 3, 12, 22, 59, 59, 700_000, tzinfo=UTC))

    assert cell.value == datetime(2027, 3, 12, 23, 59, 59)  # not the 13th, which the receipt does not say


@pytest.mark.parametrize("typed", ["_x0020_", "a_x000D_b", "_x005F_", "pièce_x_2"])
def test_text_that_looks_like_an_escape_stays_as_it_was_typed(typed):
    assert unescape(one_cell(typed).value) == typed


@pytest.mark.parametrize("name", ["MONEY", "NUMBER", "DATE", "MOMENT"])
def test_what_is_no_code_of_a_number_format_is_quoted(name):
    """A bare space, or a bare sign, is read in another way by LibreOffice in French: by thousand, or as a percentage."""
    bare = re.sub(r'"[^"]*"|\\.', "", getattr(workbook, name))

    assert re.fullmatch(r"[#,0.dmyh/:]+", bare)


def test_a_formula_of_ours_is_one():
    assert one_cell(Formula("=SUM(A1:A2)")).data_type == "f"


def test_a_sheet_has_hidden_keys_headings_filter_and_frozen_panes():
    content = write_workbook([Sheet("Dossiers", [SheetColumn("reference", "Référence", str)], ["A", "B"])], title="Essai")

    sheet = load_workbook(io.BytesIO(content))["Dossiers"]
    assert sheet_rows(content, "Dossiers") == [("reference",), ("Référence",), ("A",), ("B",)]
    assert sheet.row_dimensions[1].hidden
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:A4"


def test_an_empty_sheet_still_opens():
    content = write_workbook([Sheet("Vide", [SheetColumn("a", "A", str)], [])], title="Essai")

    assert sheet_rows(content, "Vide") == [("a",), ("A",)]
