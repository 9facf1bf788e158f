"""Transitions of orders and of works as a history tells them, where the sentence of their press does not; on what acts bear."""

from orders.models import CablingWork, CatalogueItem, FrameworkAgreement, Lot, PurchaseOrder, Supplier
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


def _delivery(data: dict) -> str:
    return acts.named(data["delivery"]).removeprefix("Livraison ")


def _return(data: dict) -> str:
    return acts.named(data["goods_return"]).removeprefix("Retour ")


def _words(data: dict, *models: type) -> list[str]:
    """The names of the fields that a line has kept, in French; what is no field, such as an article, is already in words."""
    known = {field.name: str(field.verbose_name) for model in models for field in model._meta.fields}
    return [known.get(name, name) for name in data]


def _terms(data: dict) -> str:
    words = _words(data, PurchaseOrder)
    return " ; ".join(f"{word} ({acts.changed(values)})" for word, values in zip(words, data.values(), strict=True))


def _entry(data: dict) -> str:
    return ", ".join(_words(data, Supplier, FrameworkAgreement, Lot, CatalogueItem))


acts.register_details(
    {
        "open_lines": lambda data: " ; ".join(data["lines"]),
        "edit_order": _terms,
        "edit_entry": _entry,
        "deliver_part": _delivery,
        "deliver_all": _delivery,
        "cancel_delivery": _delivery,
        "cancel_only_delivery": _delivery,
        "return_goods": _return,
        "return_all_goods": _return,
        "cancel_return": _return,
        "cancel_return_complete": _return,
        "lift_reserve": lambda data: data["reserve"],
        "reopen_reserve": lambda data: data["reserve"],
        "correct_references": acts.changed,
        "correct_quote": acts.changed,
        "keep_pending": lambda data: f"quantité {data['quantity']}",
        "take_pending": lambda data: f"quantité {data['quantity']}",
    }
)
