"""Documents follow the acts: receipt after a submission, letter at the release, order when it is sent."""

from django.dispatch import receiver

from calls.models import Application
from exports.issue import issue_document
from orders.models import CablingWork, PurchaseOrder
from portal.jobs.queue import enqueue
from portal.workflow.signals import transitioned
from scoring.models import FundingDecision


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


@receiver(transitioned, sender=FundingDecision, dispatch_uid="exports.letter_at_release")
def issue_letter(sender, instance, name, actor, **kwargs):
    """In the transaction of the release: a decision is never known without its letter."""
    if name == "release":
        issue_document("decision_letter", instance, actor=actor)


@receiver(transitioned, sender=PurchaseOrder, dispatch_uid="exports.order_when_sent")
def issue_order(sender, instance, name, actor, **kwargs):
    if name == "send":
        issue_document("purchase_order", instance, actor=actor)


@receiver(transitioned, sender=CablingWork, dispatch_uid="exports.service_order_when_ordered")
def issue_service_order(sender, instance, name, actor, **kwargs):
    if name == "order":
        issue_document("service_order", instance, actor=actor)
