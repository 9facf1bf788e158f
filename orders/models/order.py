from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from orders import rules
from orders.enums import OrderState
from orders.models.agreement import CatalogueItem, Lot
from orders.workflows.order import PurchaseOrderWorkflow
from portal.directory.models import Establishment
from scoring.models import DecisionLine, FundingDecision


class PurchaseOrderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff who follow orders; the school, once its order is sent."""
        if not user.is_authenticated:
            return self.none()
        if rules.follows_orders(user):
            return self.all()
        hidden = [OrderState.DRAFT, OrderState.APPROVED]
        return self.filter(establishment__in=user.establishment_ids).exclude(state__in=hidden)


class PurchaseOrder(ConcurrentTransitionMixin, PurchaseOrderWorkflow):
    """Bon de commande: what one lot's holder must bring to one establishment, from its retained lines."""

    number = models.CharField("numéro", max_length=30, unique=True)  # "BC-2026-0001"
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="orders")
    establishment = models.ForeignKey(Establishment, verbose_name="établissement livré", on_delete=models.PROTECT, related_name="orders")
    decision = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, related_name="orders")
    delivery_contact = models.CharField("contact sur place", max_length=160, blank=True)
    due_on = models.DateField("à livrer le", null=True, blank=True)
    budget_code = models.CharField("imputation", max_length=60, blank=True)
    commitment_number = models.CharField("numéro d’engagement juridique", max_length=40, blank=True)
    service_code = models.CharField("code service Chorus Pro", max_length=40, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("créée le", default=timezone.now)

    objects = PurchaseOrderQuerySet.as_manager()

    class Meta:
        verbose_name = "bon de commande"
        verbose_name_plural = "bons de commande"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="order_once_per_lot", fields=["decision", "lot"])]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return f"/commandes/{self.number}/"

    @property
    def net_amount(self) -> Decimal:
        """Total excl. VAT, in euros. Reads the lines."""
        return sum((line.net_amount for line in self.lines.all()), Decimal(0))

    @property
    def gross_amount(self) -> Decimal:
        """Total incl. VAT, in euros."""
        return sum((line.gross_amount for line in self.lines.all()), Decimal(0))


class OrderLine(models.Model):
    """What is ordered, at the catalogue's price on the day of the draft."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    decision_line = models.ForeignKey(DecisionLine, null=True, blank=True, on_delete=models.PROTECT, related_name="order_lines")
    label = models.CharField("désignation", max_length=200)
    quantity = models.PositiveIntegerField("quantité")
    unit_price_amount = models.DecimalField("prix unitaire HT", max_digits=10, decimal_places=2)
    vat_rate = models.DecimalField("TVA (%)", max_digits=4, decimal_places=1)
    delivered_quantity = models.PositiveIntegerField("quantité livrée", default=0)

    class Meta:
        verbose_name = "ligne de commande"
        verbose_name_plural = "lignes de commande"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(name="order_line_quantity_positive", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="order_line_not_over_delivered",
                condition=Q(delivered_quantity__lte=F("quantity")),
                violation_error_message="Plus de livré que de commandé.",
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.label}"

    @property
    def net_amount(self) -> Decimal:
        return self.quantity * self.unit_price_amount

    @property
    def gross_amount(self) -> Decimal:
        return (self.net_amount * (100 + self.vat_rate) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def outstanding_quantity(self) -> int:
        return self.quantity - self.delivered_quantity
