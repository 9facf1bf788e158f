"""The dates of calls as an iCalendar file, for the diary of a team: of one call, or of all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from calls.models import Call

BEFORE_CLOSING = (timedelta(days=7), timedelta(days=1))  # when a diary reminds of the closing
BEFORE_A_DAY = (timedelta(days=1),)  # the same for a meeting, the vote
REFRESHED_EVERY = timedelta(hours=6)  # by the diaries that follow the address


@dataclass(frozen=True)
class Entry:
    """One date: a moment, which has no end, or whole days, `end` being the day after the last one."""

    key: str
    label: str
    start: date | datetime
    end: date | None = None
    alarms: tuple[timedelta, ...] = ()


@dataclass(frozen=True)
class DatedCall:
    """What the diary of a call is made of: the values of the calendar of its page, the day of its vote once public, when any of it changed."""

    call: Call
    milestones: Iterable
    voted_on: date | None
    changed_at: datetime

    @property
    def sequence(self) -> int:
        """The revision of its dates (RFC 5545, 3.8.7.4), which only grows: seconds from the creation of the call to the last change."""
        return max(0, int((self.changed_at - self.call.created_at).total_seconds()))


def calendar_of(calls: Iterable[DatedCall], *, name: str, base_url: str) -> bytes:
    """The file (RFC 5545, UTF-8): opening, closing with its reminders, jury, results, vote, and the steps that the page of each call adds.

    Times are in UTC, which every diary converts. The same dates give the same file: what a diary reads again has changed.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Préau//Appels à projets//FR")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)  # RFC 7986, 5.1
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    for dated in calls:
        for entry in [*_dates(dated), *_steps(dated.milestones)]:
            calendar.add_component(_event(dated, entry, url=f"{base_url}{dated.call.get_absolute_url()}"))
    return calendar.to_ical(sorted=False)


def _dates(dated: DatedCall) -> Iterator[Entry]:
    """The dates that the call carries."""
    call = dated.call
    yield Entry("ouverture", "Ouverture des dépôts", call.opens_at.astimezone(UTC))
    yield Entry("cloture", "Clôture des dépôts", call.closes_at.astimezone(UTC), alarms=BEFORE_CLOSING)
    if call.is_unsuccessful:
        return
    if call.jury_on:
        yield Entry("jury", "Délibération du jury", call.jury_on, call.jury_on + timedelta(days=1))
    if dated.voted_on:
        yield Entry("vote", "Vote de la Commission permanente", dated.voted_on, dated.voted_on + timedelta(days=1), BEFORE_A_DAY)
    if call.results_on:
        yield Entry("resultats", "Résultats attendus", call.results_on, call.results_on + timedelta(days=1))


def _steps(milestones: Iterable) -> Iterator[Entry]:
    """The steps of the page: an information meeting, the vote. A reminder the day before, for those of one day."""
    for step in milestones:
        start, last = step.value["starts_on"], step.value["ends_on"] or step.value["starts_on"]
        alarms = BEFORE_A_DAY if last <= start else ()
        yield Entry(f"etape-{step.id}", step.value["label"], start, max(start, last) + timedelta(days=1), alarms)


def _event(dated: DatedCall, entry: Entry, *, url: str) -> Event:
    """A moment has no DTEND: it must be later than DTSTART (RFC 5545, 3.8.2.2), and without it the event ends when it starts (3.6.1)."""
    event, changed_at = Event(), dated.changed_at.astimezone(UTC)
    title = " ".join(dated.call.title.split())
    event.add("uid", f"{dated.call.slug}-{entry.key}@preau")
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", dated.sequence)
    event.add("dtstart", entry.start)
    if entry.end:
        event.add("dtend", entry.end)
    event.add("summary", f"{title} : {entry.label}")
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    for before in entry.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{title} : {entry.label}")
        alarm.add("trigger", -before)
        event.add_component(alarm)
    return event
