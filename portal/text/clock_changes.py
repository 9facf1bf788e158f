"""The hour that the clocks skip in March, and the one that they strike twice in October: no act may be set in either."""

from datetime import datetime, timedelta

from django.utils import timezone

from portal.text.french import NBSP
from portal.text.months import date_in_words


def clock_gap(naive: datetime) -> str:
    """Why this time of French clocks names no instant, or two; empty when it names one. `naive` has no zone."""
    zone = timezone.get_current_timezone()
    first, second = (naive.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    if first == second:
        return ""
    day, hour = date_in_words(naive, year=True, weekday=False), naive.replace(minute=0, second=0, microsecond=0)
    start, end = _hour(hour), _hour(hour + timedelta(hours=1))
    instead = f"Choisissez une heure avant {start}, ou à partir de {end}."
    if first < second:
        return f"Le {day}, {_hour(naive)} n’existe pas : à {start}, les horloges passent à {end}. {instead}"
    return f"Le {day}, {_hour(naive)} arrive deux fois : à {end}, les horloges reviennent à {start}. {instead}"


def _hour(naive: datetime) -> str:
    return f"{naive.hour}{NBSP}h{NBSP}{naive.minute:02d}"
