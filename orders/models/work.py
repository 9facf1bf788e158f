from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from orders import rules
from orders.models.agreement import CatalogueItem, Lot
from orders.workflows.work import CablingWorkWorkflow
from portal.directory.models import Establishment
from scoring.models import DecisionLine, FundingDecision


class CablingWorkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff who follow works; the school, for its own site."""
        if not user.is_authenticated:
            return self.none()
        if rules.follows_orders(user):
            return self.all()
        return self.filter(establishment__in=user.establishment_ids)


class CablingWork(ConcurrentTransitionMixin, CablingWorkWorkflow):
    """Cabling of one site on the lot of its territorial agency."""

    number = models.CharField("numéro", max_length=30, unique=True)  # "TX-2026-0001"
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="works")
    establishment = models.ForeignKey(Establishment, verbose_name="site", on_delete=models.PROTECT, related_name="works")
    decision = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, related_name="works")
    quote_amount = models.DecimalField("devis HT", max_digits=12, decimal_places=2, null=True, blank=True)
    due_on = models.DateField("fin prévue", null=True, blank=True)
    created_at = models.DateTimeField("créés le", default=timezone.now)

    objects = CablingWorkQuerySet.as_manager()

    class Meta:
        verbose_name = "travaux de câblage"
        verbose_name_plural = "travaux de câblage"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="work_once_per_lot", fields=["decision", "lot"])]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return f"/travaux/{self.number}/"

    @property
    def net_amount(self) -> Decimal:
        """Estimate excl. VAT from the catalogue, in euros."""
        return sum((line.net_amount for line in self.lines.all()), Decimal(0))

    @property
    def gross_amount(self) -> Decimal:
        return sum((line.gross_amount for line in self.lines.all()), Decimal(0))


class WorkLine(models.Model):
    work = models.ForeignKey(CablingWork, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    decision_line = models.ForeignKey(DecisionLine, null=True, blank=True, on_delete=models.PROTECT, related_name="work_lines")
    label = models.CharField("désignation", max_length=200)
    quantity = models.PositiveIntegerField("quantité")
    unit_price_amount = models.DecimalField("prix unitaire HT", max_digits=10, decimal_places=2)
    vat_rate = models.DecimalField("TVA (%)", max_digits=4, decimal_places=1)

    class Meta:
        verbose_name = "ligne de travaux"
        verbose_name_plural = "lignes de travaux"
        ordering = ["work", "pk"]
        constraints = [models.CheckConstraint(name="work_line_quantity_positive", condition=Q(quantity__gte=1))]

    def __str__(self):
        return f"{self.quantity} × {self.label}"

    @property
    def net_amount(self) -> Decimal:
        return self.quantity * self.unit_price_amount

    @property
    def gross_amount(self) -> Decimal:
        return (self.net_amount * (100 + self.vat_rate) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
