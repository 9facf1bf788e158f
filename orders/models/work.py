from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from orders import rules
from orders.enums import WorkState
from orders.models.agreement import Lot
from orders.models.commissioned import CommissionedDocument
from orders.models.pricing import PricedLine, line_constraints, with_vat
from orders.workflows.work import CablingWorkWorkflow
from portal.accounts.models import User
from portal.addresses import address
from portal.directory.models import Establishment
from scoring.models import DecisionLine, FundingDecision


class CablingWorkQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Staff who follow works, where they follow them; the school, for its own site."""
        if not user.is_authenticated:
            return self.none()
        if rules.follows_everywhere(user):
            return self.all()
        return self.filter(rules.followed(user) | Q(establishment__in=user.establishment_ids))

    def run_by(self, user: User) -> Self:
        """Those on whose site this person acts: visits, quotes, acceptance."""
        return self.filter(rules.run(user))

    def to_bill(self) -> Self:
        """Received, and not closed: an invoice is still awaited, or the closing."""
        return self.filter(state__in=WorkState.TO_BILL)

    def late(self) -> Self:
        """Under way, and the planned end is past."""
        return self.filter(state__in=WorkState.ONGOING, due_on__lt=timezone.localdate())


class CablingWork(ConcurrentTransitionMixin, CablingWorkWorkflow, CommissionedDocument):
    """Cabling of one site on the lot of its territorial agency. The totals of its lines are an estimate; the quote is what is ordered."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="works")
    establishment = models.ForeignKey(Establishment, verbose_name="site", on_delete=models.PROTECT, related_name="works")
    decision = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, related_name="works")
    site_contact = models.CharField("contact sur place", max_length=160, blank=True)
    quote_amount = models.DecimalField("devis HT", max_digits=12, decimal_places=2, null=True, blank=True)
    quote_vat_rate = models.DecimalField("TVA du devis (%)", max_digits=4, decimal_places=1, default=20)
    quote_reference = models.CharField("référence du devis", max_length=60, blank=True)
    starts_on = models.DateField("début prévu", null=True, blank=True)
    due_on = models.DateField("fin prévue", null=True, blank=True)
    created_at = models.DateTimeField("créés le", default=timezone.now)

    objects = CablingWorkQuerySet.as_manager()

    class Meta:
        verbose_name = "travaux de câblage"
        verbose_name_plural = "travaux de câblage"
        ordering = ["-number"]
        indexes = [models.Index(fields=["lot", "state"], name="work_lot_state")]
        constraints = [
            models.UniqueConstraint(name="work_one_request_per_lot", fields=["decision", "lot"], condition=Q(state=WorkState.REQUESTED)),
            models.CheckConstraint(
                name="work_quote_positive",
                condition=Q(quote_amount=None) | Q(quote_amount__gt=0),
                violation_error_message="Un devis est un montant positif.",
            ),
            models.CheckConstraint(
                name="work_quote_vat_between_0_and_20",
                condition=Q(quote_vat_rate__gte=0, quote_vat_rate__lte=20),
                violation_error_message="La TVA va de 0 à 20 %.",
            ),
            models.CheckConstraint(
                name="work_ordered_has_quote",
                condition=Q(ordered_at=None) | Q(quote_amount__isnull=False),
                violation_error_message="Des travaux commandés ont un devis.",
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("orders:work", self.number)

    @property
    def amount_to_commit(self) -> Decimal:
        """What the service order takes on the lot: the quote, excl. VAT."""
        return self.quote_amount or Decimal(0)

    @property
    def quote_gross_amount(self) -> Decimal | None:
        """The quote incl. VAT, in euros; None while there is none."""
        return None if self.quote_amount is None else with_vat(self.quote_amount, self.quote_vat_rate)

    @property
    def commissioned_at(self) -> datetime | None:
        return self.ordered_at

    @property
    def gross_to_commit(self) -> Decimal:
        """What the service order engages on the aid voted: the quote, incl. VAT."""
        return self.quote_gross_amount or Decimal(0)

    @property
    def engaged_gross_amount(self) -> Decimal:
        """What the works engage on the aid, incl. VAT: nothing before the service order, nothing once cancelled, what was invoiced once closed."""
        return Decimal(0) if self.state in WorkState.UNENGAGED else self.gross_held_amount

    @property
    def is_cancelled(self) -> bool:
        return self.state == WorkState.CANCELLED

    @property
    def has_reserves(self) -> bool:
        """Accepted with reserves, of which some are still to lift."""
        return self.state == WorkState.ACCEPTED_WITH_RESERVES

    @property
    def takes_reserves_back(self) -> bool:
        """A reserve lifted too early may be opened again."""
        return self.state in (WorkState.ACCEPTED_WITH_RESERVES, WorkState.RESERVES_LIFTED)

    @property
    def is_late(self) -> bool:
        return self.state in WorkState.ONGOING and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def last_act_on(self) -> date | None:
        """The day of the latest act on site: the next one cannot come before it."""
        ordered_on = timezone.localtime(self.ordered_at).date() if self.ordered_at else None
        return max((day for day in (self.surveyed_on, ordered_on, self.started_on, self.pre_accepted_on) if day), default=None)

    @property
    def guarantee_ends_on(self) -> date | None:
        """Garantie de parfait achèvement: one year from reception (CCAG-Travaux 2021, 44.1)."""
        if self.accepted_at is None:
            return None
        received_on = timezone.localtime(self.accepted_at).date()
        last_of_february = received_on.month == 2 and received_on.day == 29
        return received_on.replace(year=received_on.year + 1, day=28 if last_of_february else received_on.day)

    @property
    def is_received(self) -> bool:
        return self.accepted_at is not None and not self.is_cancelled


class WorkLine(PricedLine):
    work = models.ForeignKey(CablingWork, on_delete=models.CASCADE, related_name="lines")
    decision_line = models.ForeignKey(DecisionLine, null=True, blank=True, on_delete=models.PROTECT, related_name="work_lines")

    class Meta:
        verbose_name = "ligne de travaux"
        verbose_name_plural = "lignes de travaux"
        ordering = ["work", "pk"]
        constraints = line_constraints("work_line")
