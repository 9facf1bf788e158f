"""How the portal writes days and hours in French, on French clocks."""

from datetime import date, datetime

from django.utils import timezone

from portal.text.french import NBSP, NOTHING

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


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
