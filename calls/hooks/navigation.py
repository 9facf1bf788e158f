"""What the menu, the page "what awaits me" and the histories know of this app."""

from calls.hooks.todo import todo_for, todo_for_staff
from portal.journal import acts
from portal.roles import SCHOOL_ROLES, STAFF_ROLES, Role
from portal.ui import navigation, todo


def register() -> None:
    navigation.register("Nos dossiers", "/dossiers/", SCHOOL_ROLES, order=20, prefix="/dossiers/")
    navigation.register("Dossiers", "/dossiers/", STAFF_ROLES - {Role.TECHNICIAN}, order=20, prefix="/dossiers/")
    navigation.register("Pilotage", "/pilotage/", STAFF_ROLES - {Role.TECHNICIAN}, order=30, prefix="/pilotage/")

    todo.register(todo_for)
    todo.register(todo_for_staff)

    acts.register(
        {
            "start": "Dossier commencé",
            "attach_file": "Pièce jointe ajoutée",
            "remove_file": "Pièce jointe retirée",
            "decide": "Décision notifiée",
            "assign_officer": "Dossier confié",
            "create": "Appel créé",
            "edit": "Appel modifié",
            "edit_questionnaire": "Questionnaire modifié",
            "freeze_questionnaire": "Questionnaire figé",
            "renew_questionnaire": "Nouvelle version du questionnaire",
            "extend_closing": "Clôture reculée",
        },
        told_to_applicants=["start", "attach_file", "remove_file", "decide"],
    )
