"""What awaits each person in threads: those whose next word is theirs."""

from portal.accounts.models import User
from portal.addresses import address
from portal.text.french import at_school, count
from portal.threads import rules
from portal.threads.enums import ThreadState
from portal.threads.models import Thread
from portal.threads.queries import MINE
from portal.threads.tables import waited
from portal.ui.todo import TodoItem

SHOWN = 8  # threads listed one by one; more would hide the rest
PRESSING = 3  # working days from which an answer that is awaited stands out


def todo_for(user: User) -> list[TodoItem]:
    """One query for who reads threads, one more where there are many, whatever their number."""
    if not rules.reads_threads(user) or not (user.writing_ids or user.is_region_staff):
        return []
    awaiting = Thread.objects.awaiting(user).select_related("establishment").order_by("turn_since", "pk")
    found = list(awaiting[: SHOWN + 1])
    items = [_item(thread) for thread in found[:SHOWN]]
    if len(found) > SHOWN:
        left = awaiting.count() - SHOWN
        title = f"{count(left, 'autre échange')} à suivre"
        items.append(TodoItem(title, "", f"{address('threads:list')}?tour={MINE}", "Voir les échanges", level="info"))
    return items


def _item(thread: Thread) -> TodoItem:
    titles = {
        ThreadState.LYCEE: "Répondre à la Région",
        ThreadState.REGION: f"Répondre {at_school(thread.establishment.name)}",
        ThreadState.OPEN: "Lire un échange interne",
    }
    state = ThreadState(thread.state)
    detail = " · ".join(filter(None, [thread.label, waited(thread)]))
    level = "info" if thread.is_inside else "warn" if thread.days_waited >= PRESSING else ""
    return TodoItem(titles[state], detail, thread.get_absolute_url(), "Lire" if thread.is_inside else "Répondre", level=level)
