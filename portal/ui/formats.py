"""How the portal writes numbers, dates and sentences in French. Pure functions: screens, mails and documents share them."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils import timezone

NBSP = "\u00a0"
NOTHING = "–"  # what an absent value looks like
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

_SPACE_BEFORE = re.compile(r"[ \u202f]+(?=[:;?!»€%])")
_SPACE_AFTER = re.compile(r"(?<=«)[ \u202f]+")
_HOUR = re.compile(r"(?<=\d) h (?=\d\d)|(?<=\d) h\b")
_THOUSANDS = re.compile(r"(?<=\d)[ \u202f](?=\d{3}(?!\d))")
_NUMERO = re.compile(r"\b([Nn]°|p\.|M\.|MM\.) (?=\S)")
_TAG = re.compile(r"(<[^>]*>)")


def number(value, decimals: int = 0) -> str:
    """A number with French separators: 1 234 567,80. None and text that is no number give a dash and the text."""
    if value is None or value == "":
        return NOTHING
    try:
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return str(value)
    sign = "−" if rounded < 0 else ""
    return sign + f"{abs(rounded):,.{decimals}f}".replace(",", NBSP).replace(".", ",")


def euros(amount, decimals: int = 2) -> str:
    """An amount in euros: 12 345,60 €, rounded half up."""
    text = number(amount, decimals)
    return text if text == NOTHING else f"{text}{NBSP}€"


def local(value: date | datetime) -> date | datetime:
    """The same instant on French clocks; a plain date stays as it is."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def day(value: date | datetime | None, *, year: bool = True, weekday: bool = False) -> str:
    """A date: 12 mars 2027, with `weekday` vendredi 12 mars 2027."""
    if not value:
        return NOTHING
    value = local(value)
    number_ = "1er" if value.day == 1 else str(value.day)
    parts = [WEEKDAYS[value.weekday()]] if weekday else []
    parts += [number_, MONTHS[value.month - 1]] + ([str(value.year)] if year else [])
    return " ".join(parts)


def hour(value: datetime | None) -> str:
    """A time of day: 18 h 00."""
    if not value:
        return NOTHING
    value = local(value)
    return f"{value.hour}{NBSP}h{NBSP}{value.minute:02d}"


def moment(value: datetime | None) -> str:
    """A date and its time: 12 mars 2027 à 18 h 00."""
    return f"{day(value)} à {hour(value)}" if value else NOTHING


def typo(text: str, *, html: bool = False) -> str:
    """Replace the spaces that French keeps with their neighbour by U+00A0; with `html`, tags are left alone.

    Only existing spaces change, so that addresses, entities and code are safe.
    """
    if html:
        return "".join(part if part.startswith("<") else typo(part) for part in _TAG.split(text))
    text = _SPACE_BEFORE.sub(NBSP, text)
    text = _SPACE_AFTER.sub(NBSP, text)
    text = _HOUR.sub(lambda found: found.group().replace(" ", NBSP), text)
    text = _NUMERO.sub(lambda found: f"{found.group(1)}{NBSP}", text)
    return _THOUSANDS.sub(NBSP, text)


def count(value: int, singular: str, plural: str = "") -> str:
    """A counted noun, singular up to one as French wants: 0 dossier, 1 dossier, 2 dossiers."""
    noun = singular if abs(value) < 2 else plural or f"{singular}s"
    return f"{number(value)}{NBSP}{noun}"


def weight(size: int) -> str:
    """The weight of a file of `size` bytes: 88 Ko, 1,2 Mo."""
    if size < 1024 * 1024:
        return f"{number(max(1, round(size / 1024)))}{NBSP}Ko"
    mebibytes = Decimal(size) / (1024 * 1024)
    return f"{number(mebibytes, 0 if mebibytes == mebibytes.to_integral_value() else 1)}{NBSP}Mo"
