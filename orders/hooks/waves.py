"""What the earlier waves of a call delivered to a lycée, for the form of the next one."""

from collections.abc import Collection

from django.db.models import Sum

from calls.conditioned.wave_terms import register_delivered
from orders.models import OrderLine


@register_delivered
def articles_delivered(calls: Collection[int], lycee: int) -> dict[int, int]:
    """Articles arrived on the orders of the decisions of these calls, by call. One query."""
    of_call = "order__decision__application__call"
    lines = OrderLine.objects.filter(**{f"{of_call}__in": calls, "order__decision__application__establishment": lycee}).order_by()
    return {call: total for call, total in lines.values_list(of_call).annotate(total=Sum("delivered_quantity")) if total}
