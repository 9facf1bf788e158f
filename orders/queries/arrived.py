"""What arrived of an order and what left again, as its pages show it."""

from django.db.models import Prefetch, QuerySet

from orders.models import Delivery, DeliveryLine, GoodsReturn, PurchaseOrder, ReturnLine


def deliveries_of(order: PurchaseOrder) -> QuerySet[Delivery]:
    """The delivery notes of an order as its pages show them, those cancelled included."""
    lines = Prefetch("lines", DeliveryLine.objects.select_related("order_line"))
    return order.deliveries.select_related("received_by", "cancelled_by").prefetch_related(lines)


def returns_of(order: PurchaseOrder) -> QuerySet[GoodsReturn]:
    """What the holder took back of an order as its pages show it, returns cancelled included."""
    lines = Prefetch("lines", ReturnLine.objects.select_related("order_line"))
    return order.returns.select_related("recorded_by", "cancelled_by").prefetch_related(lines)
