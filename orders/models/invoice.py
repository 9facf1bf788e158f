from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.enums import InvoiceKind
from orders.models.agreement import Supplier
from orders.models.order import PurchaseOrder
from orders.models.work import CablingWork

LONGEST_NUMBER = 60
PAYMENT_DAYS = 30  # R2192-10: local authorities, from reception of the invoice


class InvoiceQuerySet(models.QuerySet):
    def live(self) -> "InvoiceQuerySet":
        """Those that count: not cancelled."""
        return self.filter(cancelled_at=None)


class Invoice(models.Model):
    """One invoice of the holder of a lot, or a credit note (avoir) that corrects one. Never rewritten: a wrong one is cancelled, with a reason.

    `amount` is incl. VAT, in euros, and positive; a credit note takes away. `net_amount` is the share of the total excl. VAT of the order
    or of the works that it stands for.
    """

    order = models.ForeignKey(PurchaseOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="invoices")
    work = models.ForeignKey(CablingWork, null=True, blank=True, on_delete=models.PROTECT, related_name="invoices")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField("nature", max_length=12, choices=InvoiceKind.choices, default=InvoiceKind.INVOICE)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes")
    number = models.CharField("numéro", max_length=LONGEST_NUMBER)
    compared = models.CharField(max_length=200, editable=False)  # the number as two of them are compared
    received_on = models.DateField("reçue le")
    amount = models.DecimalField("montant TTC", max_digits=12, decimal_places=2)
    net_amount = models.DecimalField("part HT", max_digits=12, decimal_places=2)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField("notée le", default=timezone.now)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    cancel_reason = models.TextField("motif de l’annulation", blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = "facture"
        verbose_name_plural = "factures"
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="invoice_about_one_thing",
                condition=Q(order__isnull=False, work__isnull=True) | Q(order__isnull=True, work__isnull=False),
            ),
            models.UniqueConstraint(
                name="invoice_number_once",
                fields=["supplier", "compared"],
                condition=Q(cancelled_at=None),
                violation_error_message="Ce titulaire a déjà une facture de ce numéro.",
            ),
            models.CheckConstraint(
                name="credit_note_corrects_an_invoice",
                condition=Q(kind=InvoiceKind.INVOICE, corrects=None) | Q(kind=InvoiceKind.CREDIT_NOTE, corrects__isnull=False),
                violation_error_message="Un avoir nomme la facture qu’il corrige.",
            ),
            models.CheckConstraint(
                name="invoice_amounts_not_negative",
                condition=Q(amount__gte=0, net_amount__gte=0),
                violation_error_message="Le montant d’une facture est positif.",
            ),
            models.CheckConstraint(
                name="invoice_cancelled_says_why",
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""),
                violation_error_message="Une facture annulée dit pourquoi.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    @property
    def document(self) -> PurchaseOrder | CablingWork:
        """What is invoiced."""
        return self.order if self.order_id else self.work

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def is_credit_note(self) -> bool:
        return self.kind == InvoiceKind.CREDIT_NOTE

    @property
    def signed_amount(self) -> Decimal:
        """What it adds to the sum invoiced, incl. VAT."""
        return -self.amount if self.is_credit_note else self.amount

    @property
    def signed_net_amount(self) -> Decimal:
        """What it adds to the sum invoiced, excl. VAT."""
        return -self.net_amount if self.is_credit_note else self.net_amount

    @property
    def payment_due_on(self) -> date:
        return self.received_on + timedelta(days=PAYMENT_DAYS)
