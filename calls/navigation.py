"""What the menu, the page "what awaits me" and the histories know of this app."""

from calls.todo import todo_for
from portal.accounts.enums import SCHOOL_ROLES, STAFF_ROLES
from portal.ui import acts, navigation, todo


def register() -> None:
    navigation.register("Nos dossiers", "/dossiers/", SCHOOL_ROLES, order=20, prefix="/dossiers/")
    navigation.register("Dossiers", "/dossiers/", STAFF_ROLES, order=20, prefix="/dossiers/")
    navigation.register("Pilotage", "/pilotage/", STAFF_ROLES, order=30, prefix="/pilotage/")

    todo.register(todo_for)

    acts.register(
        {
            "start": "Dossier commencé",
            "attach_file": "Pièce jointe ajoutée",
            "remove_file": "Pièce jointe retirée",
            "decide": "Décision notifiée",
        },
        told_to_applicants=["start", "attach_file", "remove_file", "decide"],
    )
