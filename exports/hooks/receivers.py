"""Documents follow the acts: receipt after a submission, letter at the release, order when it is sent, reports when they are signed."""

from django.dispatch import receiver

from calls.models import Application
from exports.issue import issue_document
from orders.models import CablingWork, PurchaseOrder
from portal.jobs.queue import enqueue
from portal.workflow.signals import transitioned
from scoring.models import FundingDecision, SelectionSession


@receiver(transitioned, sender=Application, dispatch_uid="exports.receipt_after_submit")
def issue_receipt(sender, instance, name, **kwargs):
    """In the worker: pressing *Déposer* must not wait for a drawing."""
    if name == "submit":
        enqueue(
            "exports.document",
            label=f"Accusé de dépôt {instance.reference}",
            params={"kind": "receipt", "subject": instance.pk},
            dedupe_key=f"receipt:{instance.pk}",
        )


# In the transaction of the act: a decision is never known without its letter, an acceptance without its report.
DRAWN_AFTER = {
    (FundingDecision, "release"): "decision_letter",
    (SelectionSession, "sign_minutes"): "session_minutes",
    (PurchaseOrder, "send"): "purchase_order",
    (PurchaseOrder, "accept"): "order_acceptance",
    (PurchaseOrder, "accept_with_reserves"): "order_acceptance",
    (PurchaseOrder, "lift_reserves"): "order_lifting",
    (CablingWork, "order"): "service_order",
    (CablingWork, "accept"): "work_acceptance",
    (CablingWork, "accept_with_reserves"): "work_acceptance",
    (CablingWork, "lift_reserves"): "work_lifting",
}


@receiver(transitioned, dispatch_uid="exports.document_after_act")
def draw_document(sender, instance, name, actor, **kwargs):
    if code := DRAWN_AFTER.get((sender, name)):
        issue_document(code, instance, actor=actor)
