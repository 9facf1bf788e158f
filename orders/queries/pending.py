"""Needs that are on no order."""

from orders.models import PendingNeed, PurchaseOrder


def pending_quantities(order: PurchaseOrder) -> dict[int, int]:
    """{retained line (id): how many of it are to be settled}, for the lines of an order."""
    needs = PendingNeed.objects.filter(decision_line__in=order.lines.values("decision_line"), settled_at=None)
    return dict(needs.values_list("decision_line_id", "quantity"))
