"""Numbers and dates as French documents write them (non-breaking spaces throughout)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format

NBSP = "\u00a0"


def euros(amount: Decimal) -> str:
    """ "12 345,60 €"."""
    return f"{amount:,.2f}".replace(",", NBSP).replace(".", ",") + f"{NBSP}€"


def number(value: Decimal) -> str:
    """ "71,25"; whole numbers without decimals."""
    text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    return text.replace(".", ",")


def day(value: date) -> str:
    """ "12 mars 2027"."""
    return date_format(value, "j F Y").replace(" ", NBSP)


def moment(value: datetime) -> str:
    """ "12 mars 2027 à 18 h 00 min 05 s (heure de Paris)"."""
    local = timezone.localtime(value)
    return f"{day(local.date())} à {local:%H}{NBSP}h{NBSP}{local:%M}{NBSP}min{NBSP}{local:%S}{NBSP}s (heure de Paris)"


def size(octets: int) -> str:
    return f"{octets / 1_048_576:.1f}{NBSP}Mo".replace(".", ",") if octets >= 1_048_576 else f"{max(1, octets // 1024)}{NBSP}Ko"
