"""What awaits each person. Each app registers a function that lists its own things to do."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from portal.roles import Person
from portal.text.dates import days_until, local


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
        return days_until(self.due) if self.due else None

    @property
    def is_late(self) -> bool:
        """Past its date, or marked late where there is no single date."""
        return self.days < 0 if self.days is not None else self.level == "err"

    @property
    def is_pressing(self) -> bool:
        """Late or due today: its button is the full one."""
        return self.is_late or self.days == 0

    @property
    def urgency(self) -> float:
        """What the list is sorted by: days left; without a date, late things go with today's and pressing ones with those of this week."""
        if self.days is not None:
            return self.days
        return {"err": -0.5, "warn": 3}.get(self.level, math.inf)


_providers: list[Callable] = []


def register(todo_for: Callable) -> None:
    """Add `todo_for(user) -> list[TodoItem]`; it runs at each visit of the page: keep it cheap, whatever the number of things to do."""
    if todo_for not in _providers:
        _providers.append(todo_for)


def items_for(user: Person) -> list[TodoItem]:
    """Everything that awaits `user`, the most pressing first; what has neither date nor level comes last."""
    return sorted((item for todo_for in _providers for item in todo_for(user)), key=lambda item: item.urgency)
