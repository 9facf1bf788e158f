from portal.accounts.rules import may_manage_people
from portal.accounts.todo import todo_for
from portal.journal import acts
from portal.ui import navigation, todo

LABELS = {
    "sign_up": "Compte créé par la personne",
    "confirm_email": "Adresse confirmée",
    "change_email": "Adresse changée",
    "change_password": "Mot de passe changé",
    "reset_password": "Mot de passe choisi à nouveau, par le lien reçu",
    "add_second_factor": "Second facteur ajouté",
    "drop_second_factor": "Second facteur retiré par la personne",
    "renew_second_factor": "Second facteur renouvelé",
    "use_recovery_code": "Code de secours utilisé",
    "remove_second_factor": "Second facteur retiré par l’administration",
    "add_identity": "Connexion par un service d’identité ajoutée",
    "drop_identity": "Connexion par un service d’identité retirée",
    "invite_person": "Compte créé par invitation",
    "renew_invitation": "Invitation renvoyée",
    "accept_invitation": "Invitation acceptée",
    "change_profile": "Identité modifiée par la personne",
    "export_own_data": "Export de ses données demandé par la personne",
    "erase_person": "Identité effacée",
    "close_account": "Compte fermé",
    "reopen_account": "Compte rouvert",
    "give_role": "Rôle donné",
    "change_role_end": "Fin d’un rôle changée",
    "end_role": "Rôle terminé",
    "give_delegation": "Délégation de signature donnée",
    "note_delegation": "Délégation de signature notée, donnée sur papier",
    "end_delegation": "Délégation de signature terminée",
    "open_team": "L’équipe peut accepter un collègue",
    "close_team": "Le chef d’établissement seul accepte un collègue",
    "ask_to_join": "Rattachement demandé",
    "approve_join": "Rattachement accepté",
    "refuse_join": "Rattachement refusé",
}


def _role(data: dict) -> str:
    return f"{data['role']}, {data['place']}" if data["place"] else data["role"]


DETAILS = {
    "give_role": _role,
    "end_role": _role,
    "invite_person": lambda data: data["email"],
    "change_email": lambda data: acts.changed({"before": data["from"], "after": data["to"]}),
    "add_second_factor": lambda data: data["kind"],
    "drop_second_factor": lambda data: data["kind"],
    "renew_second_factor": lambda data: data["kind"],
    "use_recovery_code": lambda data: f"reste {data['left']}",
    "add_identity": lambda data: data["provider"],
    "drop_identity": lambda data: data["provider"],
    "confirm_email": lambda data: data["email"],
    "change_profile": lambda data: f"auparavant {data['before']}",
    "approve_join": lambda data: "par la messagerie de l’établissement" if data["by_mailbox"] else "",
    "refuse_join": lambda data: "par la messagerie de l’établissement" if data["by_mailbox"] else "",
}


def register() -> None:
    navigation.register("Personnes", "accounts:people", may_manage_people, order=65)
    todo.register(todo_for)
    acts.register(LABELS)
    acts.register_details(DETAILS)
