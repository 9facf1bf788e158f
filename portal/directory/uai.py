"""The UAI, national identifier of a school: seven digits and a check letter."""

import re

# Beginnings in use: départements 000 to 095, overseas 97x and 98x, Corse 620 and 720 (data.gouv.fr, csv-detective).
_FORM = re.compile(r"(0[0-8][0-9]|09[0-5]|9[78][0-9]|[67]20)[0-9]{4}[A-Z]", re.ASCII)
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # 23 letters: neither I, nor O, nor Q


def normalise_uai(text: str) -> str:
    """Upper case, without spaces."""
    return "".join(text.split()).upper()


def has_uai_form(uai: str) -> bool:
    return bool(_FORM.fullmatch(uai))


def check_letter(digits: str) -> str:
    """The letter that follows these seven digits: the remainder by 23 in an alphabet of 23 letters."""
    return _LETTERS[int(digits) % 23]


def is_uai(uai: str) -> bool:
    return has_uai_form(uai) and uai[7] == check_letter(uai[:7])
