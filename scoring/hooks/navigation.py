"""What the menu, « ce qui m’attend », the histories and other pages know of juries, sittings and decisions."""

from calls.queries import next_step
from portal.accounts.models import User
from portal.addresses import address
from portal.journal import acts
from portal.ui import links, navigation, panels, todo
from scoring import release_effects, rules
from scoring.hooks.next_step import step_of_call
from scoring.hooks.panels import criteria_of_call, of_application, of_call, of_establishment, trial_of_call
from scoring.hooks.todo import of_jury, of_sittings
from scoring.queries.decision import amounts_to_pay, letters_to_come, messages_to_come, needs_to_order, results_to_come
from scoring.queries.publication import selection_to_come

ACTS = {
    "create_grid": "Grille créée",
    "edit_grid": "Grille réglée",
    "freeze_grid": "Grille figée",
    "set_amounts": "Règle des montants enregistrée",
    "add_criterion": "Critère ajouté",
    "edit_criterion": "Critère modifié",
    "move_criterion": "Critère déplacé",
    "remove_criterion": "Critère retiré",
    "publish_erratum": "Erratum de la grille publié",
    "seat_member": "Siège donné au jury",
    "unseat_member": "Siège retiré au jury",
    "assign_readings": "Dossiers confiés au jury",
    "assign_reader": "Dossier confié",
    "withdraw_reading": "Lecture retirée",
    "ask_question": "Question posée par le jury",
    "remind_jurors": "Rappel envoyé aux jurés",
    "grant_waiver": "Dérogation écrite",
    "lift_waiver": "Dérogation levée",
    "end_waiver": "Dérogation devenue sans objet : toutes les évaluations sont rendues",
    "authorise_excess": "Dépassement autorisé",
    "declare_interest": "Lien d’intérêt déclaré",
    "compute_marks": "Critères calculés",
    "create_session": "Séance préparée",
    "reschedule_session": "Séance reportée",
    "write_remarks": "Observations écrites",
    "correct_vote": "Vote corrigé",
    "record_attendance": "Présences enregistrées",
    "run_scenario": "Scénario calculé",
    "retain_scenario": "Scénario retenu",
    "drop_scenario": "Scénario supprimé",
    "drop_proposal": "Proposition de décision annulée, dossier retiré",
    "set_frame": "Places et enveloppes de la séance enregistrées",
    "choose_number": "Nombre de dossiers retenus choisi",
    "save_rule": "Règle d’équilibre enregistrée",
    "remove_rule": "Règle d’équilibre supprimée",
    "copy_rules": "Règles d’une séance précédente reprises",
    "save_call_rule": "Règle d’équilibre de l’appel enregistrée",
    "remove_call_rule": "Règle d’équilibre de l’appel supprimée",
    "copy_call_rules": "Règles d’équilibre de la vague précédente reprises",
    "adopt_call_rules": "Règles publiées par l’appel reprises",
    "restore_rule": "Règle publiée de nouveau appliquée",
    "set_ips_bands": "Tranches d’IPS enregistrées",
    "freeze_ips_bands": "Tranches d’IPS figées",
    "adopt_relaxation": "Règles assouplies",
    "lock_file": "Dossier imposé ou écarté",
    "unlock_file": "Dossier rendu aux règles",
    "ask_run": "Calcul demandé",
    "store_run": "Calcul enregistré",
    "confirm_scenario": "Scénario vérifié par un second solveur",
    "prove_scenario": "Preuve d’un scénario poursuivie",
    "replay_scenario": "Scénario calculé à nouveau",
    "verify_certificate": "Scénario vérifié",
    "propose_decisions": "Décisions proposées",
    "propose": "Décision proposée",
    "drop_proposals": "Propositions de décision reprises",
    "remove_vote": "Vote annulé",
    "revise": "Décision modifiée",
    "create_envelope": "Enveloppe ouverte",
    "edit_envelope": "Enveloppe modifiée",
    "remove_envelope": "Enveloppe supprimée",
    "transfer_given": "Virement fait",
    "transfer_received": "Virement reçu",
    "transfer_taken_back": "Virement annulé",
    "announce_amount": "Montant de l’appel annoncé de nouveau",
    "ask_release": "Notification demandée",
    "publish_selection": "Sélection vérifiable préparée",
    "withdraw_selection": "Sélection vérifiable retirée de la page",
    "try_call": "Appel éprouvé sur l’annuaire",
    "restore_selection": "Sélection vérifiable montrée de nouveau",
}


def interest_page(user: User, key: int) -> str:
    """Where who gives an opinion declares a link with the lycée of the file."""
    return address("scoring:opinion_interest", key)


def register() -> None:
    navigation.register("À noter", "scoring:pile", rules.sits_in_jury, order=35, under="scoring:jury")
    navigation.register("Jury", "scoring:jury", rules.reads_decisions, order=40)
    panels.register("calls.call", criteria_of_call, order=30)
    navigation.register("Séances", "scoring:sessions", rules.opens_sittings, order=42)
    navigation.register("Décisions", "scoring:decisions", rules.reads_decisions, order=44)
    navigation.register("Enveloppes", "scoring:envelopes", rules.reads_decisions, order=45, under="scoring:decisions")
    todo.register(of_jury)
    todo.register(of_sittings)
    panels.register("calls.call", trial_of_call, order=20)
    links.register("calls.opinion", "Déclarer un lien", "hand-raised", interest_page, css="btn-quiet")
    panels.register("calls.application", of_application, order=10)
    panels.register("calls.call", of_call, order=40)
    panels.register("directory.establishment", of_establishment, order=30)
    release_effects.register("letters", letters_to_come, order=10)
    release_effects.register("messages", messages_to_come, order=20)
    release_effects.register("results", results_to_come, order=30)
    release_effects.register("selection", selection_to_come, order=35)
    release_effects.register("orders", needs_to_order, order=40)
    release_effects.register("payments", amounts_to_pay, order=50)
    acts.register(ACTS)
    next_step.register(step_of_call)
