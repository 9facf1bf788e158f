"""Lines of the lists of calls and files, ready to be drawn."""

from dataclasses import dataclass
from datetime import date

from calls.models import Application
from calls.queries import Situation, situation_of


@dataclass(frozen=True)
class FileRow:
    """One file as the list shows it to whoever looks."""

    application: Application
    situation: Situation | None
    due_on: date | None

    @classmethod
    def of(cls, application: Application, today: date) -> "FileRow":
        """Reads the prefetched requests for complements: no query."""
        request = application.open_completion_request
        return cls(application, situation_of(application, today), request.due_on if request else None)
