"""Quote and service order of cabling works."""

from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from orders import rules
from orders.actions.order import locked
from orders.actions.seen import refuse_stale
from orders.enums import WorkState
from orders.models import CablingWork
from portal.accounts.models import User
from portal.text.french import euros, percent
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
def correct_quote(
    *, work: CablingWork, amount: Decimal, reference: str, vat_rate: Decimal, reason: str, seen: int | None = None, actor: User
) -> CablingWork:
    """Write another quote over the one recorded, until the service order; the journal keeps both. The same again writes nothing.

    Raises PermissionDenied, and TransitionRefused when it is too late or somebody changed it after the version `seen`.
    """
    work = locked(work)
    if not rules.runs_works(work, actor):
        raise PermissionDenied("correct_quote")
    same = (amount, vat_rate, reference) == (work.quote_amount, work.quote_vat_rate, work.quote_reference)
    if same and work.holder_id == work.lot.supplier_id:
        return work
    refuse_stale(work, seen)
    before = _said(work)
    work.quote_amount, work.quote_vat_rate, work.quote_reference = amount, vat_rate, reference
    work.save(update_fields=["quote_amount", "quote_vat_rate", "quote_reference"])
    return perform(work, "correct_quote", actor=actor, reason=reason, before=before, after=_said(work))


def _said(work: CablingWork) -> str:
    amount = "–" if work.quote_amount is None else f"{euros(work.quote_amount)} HT"
    return f"{work.quote_reference}, {amount}, TVA {percent(work.quote_vat_rate)}"


@transaction.atomic
def issue_service_order(*, work: CablingWork, terms: Mapping[str, object], seen: int | None = None, actor: User) -> CablingWork:
    """Issue the service order (ordre de service): planned start and end, contact, accounting codes, then the gate.

    Raises TransitionRefused when the quote was corrected after the version `seen`: nobody orders a price that was not shown.
    """
    work = locked(work)
    if work.state == WorkState.QUOTED:
        refuse_stale(work, seen)
    for name in ("starts_on", "due_on", "site_contact", "commitment_number", "service_code"):
        if name in terms:
            setattr(work, name, terms[name])
    work.save(update_fields=["starts_on", "due_on", "site_contact", "commitment_number", "service_code"])
    return perform(work, "order", actor=actor)
