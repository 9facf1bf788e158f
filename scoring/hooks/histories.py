"""Transitions of readings and of decisions as a history tells them, where the sentence of their press does not."""

from portal.journal import acts
from scoring.models import Assessment, FundingDecision

acts.register_moves(
    Assessment, {"begin": "Évaluation commencée", "submit": "Évaluation rendue", "recuse": "Évaluation retirée, lien d’intérêt déclaré"}
)
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
