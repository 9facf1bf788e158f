"""Lines of the lists of calls and files, ready to be drawn."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from calls.models import Application
from calls.queries.files import Situation, situation_of
from portal.workflow.machine import transitions_of


@dataclass(frozen=True)
class FileRow:
    """One file as the list shows it to whoever looks."""

    application: Application
    situation: Situation | None
    due_on: date | None
    is_selectable: bool  # something can be done to it together with others

    @classmethod
    def of(cls, application: Application, today: date) -> "FileRow":
        """Reads the prefetched requests for complements: no query."""
        request = application.open_completion_request
        due_on = request.due_on if request else None
        return cls(application, situation_of(application, today), due_on, application.state in bulk_sources())


@cache
def bulk_sources() -> frozenset[str]:
    """The states from which files can be declared admissible together, read from the machine."""
    return frozenset(t.source for t in transitions_of(Application()) if t.name == "declare_admissible")
