"""What was delivered to a lycée, for the forms of the calls that follow."""

from collections.abc import Collection

from django.db.models import Sum

from calls.conditioned.wave_terms import register_delivered
from calls.queries import received
from orders.models import OrderLine


@register_delivered
def articles_delivered(calls: Collection[int], lycee: int) -> dict[int, int]:
    """Articles arrived on the orders of the decisions of these calls, by call. One query."""
    of_call = "order__decision__application__call"
    lines = OrderLine.objects.filter(**{f"{of_call}__in": calls, "order__decision__application__establishment": lycee}).order_by()
    return {call: total for call, total in lines.values_list(of_call).annotate(total=Sum("delivered_quantity")) if total}


@received.register
def articles_received(lycee: int) -> list[received.Received]:
    """Articles arrived at a lycée by call, the latest call first, then in the order of their names. One query."""
    arrived = OrderLine.objects.filter(order__decision__application__establishment=lycee, delivered_quantity__gt=0)
    by_call = ("order__decision__application__call__closes_at", "order__decision__application__call__title", "label")
    rows = arrived.values_list(*by_call).annotate(total=Sum("delivered_quantity")).order_by(f"-{by_call[0]}", *by_call[1:])
    return [received.Received(call, label, total) for _closed, call, label, total in rows]
