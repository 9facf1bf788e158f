"""What the menu, the page "what awaits me" and the histories know of this app."""

from calls import rules
from calls.hooks.todo import todo_for, todo_for_staff
from portal.journal import acts
from portal.ui import navigation, todo


def register() -> None:
    navigation.register("Nos dossiers", "calls:files", rules.works_in_school, order=20)
    navigation.register("Dossiers", "calls:files", rules.steers, order=20)
    navigation.register("Pilotage", "calls:steering", rules.steers, order=30)

    todo.register(todo_for)
    todo.register(todo_for_staff)

    acts.register(
        {
            "start": "Dossier commencé",
            "attach_file": "Pièce jointe ajoutée",
            "remove_file": "Pièce jointe retirée",
            "remove_need": "Besoin retiré",
            "decide": "Décision notifiée",
            "assign_officer": "Dossier confié",
            "create": "Appel créé",
            "edit": "Appel modifié",
            "edit_questionnaire": "Questionnaire modifié",
            "undo_form_edit": "Modification du questionnaire annulée",
            "freeze_questionnaire": "Questionnaire figé",
            "renew_questionnaire": "Nouvelle version du questionnaire",
            "extend_closing": "Clôture reculée",
            "prepare_wave": "Vague préparée d’après la précédente",
            "continued": "Vague suivante préparée",
        },
        told_to_applicants=["start", "attach_file", "remove_file", "remove_need", "decide"],
    )
