"""Transitions of calls and of files as a history tells them, where the sentence of their press does not."""

from calls.models import Application, Call
from portal.journal import acts

acts.register_moves(Call, {"record_vote": "Vote enregistré", "undo_vote": "Vote annulé", "release": "Résultats publiés"})
acts.register_moves(
    Application,
    {
        "request_completion": "Compléments demandés",
        "decline_completion": "Réponse envoyée sans compléter",
        "mark_assessed": "Notation du dossier close",
        "take_back_scoring": "Dossier rendu à la notation",
        "decide": "Décision notifiée",
        "resume_during_scoring": "Instruction du dossier reprise pendant la notation",
        "withdraw": "Brouillon retiré",
        "withdraw_filed": "Dossier déposé retiré",
    },
)
