"""The dates of a call as an iCalendar file, for the diary of a team."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from calls.models import Call


def calendar_of(call: Call, *, base_url: str, now: datetime) -> bytes:
    """The file (RFC 5545, UTF-8): opening, closing, jury and results. Times are in UTC, which every diary converts."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Préau//Appels à projets//FR")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for key, label, start, end in _dates(call):
        calendar.add_component(_event(call, key, label, start, end, url=f"{base_url}{call.get_absolute_url()}", now=now))
    return calendar.to_ical(sorted=False)


def _dates(call: Call) -> Iterator[tuple[str, str, date | datetime, date | datetime]]:
    """(key, label, start, end) of each date that the call carries; a whole day ends on the next one."""
    yield "ouverture", "Ouverture des dépôts", call.opens_at.astimezone(UTC), call.opens_at.astimezone(UTC)
    yield "cloture", "Clôture des dépôts", call.closes_at.astimezone(UTC), call.closes_at.astimezone(UTC)
    if call.jury_on:
        yield "jury", "Délibération du jury", call.jury_on, call.jury_on + timedelta(days=1)
    if call.results_on:
        yield "resultats", "Résultats attendus", call.results_on, call.results_on + timedelta(days=1)


def _event(call: Call, key: str, label: str, start: date | datetime, end: date | datetime, *, url: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{call.slug}-{key}@preau")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", f"{' '.join(call.title.split())} : {label}")
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event
