"""The holder of what is not sent yet follows the lot and the supplier; what is sent keeps the holder that received it."""

from django.db.models import Model

from orders.enums import OrderState, WorkState
from orders.models import CablingWork, Lot, PurchaseOrder, Supplier
from orders.models.commissioned import HOLDER

IDENTITY = {"name", "siret", "address"}  # of a supplier: what its orders and papers say of it


def locked_followers(entry: Model, changed: set[str]) -> list[PurchaseOrder | CablingWork]:
    """The documents, locked, whose holder is to be written anew once these fields of a lot or of a supplier have changed.

    Locked before the lot, as an order that is approved locks them. A quote is of the holder who made it: only its name is followed.
    """
    if isinstance(entry, Lot) and "supplier" in changed:
        about, works = {"lot": entry}, (WorkState.REQUESTED, WorkState.SURVEYED)
    elif isinstance(entry, Supplier) and changed & IDENTITY:
        about, works = {"holder": entry}, WorkState.UNORDERED
    else:
        return []
    orders = PurchaseOrder.objects.select_for_update(of=("self",)).filter(**about, state__in=OrderState.EDITABLE)
    requests = CablingWork.objects.select_for_update(of=("self",)).filter(**about, state__in=works)
    return [*orders.order_by("pk"), *requests.order_by("pk")]


def follow(documents: list[PurchaseOrder | CablingWork], entry: Lot | Supplier) -> None:
    """Write the holder on what has not left: that of the lot, or the supplier as it is now."""
    for document in documents:
        document.take_holder(entry.supplier if isinstance(entry, Lot) else entry)
        document.save(update_fields=HOLDER)
