"""Who must not undo alone what they did: said to that person, with who may."""

from orders import rules
from orders.models import CablingWork, PurchaseOrder
from portal.accounts.models import RoleGrant, User
from portal.accounts.queries import holders_of


def awaits_second_person(document: PurchaseOrder | CablingWork, user: User) -> str:
    """Why this person, whose role takes an acceptance or a closing back, does not take this one back, and who does; "" otherwise."""
    is_order = isinstance(document, PurchaseOrder)
    if document.is_closed and rules.pays(document, user) and not rules.reopens_invoicing(document, user):
        return _told(
            "Vous avez prononcé la clôture : une autre personne, des finances ou des commandes, la reprend.", user, document, *rules.PAYING
        )
    roles, acts = (rules.PLACING_ORDERS, rules.places_orders) if is_order else (rules.RUNNING_WORKS, rules.runs_works)
    if document.accepted_at and not document.is_closed and document.signer_id == user.pk and acts(document, user):
        whom = "des commandes" if is_order else "des commandes ou des agences"
        return _told(f"Vous avez prononcé cette réception : une autre personne, {whom}, la reprend.", user, document, *roles)
    return ""


def _told(sentence: str, user: User, document: PurchaseOrder | CablingWork, *roles: str) -> str:
    """The sentence, and that nobody could who holds one of these roles there: the administration gives roles."""
    held = RoleGrant.objects.in_force().of_roles(*roles).covering(document.establishment)
    others = holders_of(held).exclude(pk=user.pk)
    return sentence if others.exists() else f"{sentence} Personne d’autre n’a ce rôle aujourd’hui : l’administration le donne."
