from orders.models.agreement import CatalogueItem, FrameworkAgreement, Lot, Supplier
from orders.models.counter import NumberCounter
from orders.models.delivery import Delivery, DeliveryLine, GoodsReturn, Reserve, ReturnLine, SerialNumber
from orders.models.invoice import Invoice
from orders.models.order import OrderLine, PurchaseOrder
from orders.models.pending import PendingNeed
from orders.models.work import CablingWork, WorkLine

__all__ = [
    "CablingWork",
    "CatalogueItem",
    "Delivery",
    "DeliveryLine",
    "FrameworkAgreement",
    "GoodsReturn",
    "Invoice",
    "Lot",
    "NumberCounter",
    "OrderLine",
    "PendingNeed",
    "PurchaseOrder",
    "Reserve",
    "ReturnLine",
    "SerialNumber",
    "Supplier",
    "WorkLine",
]
