"""What the menu, the page "what awaits me" and the histories know of this app."""

from calls import rules
from calls.hooks.todo import todo_for, todo_for_staff
from portal.accounts.models import User
from portal.addresses import address
from portal.journal import acts
from portal.ui import links, navigation, todo


def models_page(user: User) -> str:
    """Where a call is begun, from a model or a blank one, for those who make calls."""
    return address("calls:models") if rules.makes_calls(user) else ""


def register() -> None:
    navigation.register("Nos dossiers", "calls:files", rules.works_in_school, order=20)
    navigation.register("Dossiers", "calls:files", rules.steers, order=20)
    navigation.register("Pilotage", "calls:steering", rules.steers, order=30)

    links.register("calls.steering", "Créer un appel", "plus", models_page, css="btn-primary")

    todo.register(todo_for)
    todo.register(todo_for_staff)

    acts.register(
        {
            "start": "Dossier commencé",
            "attach_file": "Pièce jointe ajoutée",
            "ask_partner": "Accord demandé à un lycée partenaire",
            "remove_file": "Pièce jointe retirée",
            "add_needs": "Besoins ajoutés ensemble",
            "reuse_answers": "Réponses reprises d’un dossier antérieur",
            "remove_need": "Besoin retiré",
            "decide": "Décision notifiée",
            "assign_officer": "Dossier confié",
            "create": "Appel créé",
            "edit": "Appel modifié",
            "edit_questionnaire": "Questionnaire modifié",
            "undo_form_edit": "Modification du questionnaire annulée",
            "freeze_questionnaire": "Questionnaire figé",
            "set_eligibility": "Lycées éligibles choisis",
            "set_admissibility_lines": "Lignes de recevabilité écrites",
            "renew_questionnaire": "Nouvelle version du questionnaire",
            "follow_form": "Dossier passé à la nouvelle version du questionnaire",
            "tick_remark": "Remarque du visa traitée",
            "untick_remark": "Remarque du visa à traiter de nouveau",
            "remind": "Rappel envoyé",
            "ask_withdrawal": "Retrait demandé au chef d’établissement",
            "refuse_withdrawal": "Retrait refusé par le lycée",
            "take_back_withdrawal": "Retrait plus demandé",
            "rank_file": "Priorité du dossier pour son lycée",
            "extend_closing": "Clôture repoussée",
            "grant_extension": "Délai accordé au lycée",
            "cancel_extension": "Délai du lycée annulé",
            "set_reminders": "Rappels réglés",
            "prepare_wave": "Vague préparée d’après la précédente",
            "continued": "Vague suivante préparée",
            "add_table": "Table de données ajoutée",
            "set_columns": "Colonnes d’une table modifiées",
            "bring_edition": "Fichier de données lu",
            "put_edition_in_force": "Données mises en vigueur",
            "remove_table": "Table de données supprimée",
            "save_model": "Modèle d’appel enregistré",
            "saved_as_model": "Appel enregistré comme modèle",
            "rename_model": "Modèle d’appel renommé",
            "retire_model": "Modèle d’appel retiré",
            "restore_model": "Modèle d’appel proposé de nouveau",
        },
        told_to_applicants=[
            "start",
            "attach_file",
            "malware_found",
            "remove_file",
            "ask_partner",
            "add_needs",
            "reuse_answers",
            "remove_need",
            "follow_form",
            "decide",
            "grant_extension",
            "cancel_extension",
            "tick_remark",
            "untick_remark",
            "rank_file",
            "remind",
            "ask_withdrawal",
            "refuse_withdrawal",
            "take_back_withdrawal",
        ],
    )
