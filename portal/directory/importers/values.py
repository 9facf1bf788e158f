"""Values of the annuaire, turned into ours. Each function takes a `note(code, message)` to report what it had to repair."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from stdnum.fr import siret as stdnum_siret

Note = Callable[[str, str], None]
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")
_FRENCH_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_MICRODEGREE = Decimal("0.000001")


def flag(cell: str) -> bool:
    return cell == "1"


def flag_or_none(cell: str) -> bool | None:
    """None where the cell does not say."""
    return {"1": True, "0": False}.get(cell)


def padded_code(cell: str, width: int, note: Note, label: str) -> str:
    """A code whose leading zeros a spreadsheet may have eaten."""
    if cell.isdigit() and len(cell) < width:
        note("excel_damage", f"{label} « {cell} » : zéro initial perdu par un tableur, rétabli.")
        return cell.zfill(width)
    return cell


def department_code(cell: str, note: Note) -> str:
    """INSEE code: "067" is "67", "02A" is "2A", "971" stays; "1", eaten by a spreadsheet, is "01"."""
    code = cell.upper()
    if len(code) == 3 and code.startswith("0"):
        return code[1:]
    return padded_code(code, 2, note, "Code département")


def siret(cell: str, note: Note) -> str:
    """Fourteen digits or nothing. A wrong check digit only warns: some real ones are wrong."""
    number = cell.replace(" ", "")
    if not number:
        return ""
    if _SCIENTIFIC.fullmatch(number):
        note("excel_damage", f"SIRET « {cell} » abîmé par un tableur : laissé vide.")
        return ""
    if not (number.isascii() and number.isdigit() and len(number) == 14):
        note("siret_format", f"SIRET « {cell} » : 14 chiffres attendus, laissé vide.")
        return ""
    if not stdnum_siret.is_valid(number):
        note("siret_checksum", f"SIRET {number} : la clé de contrôle ne correspond pas.")
    return number


def whole_number(cell: str, note: Note) -> int | None:
    if not cell:
        return None
    if cell.isascii() and cell.isdigit() and len(cell) < 7:
        return int(cell)
    note("pupils_format", f"Nombre d’élèves « {cell} » : nombre entier attendu, laissé vide.")
    return None


def coordinate(cell: str, limit: int, note: Note) -> Decimal | None:
    """Degrees, rounded to the sixth decimal (11 cm)."""
    if not cell:
        return None
    try:
        degrees = Decimal(cell.replace(",", "."))
    except InvalidOperation:
        degrees = Decimal("NaN")
    if not degrees.is_finite() or abs(degrees) > limit:
        note("coordinates_format", f"Coordonnée « {cell} » : laissée vide.")
        return None
    return degrees.quantize(_MICRODEGREE)


def day(cell: str, note: Note) -> date | None:
    """AAAA-MM-JJ, or JJ/MM/AAAA as a spreadsheet rewrites it."""
    if not cell:
        return None
    if french := _FRENCH_DATE.fullmatch(cell):
        note("excel_damage", f"Date « {cell} » réécrite par un tableur : lue jour, mois, année.")
        cell = "-".join(reversed(french.groups()))
    try:
        return date.fromisoformat(cell)
    except ValueError:
        note("date_format", f"Date « {cell} » : laissée vide.")
        return None


def email(cell: str, note: Note) -> str:
    try:
        if cell:
            validate_email(cell)
    except ValidationError:
        note("email_format", f"Adresse électronique « {cell} » : laissée vide.")
        return ""
    return cell


def phone(cell: str, note: Note) -> str:
    """As written; nine digits have lost their zero in a spreadsheet."""
    if re.fullmatch(r"[1-9]\d{8}", cell):
        note("excel_damage", f"Téléphone « {cell} » : zéro initial perdu par un tableur, rétabli.")
        return f"0{cell}"
    return cell
