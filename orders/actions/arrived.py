"""How much of each line of an order has arrived and has not left again: the one place where it is counted."""

from django.db.models import Count, QuerySet, Sum

from orders.models import DeliveryLine, OrderLine, PurchaseOrder, ReturnLine, SerialNumber
from portal.text.french import count
from portal.workflow.gate import TransitionRefused


def keep_in_step(order: PurchaseOrder) -> list[OrderLine]:
    """Write what is delivered of each line: its delivery notes that stand, less what was returned. Returns the fresh lines.

    Raises TransitionRefused when more would have left than came, or more serial numbers would remain than articles.
    """
    came = _by_line(DeliveryLine.objects.filter(delivery__order=order, delivery__cancelled_at=None))
    left = _by_line(ReturnLine.objects.filter(goods_return__order=order))
    numbered = dict(
        SerialNumber.objects.filter(delivery_line__delivery__order=order)
        .order_by()
        .values_list("delivery_line__order_line")
        .annotate(total=Count("pk"))
    )
    lines, gaps = list(order.lines.order_by("pk")), []
    for line in lines:
        here = came.get(line.pk, 0) - left.get(line.pk, 0)
        if here < 0:
            gaps.append(f"{line.label} : {count(-here, 'article')} de cette livraison, déjà en retour chez le titulaire.")
        elif numbered.get(line.pk, 0) > here:
            over = count(numbered[line.pk] - here, "numéro de série", "numéros de série")
            gaps.append(f"{line.label} : il resterait plus de numéros de série que d’articles ; indiquez ceux qui repartent ({over}).")
        else:
            line.delivered_quantity = here
    if gaps:
        raise TransitionRefused(gaps)
    OrderLine.objects.bulk_update(lines, ["delivered_quantity"])
    return lines


def _by_line(moved: QuerySet) -> dict[int, int]:
    return dict(moved.order_by().values_list("order_line").annotate(total=Sum("quantity")))
