"""What awaits each person. Each app registers a function that lists its own things to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from portal.ui.formats import local


@dataclass(frozen=True)
class TodoItem:
    """One thing that somebody has to do: a sentence, a link, a verb, a date."""

    title: str
    detail: str
    url: str
    action_label: str
    due: date | datetime | None = None
    level: str = ""  # ok, warn, err, info, neutral; empty: from the date

    @property
    def due_day(self) -> date | None:
        due = local(self.due) if self.due else None
        return due.date() if isinstance(due, datetime) else due

    @property
    def days(self) -> int | None:
        """Days left, negative when late."""
        return (self.due_day - timezone.localdate()).days if self.due else None

    @property
    def is_pressing(self) -> bool:
        """Late or due today: its button is the full one."""
        return self.days is not None and self.days <= 0


_providers: list[Callable] = []


def register(todo_for: Callable) -> None:
    """Add `todo_for(user) -> list[TodoItem]`; it runs at each visit of the page, in few queries."""
    if todo_for not in _providers:
        _providers.append(todo_for)


def items_for(user) -> list[TodoItem]:
    """Everything that awaits `user`, the most pressing first; what has no date comes last."""
    found = [item for todo_for in _providers for item in todo_for(user)]
    return sorted(found, key=lambda item: (item.due is None, item.due_day or date.max))
