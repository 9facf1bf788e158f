"""How much of each line of an order has arrived and has not left again: the one place where it is counted."""

from django.db.models import Count

from orders.models import DeliveryLine, OrderLine, PurchaseOrder, ReturnLine, SerialNumber
from portal.text.french import count
from portal.workflow.gate import TransitionRefused

REPLACED = "d’autres sont arrivés à leur place : annulez d’abord cette livraison"


def keep_in_step(order: PurchaseOrder) -> list[OrderLine]:
    """Write what is delivered of each line: its delivery notes that stand, less the returns that do. Returns the fresh lines.

    Raises TransitionRefused when more would have left than came, when more would be there than the order still takes, or when more serial
    numbers would remain than articles.
    """
    balances = _balances(order)
    numbered = dict(
        SerialNumber.objects.filter(delivery_line__delivery__order=order)
        .order_by()
        .values_list("delivery_line__order_line")
        .annotate(total=Count("pk"))
    )
    lines, gaps = list(order.lines.order_by("pk")), []
    for line in lines:
        here, lowest = balances.get(line.pk, (0, 0))
        if lowest < 0:
            gaps.append(f"{line.label} : {count(-lowest, 'article')} de cette livraison, déjà en retour chez le titulaire.")
        elif here > line.kept_quantity:
            why = "la commande a été soldée sans eux, ils sont revenus aux besoins" if line.given_up_quantity else REPLACED
            gaps.append(f"{line.label} : {count(here - line.kept_quantity, 'article')} de trop, {why}.")
        elif numbered.get(line.pk, 0) > here:
            over = count(numbered[line.pk] - here, "numéro de série", "numéros de série")
            gaps.append(f"{line.label} : il resterait plus de numéros de série que d’articles ; indiquez ceux qui repartent ({over}).")
        else:
            line.delivered_quantity = here
    if gaps:
        raise TransitionRefused(gaps)
    OrderLine.objects.bulk_update(lines, ["delivered_quantity"])
    return lines


def _balances(order: PurchaseOrder) -> dict[int, tuple[int, int]]:
    """For each line (id), how many articles are there now, and the fewest there have been, in the order in which moves were recorded.

    What came after a return is not what left by it: a delivery whose goods went back stays, even once others have replaced them.
    """
    came = DeliveryLine.objects.filter(delivery__order=order, delivery__cancelled_at=None)
    left = ReturnLine.objects.filter(goods_return__order=order, goods_return__cancelled_at=None)
    moves = list(came.values_list("delivery__recorded_at", "order_line", "quantity"))
    moves += [(at, line, -quantity) for at, line, quantity in left.values_list("goods_return__recorded_at", "order_line", "quantity")]
    balances: dict[int, tuple[int, int]] = {}
    for _, line, quantity in sorted(moves, key=lambda move: (move[0], -move[2])):
        here, lowest = balances.get(line, (0, 0))
        balances[line] = (here + quantity, min(lowest, here + quantity))
    return balances
