"""What awaits those who watch the journal: nothing, as long as the chain holds."""

from django.urls import reverse

from portal.journal.models import ChainCheck
from portal.journal.rules import may_read_journal
from portal.roles import Person
from portal.ui.todo import TodoItem


def todo_for(user: Person) -> list[TodoItem]:
    """The fault that the last walk found, if any."""
    last = ChainCheck.objects.first() if may_read_journal(user) else None
    if last is None or not last.problem:
        return []
    return [TodoItem("Anomalie du journal", last.problem, reverse("journal:list"), "Voir le journal", due=last.at, level="err")]
