"""How far ahead a day may be typed in a plan, an order or works: beyond that, it is a typing error."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone

from portal.text.dates import figures

ONE_YEAR, TWO_YEARS = timedelta(days=366), timedelta(days=731)  # an order and a reserve; works, a sitting, the longest delay of a lot


def ahead(day: date, *, latest: date, past: str = "Cette date est passée.") -> date:
    """The day itself, from today to `latest`. Raises ValidationError, which says the last day that is taken."""
    if day < timezone.localdate():
        raise forms.ValidationError(past)
    return not_beyond(day, latest=latest)


def not_beyond(day: date, *, latest: date) -> date:
    """The day itself, past or not, up to `latest`. Raises ValidationError, which says the last day that is taken."""
    if day > latest:
        raise forms.ValidationError(f"Cette date est trop lointaine : le {figures(latest)} au plus tard. Vérifiez l’année.")
    return day


def bound(field: forms.Field, *, latest: date) -> None:
    """Give the calendar of the browser the same bounds."""
    field.widget.attrs.update(min=str(timezone.localdate()), max=str(latest))
