"""How figures are written: plain decimals in the format, French numbers in sentences."""

from decimal import Decimal
from fractions import Fraction

NBSP = "\u00a0"


def plain(number: Decimal) -> str:
    """The decimal of the format: no exponent, no useless zero ("17.50" and "17.5" are one score)."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def decimals(number: Decimal) -> int:
    """How many decimals a number is written with: 2 for 12.25, 0 for 12 and for 120."""
    return len(plain(number).partition(".")[2])


def decimal_text(units: int, decimals: int) -> str:
    """`units` × 10^-`decimals`, exactly, as a plain decimal."""
    digits = f"{abs(units):0{decimals + 1}d}"
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :].rstrip("0")
    return f"{'-' if units < 0 else ''}{whole}{'.' if part else ''}{part}"


def number(value: Decimal | int) -> str:
    """A number in a French sentence: 1 234,5."""
    whole, _, part = plain(Decimal(value)).partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", NBSP)
    return f"{sign}{grouped}{',' if part else ''}{part}"


def points(value: Decimal) -> str:
    """Points with their word: 1 point, 1,5 point, 12,25 points."""
    return f"{number(value)}{NBSP}{'point' if abs(value) < 2 else 'points'}"


def euros(cents: int) -> str:
    """An amount of cents: 12 340 €, 12 340,50 €."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}{number(whole)}{f',{rest:02d}' if rest else ''}{NBSP}€"


def files(count: int) -> str:
    """A number of files: 0 dossier, 1 dossier, 2 dossiers."""
    return f"{number(count)}{NBSP}{'dossier' if abs(count) < 2 else 'dossiers'}"


def percent(share: Decimal | Fraction) -> str:
    """A share to the tenth: 33,3 %. A bound is exact in the format; here it is read."""
    tenths = round(Fraction(share) * 1000)
    return f"{number(Decimal(tenths).scaleb(-1))}{NBSP}%"
