"""Entries of the menu, things to do, and names of the acts that the journal keeps."""

from portal.accounts.enums import JURY_ROLES, Role
from portal.ui import acts, navigation, panels, todo
from scoring.panels_jury import criteria_of_call
from scoring.todo import todo_for

ACTS = {
    "create_grid": "Grille créée",
    "edit_grid": "Grille réglée",
    "freeze_grid": "Grille figée",
    "add_criterion": "Critère ajouté",
    "edit_criterion": "Critère modifié",
    "move_criterion": "Critère déplacé",
    "remove_criterion": "Critère retiré",
    "seat_member": "Siège donné au jury",
    "unseat_member": "Siège retiré au jury",
    "assign_readings": "Dossiers confiés au jury",
    "assign_reader": "Dossier confié",
    "withdraw_reading": "Lecture retirée",
    "declare_interest": "Lien d’intérêt déclaré",
    "compute_marks": "Critères calculés",
}


def register() -> None:
    navigation.register("À noter", "/jury/mes-dossiers/", JURY_ROLES, order=35, prefix="/jury/")
    navigation.register("Jury", "/jury/", {Role.CALL_MANAGER, Role.FINANCE, Role.AUDITOR, Role.ADMIN}, order=40, prefix="/jury/")
    todo.register(todo_for)
    acts.register(ACTS)
    panels.register("calls.call", criteria_of_call, order=30)
