"""Transitions of readings and of decisions as a history tells them, where the sentence of their press does not; on what acts bear."""

from decimal import Decimal

from calls.enums import Outcome
from portal.journal import acts
from portal.text.french import count, money
from scoring.enums import LockSide
from scoring.models import Assessment, FundingDecision, JuryQuestion, Vote

acts.register_moves(
    Assessment, {"begin": "Évaluation commencée", "submit": "Évaluation rendue", "recuse": "Évaluation retirée, lien d’intérêt déclaré"}
)
acts.register_moves(
    JuryQuestion,
    {
        "send": "Question envoyée au lycée",
        "answer": "Réponse reçue du lycée",
        "leave_unanswered": "Rien à répondre, pour le lycée",
        "await_again": "Réponse retirée par le lycée",
        "take_back": "Envoi de la question retiré",
    },
)
acts.register_moves(Vote, {"record_vote": "Vote enregistré"})
acts.register_moves(
    FundingDecision,
    {
        "record_vote": "Décision votée",
        "undo_vote": "Vote de la décision annulé",
        "release": "Décision notifiée",
        "decline": "Aide déclinée",
        "restore": "Aide rétablie",
    },
)


def _seat(data: dict) -> str:
    """Who sits, for which body, and whether in the chair."""
    chair = ", présidence du jury" if data.get("chair") else ""
    return f"{acts.named(data['person'])} ({acts.named(data['body'])}){chair}"


def _assigned(data: dict) -> str:
    return f"{count(data['added'], 'lecture ajoutée', 'lectures ajoutées')}, à raison de {data['readings']} par dossier"


def _erratum(data: dict) -> str:
    return " ; ".join(data["changes"])


def _lock(data: dict) -> str:
    return f"{data['file']}, {LockSide(data['side']).label.lower()}"


def _names(people: list[str]) -> str:
    return ", ".join(people)


def _decision(account: dict) -> str:
    """What was decided: an outcome, and its amount where money is granted."""
    outcome = Outcome(account["outcome"])
    return f"{outcome.label}, {money(Decimal(account['amount']))}" if outcome in Outcome.GRANTING else outcome.label


def _revision(data: dict) -> str:
    return f"{_decision(data['before'])} → {_decision(data['after'])}"


def _frame(data: dict) -> str:
    return "nombre de dossiers libre" if data["places"] is None else count(data["places"], "place")


def _envelope(data: dict) -> str:
    said = [data["label"], money(Decimal(data["amount"])), data.get("section", ""), str(data.get("year", "")), data.get("programme", "")]
    reserved = f"réservée à {data['group']}" if data.get("group") else ""
    delegated = f"déléguée de « {data['delegated_of']} »" if data.get("delegated_of") else ""
    return ", ".join(filter(None, [*said, reserved, delegated]))


def _transfer(data: dict) -> str:
    return f"{money(Decimal(data['amount']))} de « {data['from']} » vers « {data['to']} »"


def _announced(data: dict) -> str:
    return acts.changed({when: money(Decimal(data[when])) for when in ("before", "after")})


def _excess(data: dict) -> str:
    return acts.changed({when: money(Decimal(data[when])) for when in ("before", "after")})


def _sitting(data: dict) -> str:
    return f"{acts.said(data['held_at'])}, {data['place']}"


acts.register_details(
    {
        "seat_member": _seat,
        "publish_selection": lambda data: f"rien n’en est publié, {data['why']}" if data.get("why") else "",
        "unseat_member": _seat,
        "assign_readings": _assigned,
        "withdraw_reading": lambda data: acts.named(data["juror"]),
        "remind_jurors": lambda data: _names(data["people"]),
        "create_grid": lambda data: f"d’après « {data['source']} »" if data["source"] else "",
        "edit_grid": lambda data: f"note sur {data['scale']}, écart signalé à partir de {count(data['spread_alert'], 'point')}",
        "remove_criterion": lambda data: data["label"],
        "publish_erratum": _erratum,
        "set_amounts": lambda data: data["after"],
        "create_session": _sitting,
        "reschedule_session": lambda data: f"{_sitting(data['before'])} → {_sitting(data['after'])}",
        "record_attendance": lambda data: _names(data["present"]) or "personne",
        "set_frame": _frame,
        "choose_number": acts.changed,
        "lock_file": _lock,
        "unlock_file": _lock,
        "store_run": lambda data: " ; ".join(data["scenarios"]) or "aucune sélection possible",
        "propose_decisions": lambda data: f"{count(data['decisions'], 'dossier')}, scénario « {data['scenario']} »",
        "drop_proposals": lambda data: count(len(data["decisions"]), "dossier"),
        "propose": _decision,
        "revise": _revision,
        "correct_vote": lambda data: f"délibération {data['after']['number']} du {acts.said(data['after']['held_on'])}",
        "create_envelope": _envelope,
        "edit_envelope": lambda data: f"{_envelope(data['before'])} → {_envelope(data['after'])}",
        "remove_envelope": _envelope,
        "transfer_given": _transfer,
        "transfer_received": _transfer,
        "transfer_taken_back": _transfer,
        "announce_amount": _announced,
        "authorise_excess": _excess,
        "ask_release": lambda data: count(data["decisions"], "décision"),
    },
    kept_to_the_journal=["lock_file", "unlock_file", "remind_jurors"],
)
