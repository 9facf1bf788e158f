"""What the menu, the page "what awaits me" and the histories know of this app."""

from calls import rules
from calls.hooks.acts import ACTS, TOLD_TO_APPLICANTS
from calls.hooks.retention_todo import todo_for_retention
from calls.hooks.todo import todo_for, todo_for_staff
from portal.accounts.models import User
from portal.addresses import address
from portal.journal import acts
from portal.ui import links, navigation, todo


def models_page(user: User) -> str:
    """Where a call is begun, from a model or a blank one, for those who make calls."""
    return address("calls:models") if rules.makes_calls(user) else ""


def load_page(user: User, call: str = "") -> str:
    """What each officer follows, for those who say who follows a file."""
    return address("calls:load") if rules.assigns_files(user) else ""


def mails_page(user: User, reference: str) -> str:
    """What the portal wrote about a file, for the staff who examine it; the file of one's own lycée is read on the school's side."""
    return address("calls:mails", reference) if rules.reads_mails(user) and not user.is_school_user else ""


def register() -> None:
    navigation.register("Nos dossiers", "calls:files", rules.works_in_school, order=20)
    navigation.register("Dossiers", "calls:files", rules.steers, order=20)
    navigation.register("Pilotage", "calls:steering", rules.steers, order=30)

    links.register("calls.steering", "Créer un appel", "plus", models_page, css="btn-primary")

    links.register("calls.file", "Courriels", "envelope", mails_page)
    links.register("calls.files", "Charge des instructeurs", "scale", load_page)

    todo.register(todo_for)
    todo.register(todo_for_staff)
    todo.register(todo_for_retention)

    acts.register(ACTS, told_to_applicants=TOLD_TO_APPLICANTS)
