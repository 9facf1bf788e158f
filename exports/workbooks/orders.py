"""Order lines as a workbook."""

from exports.registry import WorkbookKind, register_workbook
from exports.workbooks.columns import CHUNK
from exports.xlsx.workbook import MONEY, Column, Sheet
from orders.models import OrderLine, PurchaseOrder
from orders.rules import follows_orders

_ORDER_LINES = [
    Column("numero", "Commande", lambda line: line.order.number, width=16),
    Column("etat", "État", lambda line: line.order.get_state_display(), width=24),
    Column("dossier", "Dossier", lambda line: line.order.decision.application.reference, width=16),
    Column("uai", "UAI", lambda line: line.order.establishment.uai, width=11),
    Column("etablissement", "Établissement livré", lambda line: line.order.establishment.name, width=38),
    Column("commune", "Commune", lambda line: line.order.establishment.commune_name, width=20),
    Column("titulaire", "Titulaire", lambda line: line.order.lot.supplier.name, width=28),
    Column("lot", "Lot", lambda line: f"{line.order.lot.number} {line.order.lot.title}", width=30),
    Column("reference_bpu", "Référence BPU", lambda line: line.item.reference, width=16),
    Column("designation", "Désignation", lambda line: line.label, width=36),
    Column("quantite", "Quantité", lambda line: line.quantity, width=10),
    Column("livre", "Livré", lambda line: line.delivered_quantity, width=10),
    Column("prix_unitaire_ht", "Prix unitaire HT", lambda line: line.unit_price_amount, MONEY, 15),
    Column("total_ht", "Total HT", lambda line: line.net_amount, MONEY, 15),
    Column("total_ttc", "Total TTC", lambda line: line.gross_amount, MONEY, 15),
    Column("envoyee_le", "Envoyée le", lambda line: line.order.sent_at, width=17),
    Column("a_livrer_le", "À livrer le", lambda line: line.order.due_on, width=12),
    Column("receptionnee_le", "Réceptionnée le", lambda line: line.order.accepted_at, width=17),
]


def _orders(user, params) -> tuple[str, list[Sheet], int]:
    orders = PurchaseOrder.objects.visible_to(user)
    lines = OrderLine.objects.filter(order__in=orders).select_related(
        "item", "order__establishment", "order__lot__supplier", "order__decision__application"
    )
    return "Commandes", [Sheet("Lignes", _ORDER_LINES, lines.order_by("order__number", "pk").iterator(chunk_size=CHUNK))], lines.count()


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
