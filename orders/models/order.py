from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from orders import rules
from orders.enums import OrderState
from orders.models.agreement import Lot
from orders.models.commissioned import CommissionedDocument
from orders.models.pricing import PricedLine, line_constraints
from orders.workflows.order import PurchaseOrderWorkflow
from portal.accounts.models import User
from portal.addresses import address
from portal.directory.models import Establishment
from scoring.models import DecisionLine, FundingDecision

CHECK_DAYS = 15  # CCAG-FCS 2021: time to check simple supplies and decide, from delivery


class PurchaseOrderQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Staff who follow orders, where they follow them; the school, once its order is sent."""
        if not user.is_authenticated:
            return self.none()
        if rules.follows_everywhere(user):
            return self.all()
        return self.filter(rules.followed(user) | Q(establishment__in=user.establishment_ids, sent_at__isnull=False))

    def to_bill(self) -> Self:
        """Accepted, and an invoice is still awaited."""
        return self.filter(state__in=OrderState.BILLABLE)

    def late(self) -> Self:
        """Sent, due before today, and something is still to arrive."""
        return self.filter(state__in=OrderState.AWAITED, due_on__lt=timezone.localdate())


class PurchaseOrder(ConcurrentTransitionMixin, PurchaseOrderWorkflow, CommissionedDocument):
    """Bon de commande: what one lot's holder must bring to one establishment, from its retained lines."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="orders")
    establishment = models.ForeignKey(Establishment, verbose_name="établissement livré", on_delete=models.PROTECT, related_name="orders")
    decision = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, related_name="orders")
    delivery_contact = models.CharField("contact sur place", max_length=160, blank=True)
    due_on = models.DateField("à livrer le", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("créée le", default=timezone.now)

    objects = PurchaseOrderQuerySet.as_manager()

    class Meta:
        verbose_name = "bon de commande"
        verbose_name_plural = "bons de commande"
        ordering = ["-number"]
        indexes = [models.Index(fields=["lot", "state"], name="order_lot_state")]
        constraints = [
            models.UniqueConstraint(name="order_one_draft_per_lot", fields=["decision", "lot"], condition=Q(state=OrderState.DRAFT)),
            models.CheckConstraint(
                name="order_sent_has_date",
                condition=Q(state__in=OrderState.UNSENT) | Q(sent_at__isnull=False),
                violation_error_message="Une commande envoyée porte une date d’envoi.",
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("orders:order", self.number)

    @property
    def amount_to_commit(self) -> Decimal:
        """What approving takes on the lot: the total excl. VAT."""
        return self.net_amount

    @property
    def is_editable(self) -> bool:
        """Dates, contact and accounting codes may still change; quantities, in draft only."""
        return self.state in OrderState.EDITABLE

    @property
    def is_cancelled(self) -> bool:
        return self.state == OrderState.CANCELLED

    @property
    def awaits_acceptance(self) -> bool:
        """Everything has arrived; the head of establishment has not signed yet."""
        return self.state == OrderState.DELIVERED

    @property
    def has_reserves(self) -> bool:
        """Accepted with reserves, of which some are still to lift."""
        return self.state == OrderState.ACCEPTED_WITH_RESERVES

    @property
    def takes_reserves_back(self) -> bool:
        """A reserve lifted too early may be opened again."""
        return self.state in (OrderState.ACCEPTED_WITH_RESERVES, OrderState.ACCEPTED)

    @property
    def is_late(self) -> bool:
        return self.state in OrderState.AWAITED and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def commissioned_at(self) -> datetime | None:
        return self.sent_at

    @property
    def gross_to_commit(self) -> Decimal:
        """What approving engages on the aid voted: the total incl. VAT."""
        return self.gross_amount

    @property
    def engaged_gross_amount(self) -> Decimal:
        """What the order engages on the aid, incl. VAT: nothing while it is a draft, nothing once cancelled, what was invoiced once closed."""
        return self.gross_held_amount if self.state in OrderState.ENGAGED else Decimal(0)

    @property
    def last_delivery_on(self) -> date | None:
        """The latest of the days on which something arrived, in whatever order the notes were recorded."""
        return self.deliveries.standing().aggregate(day=Max("delivered_on"))["day"]

    @property
    def delivered_quantity(self) -> int:
        return sum(line.delivered_quantity for line in self.lines.all())

    @property
    def acceptance_due_on(self) -> date | None:
        """Until when the school looks at what was delivered: from the day on which it could, when that came after the delivery."""
        since = self.to_check_since or self.delivered_on
        return since + timedelta(days=CHECK_DAYS) if since and self.delivered_on else None


class OrderLine(PricedLine):
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    decision_line = models.ForeignKey(DecisionLine, null=True, blank=True, on_delete=models.PROTECT, related_name="order_lines")
    delivered_quantity = models.PositiveIntegerField("quantité livrée", default=0)
    given_up_quantity = models.PositiveIntegerField("quantité abandonnée", default=0)  # by the early end of the order

    class Meta:
        verbose_name = "ligne de commande"
        verbose_name_plural = "lignes de commande"
        ordering = ["order", "pk"]
        constraints = [
            *line_constraints("order_line"),
            models.CheckConstraint(
                name="order_line_not_over_delivered",
                condition=Q(quantity__gte=F("delivered_quantity") + F("given_up_quantity")),
                violation_error_message="Plus de livré que de commandé.",
            ),
        ]

    @property
    def outstanding_quantity(self) -> int:
        return self.kept_quantity - self.delivered_quantity

    @property
    def kept_quantity(self) -> int:
        return self.quantity - self.given_up_quantity
