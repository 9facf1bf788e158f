"""Files of reference data, as they are brought."""

from io import BytesIO

from calls.actions.reference_data import BroughtFile
from portal.directory.uai import check_letter


def uai_of(number: int) -> str:
    digits = f"054{number:04}"
    return digits + check_letter(digits)


def brought(text: str | bytes, name: str = "postes.csv") -> BroughtFile:
    return BroughtFile(name, "0" * 64, BytesIO(text.encode() if isinstance(text, str) else text))
