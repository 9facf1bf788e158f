"""The dates of a call as an iCalendar file, for the diary of a team."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from calls.models import Call

BEFORE_CLOSING = (timedelta(days=7), timedelta(days=1))  # when a diary reminds of the closing


@dataclass(frozen=True)
class Entry:
    """One date: a moment, which has no end, or whole days, `end` being the day after the last one."""

    key: str
    label: str
    start: date | datetime
    end: date | None = None
    alarms: tuple[timedelta, ...] = ()


def calendar_of(call: Call, milestones: Iterable = (), *, base_url: str, now: datetime) -> bytes:
    """The file (RFC 5545, UTF-8): opening, closing with its reminders, jury, results, and the steps that the page of the call adds.

    `milestones` are the values of that page's calendar, with their ids. Times are in UTC, which every diary converts.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Préau//Appels à projets//FR")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for entry in [*_dates(call), *_steps(milestones)]:
        calendar.add_component(_event(call, entry, url=f"{base_url}{call.get_absolute_url()}", now=now))
    return calendar.to_ical(sorted=False)


def _dates(call: Call) -> Iterator[Entry]:
    """The dates that the call carries."""
    yield Entry("ouverture", "Ouverture des dépôts", call.opens_at.astimezone(UTC))
    yield Entry("cloture", "Clôture des dépôts", call.closes_at.astimezone(UTC), alarms=BEFORE_CLOSING)
    if call.is_unsuccessful:
        return
    if call.jury_on:
        yield Entry("jury", "Délibération du jury", call.jury_on, call.jury_on + timedelta(days=1))
    if call.results_on:
        yield Entry("resultats", "Résultats attendus", call.results_on, call.results_on + timedelta(days=1))


def _steps(milestones: Iterable) -> Iterator[Entry]:
    """The steps of the page: an information meeting, the vote."""
    for step in milestones:
        start, last = step.value["starts_on"], step.value["ends_on"] or step.value["starts_on"]
        yield Entry(f"etape-{step.id}", step.value["label"], start, max(start, last) + timedelta(days=1))


def _event(call: Call, entry: Entry, *, url: str, now: datetime) -> Event:
    """A moment has no DTEND: it must be later than DTSTART (RFC 5545, 3.8.2.2), and without it the event ends when it starts (3.6.1)."""
    event = Event()
    event.add("uid", f"{call.slug}-{entry.key}@preau")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.start)
    if entry.end:
        event.add("dtend", entry.end)
    event.add("summary", f"{' '.join(call.title.split())} : {entry.label}")
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    for before in entry.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{' '.join(call.title.split())} : {entry.label}")
        alarm.add("trigger", -before)
        event.add_component(alarm)
    return event
