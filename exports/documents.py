"""The documents that the portal issues."""

from calls import rules as call_rules
from calls.models import Application
from exports import queries
from exports.pdf.decision_letter import render_letter
from exports.pdf.purchase_order import render_order
from exports.pdf.receipt import render_receipt
from exports.registry import DocumentKind, register_document
from orders.models import CablingWork, PurchaseOrder
from scoring.enums import DecisionState


def _reads_file(user, application) -> bool:
    return Application.objects.visible_to(user).filter(pk=application.pk).exists()


def _reads_letter(user, decision) -> bool:
    """The school and the staff of the file, once released; nobody before."""
    if decision.state != DecisionState.RELEASED:
        return False
    return call_rules.reads_everything(user) or _reads_file(user, decision.application)


RECEIPT = register_document(
    DocumentKind(
        code="receipt",
        label="Accusé de dépôt",
        model="calls.application",
        title=lambda application: f"Accusé de dépôt {application.reference}",
        render=lambda application: render_receipt(queries.receipt_row(application)),
        filename=lambda application: f"accuse-de-depot-{application.reference}.pdf",
        may_read=_reads_file,
    )
)
LETTER = register_document(
    DocumentKind(
        code="decision_letter",
        label="Lettre de décision",
        model="scoring.fundingdecision",
        title=lambda decision: f"Décision {decision.application.reference}",
        render=lambda decision: render_letter(queries.letter_row(decision)),
        filename=lambda decision: f"decision-{decision.application.reference}.pdf",
        may_read=_reads_letter,
    )
)
ORDER = register_document(
    DocumentKind(
        code="purchase_order",
        label="Bon de commande",
        model="orders.purchaseorder",
        title=lambda order: f"Bon de commande {order.number}",
        render=lambda order: render_order(queries.order_row(order)),
        filename=lambda order: f"bon-de-commande-{order.number}.pdf",
        may_read=lambda user, order: PurchaseOrder.objects.visible_to(user).filter(pk=order.pk).exists(),
    )
)
SERVICE_ORDER = register_document(
    DocumentKind(
        code="service_order",
        label="Ordre de service",
        model="orders.cablingwork",
        title=lambda work: f"Ordre de service {work.number}",
        render=lambda work: render_order(queries.service_order_row(work)),
        filename=lambda work: f"ordre-de-service-{work.number}.pdf",
        may_read=lambda user, work: CablingWork.objects.visible_to(user).filter(pk=work.pk).exists(),
    )
)
