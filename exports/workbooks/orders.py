"""Order lines as a workbook."""

from collections.abc import Mapping

from exports.registry import WorkbookKind, register_workbook
from exports.xlsx.workbook import MONEY, Sheet, SheetColumn
from orders.models import OrderLine, PurchaseOrder
from orders.rules import follows_orders
from orders.tables.documents import ARTICLE, DUE, HOLDER, NET_AMOUNT, NUMBER, QUANTITY, SCHOOL, UNIT_PRICE
from portal.accounts.models import User
from portal.reading import in_pieces

_ORDER_LINES = [
    SheetColumn.of(NUMBER.through("order"), width=16),
    SheetColumn("etat", "État", lambda line: line.order.get_state_display(), width=24),
    SheetColumn("dossier", "Dossier", lambda line: line.order.decision.application.reference, width=16),
    SheetColumn("uai", "UAI", lambda line: line.order.establishment.uai, width=11),
    SheetColumn.of(SCHOOL.through("order"), key="etablissement", heading="Établissement livré", width=38),
    SheetColumn("commune", "Commune", lambda line: line.order.establishment.commune_name, width=20),
    SheetColumn.of(HOLDER.through("order"), width=28),
    SheetColumn("lot", "Lot", lambda line: f"{line.order.lot.number} {line.order.lot.title}", width=30),
    SheetColumn("reference_bpu", "Référence BPU", lambda line: line.item.reference, width=16),
    SheetColumn.of(ARTICLE, width=36),
    SheetColumn.of(QUANTITY, width=10),
    SheetColumn("livre", "Livré", lambda line: line.delivered_quantity, width=10),
    SheetColumn("abandonne", "Abandonné", lambda line: line.given_up_quantity, width=11),
    SheetColumn.of(UNIT_PRICE, format=MONEY, width=15),
    SheetColumn.of(NET_AMOUNT, format=MONEY, width=15),
    SheetColumn("total_ttc", "Total TTC", lambda line: line.gross_amount, MONEY, 15),
    SheetColumn("envoyee_le", "Envoyée le", lambda line: line.order.sent_at, width=17),
    SheetColumn.of(DUE.through("order"), key="a_livrer_le", width=12),
    SheetColumn("receptionnee_le", "Réceptionnée le", lambda line: line.order.accepted_at, width=17),
]


def _orders(user: User, params: Mapping[str, str]) -> tuple[str, list[Sheet], int]:
    orders = PurchaseOrder.objects.visible_to(user)
    lines = OrderLine.objects.filter(order__in=orders).select_related(
        "item", "order__establishment", "order__lot", "order__decision__application"
    )
    return "Commandes", [Sheet("Lignes", _ORDER_LINES, in_pieces(lines.order_by("order__number", "pk")))], lines.count()


register_workbook(
    WorkbookKind(
        code="commandes",
        offered_on="orders.orders",
        label="Commandes",
        help="Une ligne par article commandé : quantités, livraisons, montants, dates.",
        may_ask=follows_orders,
        sheets=_orders,
        needs_call=False,
    )
)
