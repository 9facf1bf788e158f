"""Quote and service order of cabling works."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from orders.actions.order import locked
from orders.models import CablingWork
from portal.accounts.models import User
from portal.workflow.gate import perform

DEFAULT_VAT = Decimal("20.0")


@transaction.atomic
def save_quote(*, work: CablingWork, amount: Decimal, reference: str, vat_rate: Decimal = DEFAULT_VAT, actor: User) -> CablingWork:
    """Write the quote of the lot's holder (`amount` excl. VAT, in euros; `vat_rate` in percent) and move the works on.

    Raises PermissionDenied and TransitionRefused.
    """
    work = locked(work)
    work.quote_amount, work.quote_vat_rate, work.quote_reference = amount, vat_rate, reference
    work.save(update_fields=["quote_amount", "quote_vat_rate", "quote_reference"])
    return perform(work, "record_quote", actor=actor, reason=reference)


@transaction.atomic
def issue_service_order(*, work: CablingWork, terms: Mapping[str, object], actor: User) -> CablingWork:
    """Issue the service order (ordre de service): planned start and end, contact, accounting codes, then the gate."""
    work = locked(work)
    for name in ("starts_on", "due_on", "site_contact", "commitment_number", "service_code"):
        if name in terms:
            setattr(work, name, terms[name])
    work.save(update_fields=["starts_on", "due_on", "site_contact", "commitment_number", "service_code"])
    return perform(work, "order", actor=actor)
