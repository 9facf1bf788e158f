"""Transitions of orders and of works as a history tells them, where the sentence of their press does not."""

from orders.models import CablingWork, PurchaseOrder
from portal.journal import acts

_ACCEPTANCE = {
    "accept": "Réception prononcée sans réserve",
    "accept_with_reserves": "Réception prononcée avec réserves",
    "lift_reserves": "Levée des réserves constatée",
    "reopen_reserves": "Réserve rouverte",
}

acts.register_moves(
    PurchaseOrder,
    _ACCEPTANCE
    | {
        "deliver_part": "Livraison partielle enregistrée",
        "deliver_all": "Livraison complète enregistrée",
        "close_out": "Commande soldée",
        "cancel_delivery": "Livraison annulée",
        "cancel_only_delivery": "Seule livraison annulée",
        "return_goods": "Retour enregistré",
        "return_all_goods": "Retour de tout enregistré",
        "cancel_return": "Retour annulé",
        "cancel_return_complete": "Retour annulé, tout est là",
        "invoice": "Facturation terminée",
        "correct_references": "Références corrigées",
    },
)
acts.register_moves(
    CablingWork,
    _ACCEPTANCE
    | {
        "survey": "Visite du site notée",
        "record_quote": "Devis enregistré",
        "correct_quote": "Devis corrigé",
        "order": "Ordre de service émis",
        "start": "Démarrage noté",
        "hold_pre_acceptance": "OPR tenues",
        "correct_references": "Références corrigées",
    },
)
