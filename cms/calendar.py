"""The dates of a call as an iCalendar file (RFC 5545), for the diary of a team."""

from datetime import UTC, date, datetime, timedelta

from calls.models import Call

LINE_BYTES = 75


def calendar_of(call: Call, *, base_url: str, now: datetime) -> str:
    """The text of the file: opening, closing, jury and results. Times are in UTC, which every diary converts."""
    url = f"{base_url}{call.get_absolute_url()}"
    events = [
        _timed(call, "ouverture", "Ouverture des dépôts", call.opens_at, url, now),
        _timed(call, "cloture", "Clôture des dépôts", call.closes_at, url, now),
    ]
    if call.jury_on:
        events.append(_whole_day(call, "jury", "Délibération du jury", call.jury_on, url, now))
    if call.results_on:
        events.append(_whole_day(call, "resultats", "Résultats attendus", call.results_on, url, now))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Préau//Appels à projets//FR", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for event in events:
        lines += event
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _timed(call: Call, key: str, label: str, at: datetime, url: str, now: datetime) -> list[str]:
    return _event(call, key, label, [f"DTSTART:{_utc(at)}", f"DTEND:{_utc(at)}"], url, now)


def _whole_day(call: Call, key: str, label: str, on: date, url: str, now: datetime) -> list[str]:
    dates = [f"DTSTART;VALUE=DATE:{on:%Y%m%d}", f"DTEND;VALUE=DATE:{on + timedelta(days=1):%Y%m%d}"]
    return _event(call, key, label, dates, url, now)


def _event(call: Call, key: str, label: str, dates: list[str], url: str, now: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{call.slug}-{key}@preau",
        f"DTSTAMP:{_utc(now)}",
        *dates,
        f"SUMMARY:{_escaped(f'{call.title} : {label}')}",
        f"URL:{url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Text of a property: no line break, and the four signs that mean something escaped."""
    plain = " ".join(text.split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Lines of 75 bytes at most, the next ones beginning with a space; never cut inside a character."""
    pieces, current, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LINE_BYTES - (1 if pieces else 0):
            pieces.append(current)
            current, size = "", 0
        current, size = current + character, size + width
    return "\r\n ".join([*pieces, current])
