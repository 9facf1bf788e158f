"""What may be bought, from whom, for which school."""

from django.db.models import Model, Q

from orders.models import CablingWork, CatalogueItem, Lot, OrderLine, PurchaseOrder, WorkLine
from portal.directory.models import Establishment


def items_on_sale() -> list[CatalogueItem]:
    """Articles of the lots that run today, with lot, agreement, holder and territories."""
    items = CatalogueItem.objects.filter(is_active=True, lot__in=Lot.objects.running())
    return list(items.select_related("lot__agreement", "lot__supplier").prefetch_related("lot__departments").order_by("lot", "pk"))


def item_for(item_code: str, category: str, establishment: Establishment, items: list[CatalogueItem]) -> CatalogueItem | None:
    """The article that answers a need at one school, or None.

    The lot of the narrowest territory wins (a territorial agency before the whole Région), then the lowest price.
    """
    found = [
        (closeness, item)
        for item in items
        if item.item_code == item_code
        and item.lot.category == category
        and (closeness := closeness_of(item.lot, establishment)) is not None
    ]
    if not found:
        return None
    return min(found, key=lambda pair: (-pair[0], pair[1].unit_price_amount, pair[1].pk))[1]


def closeness_of(lot: Lot, establishment: Establishment) -> int | None:
    """How narrowly a lot covers a school: None not at all, 0 because it covers everything, more for a narrower territory."""
    department = establishment.department
    territories = {territory.pk for territory in lot.departments.all()}
    if territories and not territories & {department.pk, establishment.agency_id or department.parent_id}:
        return None
    prefixes = lot.prefixes
    matched = max((len(prefix) for prefix in prefixes if establishment.postal_code.startswith(prefix)), default=0)
    if prefixes and not matched:
        return None
    return matched + (1 if territories else 0)


def items_by_lot(category: str, establishment: Establishment) -> list[CatalogueItem]:
    """Every article that may be ordered for this school, whatever its code: what the orders officer chooses from by hand."""
    return [item for item in items_on_sale() if item.lot.category == category and closeness_of(item.lot, establishment) is not None]


def is_named_by_what_left(entry: Model) -> bool:
    """Whether an order that was sent, or a service order, names this agreement, this lot or this article: its papers say so."""
    if isinstance(entry, CatalogueItem):
        sent = OrderLine.objects.filter(item=entry, order__sent_at__isnull=False)
        return sent.exists() or WorkLine.objects.filter(item=entry, work__ordered_at__isnull=False).exists()
    about = Q(lot=entry) if isinstance(entry, Lot) else Q(lot__agreement=entry)
    sent = PurchaseOrder.objects.filter(about, sent_at__isnull=False)
    return sent.exists() or CablingWork.objects.filter(about, ordered_at__isnull=False).exists()
