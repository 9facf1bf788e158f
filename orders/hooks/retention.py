"""What forbids to delete anything of an aided file: something ordered, or to be, whose account is open."""

from collections.abc import Collection

from calls.queries.retention import obstacle
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, PendingNeed, PurchaseOrder

FILE = "decision__application"


@obstacle
def open_accounts(keys: Collection[int]) -> dict[int, str]:
    """Three queries."""
    orders = PurchaseOrder.objects.filter(decision__application__in=keys).exclude(state__in=OrderState.OVER).order_by()
    works = CablingWork.objects.filter(decision__application__in=keys).exclude(state__in=WorkState.OVER).order_by()
    needs = PendingNeed.objects.filter(decision_line__decision__application__in=keys, settled_at=None).order_by()
    waiting = dict.fromkeys(
        needs.values_list("decision_line__decision__application", flat=True), "Un besoin retenu attend d’être commandé."
    )
    building = dict.fromkeys(works.values_list(FILE, flat=True), "Des travaux de ce dossier ne sont pas clos.")
    return waiting | building | dict.fromkeys(orders.values_list(FILE, flat=True), "Une commande de ce dossier n’est pas close.")
