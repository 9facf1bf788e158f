"""What awaits jurors and those who run juries."""

from calls.enums import CallState
from portal.accounts.enums import Role
from portal.ui.formats import count
from portal.ui.todo import TodoItem
from scoring import queries, rules


def todo_for(user) -> list[TodoItem]:
    """Readings to hand in; juries to prepare. Three queries at most."""
    items = _piles(user) if rules.sits_in_jury(user) else []
    return items + (_juries(user) if user.holds(Role.CALL_MANAGER) else [])


def _piles(user) -> list[TodoItem]:
    items = []
    for row in queries.pile_counts(user):
        left = row["total"] - row["done"]
        if left:
            detail = f"{row['application__call__title']} · {count(row['done'], 'rendu')} sur {row['total']}"
            items.append(
                TodoItem(f"Noter {count(left, 'dossier')}", detail, "/jury/mes-dossiers/", "Noter", due=row["application__call__jury_on"])
            )
    return items


def _juries(user) -> list[TodoItem]:
    """What is missing before or during the scoring of each call: grid, panel, readers."""
    calls = queries.jury_calls_with_progress(user).filter(state__in=[CallState.PUBLISHED, CallState.INSTRUCTION, CallState.ASSESSMENT])
    return [item for call in calls if (item := _jury(call))]


def _jury(call) -> TodoItem | None:
    base = f"/jury/appels/{call.reference}/"
    if not hasattr(call, "grid"):
        return TodoItem("Préparer la grille du jury", call.title, f"{base}grille/", "Préparer", level="neutral")
    if not call.n_seats and call.state != CallState.PUBLISHED:
        return TodoItem("Composer le jury", call.title, f"{base}membres/", "Composer", due=call.jury_on, level="neutral")
    if call.n_files and not call.n_readings and call.n_seats:
        detail = f"{call.title} · {count(call.n_files, 'dossier')} sans lecteur"
        return TodoItem("Confier les dossiers aux jurés", detail, f"{base}attribution/", "Confier", due=call.jury_on)
    return None
