"""Names of months and days in French, and a plain date in words. Pure: `portal.text.dates` adds the clocks of Django."""

from calendar import monthrange
from datetime import date

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def date_in_words(value: date, *, year: bool = True, weekday: bool = False) -> str:
    """A date: 1er mars 2027, with `weekday` lundi 1er mars 2027."""
    parts = [WEEKDAYS[value.weekday()]] if weekday else []
    parts += ["1er" if value.day == 1 else str(value.day), MONTHS[value.month - 1]] + ([str(value.year)] if year else [])
    return " ".join(parts)


def months_later(value: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    years, month = divmod(value.month - 1 + months, 12)
    year = value.year + years
    return date(year, month + 1, min(value.day, monthrange(year, month + 1)[1]))
