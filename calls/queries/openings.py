"""Who opened the attachments of a file: read by the staff beside its history."""

from dataclasses import dataclass, field
from datetime import date

from calls.models import Application
from portal.accounts.queries import has_been_staff
from portal.files.models import FileReading


@dataclass
class DayOfReading:
    """One attachment on one day: the staff by their names, jurors by their number, since who reads a file in the jury is the jury's own."""

    file: str
    on: date
    names: list[str] = field(default_factory=list)
    jurors: int = 0


def openings(application: Application) -> list[DayOfReading]:
    """The latest day first. One query, whatever their number."""
    readings = FileReading.objects.filter(file__attachment__application=application).select_related("file", "person")
    days: dict[tuple[date, object], DayOfReading] = {}
    for reading in readings.annotate(is_staff=has_been_staff("person")).order_by("-on", "file__name", "file", "person__last_name", "pk"):
        day = days.setdefault((reading.on, reading.file_id), DayOfReading(reading.file.name, reading.on))
        if reading.is_staff:
            day.names.append(str(reading.person))
        else:
            day.jurors += 1
    return list(days.values())
