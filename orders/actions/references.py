"""The references that the paper of an order or of works bears, once it has left."""

from django.db import transaction

from orders.actions.order import locked
from orders.actions.seen import refuse_stale
from orders.models import CablingWork, PurchaseOrder
from portal.accounts.models import User
from portal.workflow.gate import TransitionRefused, perform

REFERENCES = {"commitment_number": "engagement", "service_code": "code service", "budget_code": "imputation"}  # as the journal says them


@transaction.atomic
def correct_references(
    *,
    document: PurchaseOrder | CablingWork,
    commitment_number: str,
    service_code: str,
    budget_code: str,
    reason: str = "",
    seen: int | None = None,
    actor: User,
) -> PurchaseOrder | CablingWork:
    """Write the engagement number, the service code and the budget code anew: the paper is issued again and sent. Returns the fresh object.

    The same again writes nothing. Raises PermissionDenied, and TransitionRefused: over or not sent, changed after the version `seen`, no
    reason given for what replaces something typed before.
    """
    document = locked(document)
    given = {"commitment_number": commitment_number, "service_code": service_code, "budget_code": budget_code}
    changed = [name for name, value in given.items() if getattr(document, name) != value]
    if not changed:
        return document
    refuse_stale(document, seen)
    if not reason and any(getattr(document, name) for name in changed):
        raise TransitionRefused(["Ces références étaient écrites sur le document envoyé : dites pourquoi elles changent."])
    before = _said(document)
    for name in changed:
        setattr(document, name, given[name])
    document.save(update_fields=changed)
    return perform(document, "correct_references", actor=actor, reason=reason, before=before, after=_said(document))


def _said(document: PurchaseOrder | CablingWork) -> str:
    return ", ".join(f"{words} {getattr(document, name) or '–'}" for name, words in REFERENCES.items())
