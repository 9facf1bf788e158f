from orders.models.agreement import CatalogueItem, FrameworkAgreement, Lot, Supplier
from orders.models.counter import NumberCounter
from orders.models.delivery import Delivery, DeliveryLine, Reserve, SerialNumber
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
    "Invoice",
    "Lot",
    "NumberCounter",
    "OrderLine",
    "PendingNeed",
    "PurchaseOrder",
    "Reserve",
    "SerialNumber",
    "Supplier",
    "WorkLine",
]
