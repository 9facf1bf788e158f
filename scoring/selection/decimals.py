"""Decimals of the format and whole numbers of its smallest unit."""

from decimal import Decimal

from portal.text.canonical import plain


def decimals(number: Decimal) -> int:
    """How many decimals a number is written with: 2 for 12.25, 0 for 12 and for 120."""
    return len(plain(number).partition(".")[2])


def decimal_text(units: int, decimals: int) -> str:
    """`units` × 10^-`decimals`, exactly, as a plain decimal."""
    digits = f"{abs(units):0{decimals + 1}d}"
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :].rstrip("0")
    return f"{'-' if units < 0 else ''}{whole}{'.' if part else ''}{part}"
