"""Cells of a table of reference data: what each kind of column accepts, what is kept of it, and the kind that fits a column."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from calls.enums import ColumnKind

MOST_TEXT = 200  # signs
MOST_AMOUNT = Decimal("9999999999.99")
_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_AMOUNT = re.compile(r"-?[0-9]{1,10}([.,][0-9]{1,2})?", re.ASCII)
_FRENCH_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.ASCII)
_FLAGS = {"oui": True, "non": False, "vrai": True, "faux": False, "o": True, "n": False, "1": True, "0": False}
_SPACES = re.compile(r"[\s\u00a0\u202f]")


class WrongCell(ValueError):
    """What is wrong with a cell, in words that follow it: « douze » n’est pas un nombre entier."""


def kept_value(kind: str, cell: str) -> Any:
    """What a row keeps of a cell, as JSON: None for an empty one. Raises WrongCell."""
    text = cell.strip()
    if not text:
        return None
    if text.startswith("="):
        raise WrongCell("est une formule : collez sa valeur")
    return _KEPT[ColumnKind(kind)](text)


def _text(text: str) -> str:
    if len(text) > MOST_TEXT:
        raise WrongCell(f"dépasse {MOST_TEXT} signes")
    return text


def _number(text: str) -> int:
    bare = _SPACES.sub("", text)
    if not _WHOLE.fullmatch(bare):
        raise WrongCell("n’est pas un nombre entier de neuf chiffres au plus")
    return int(bare)


def _amount(text: str) -> str:
    bare = _SPACES.sub("", text).removesuffix("€")
    if not _AMOUNT.fullmatch(bare):
        raise WrongCell("n’est pas un montant en euros, avec deux décimales au plus")
    return str(Decimal(bare.replace(",", ".")).quantize(Decimal("0.01")))


def _flag(text: str) -> bool:
    found = _FLAGS.get(text.casefold())
    if found is None:
        raise WrongCell("n’est ni « oui » ni « non »")
    return found


def _day(text: str) -> str:
    found = _FRENCH_DAY.fullmatch(text)
    try:
        if found:
            day, month, year = map(int, found.groups())
            return date(year, month, day).isoformat()
        if len(text) == 10:
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise WrongCell("n’est pas une date, comme 01/03/2027")


_KEPT: dict[ColumnKind, Callable[[str], Any]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.NUMBER: _number,
    ColumnKind.AMOUNT: _amount,
    ColumnKind.YES_NO: _flag,
    ColumnKind.DAY: _day,
}


def kind_that_fits(cells: Sequence[str]) -> ColumnKind:
    """The narrowest kind that takes the cells that hold something, but one in ten: these are wrong, and told so. A text when there is none."""
    held = [cell for cell in cells if cell.strip()]
    narrow = (ColumnKind.NUMBER, ColumnKind.AMOUNT, ColumnKind.YES_NO, ColumnKind.DAY)
    return next((kind for kind in narrow if held and sum(not _fits(kind, cell) for cell in held) * 10 <= len(held)), ColumnKind.TEXT)


def _fits(kind: ColumnKind, cell: str) -> bool:
    try:
        kept_value(kind, cell)
    except WrongCell:
        return False
    return True


def cell_name(column: int, line: int) -> str:
    """Where a cell is, as a spreadsheet names it: (0, 12) is A12."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line}"
