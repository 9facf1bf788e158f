"""The money of a call: its budget lines, what is delegated of them, what moves from one to another, what the call says of them."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Round
from django.utils import timezone

from calls.models import Call
from portal.accounts.models import User
from portal.addresses import address
from portal.text.french import money
from scoring import rules
from scoring.enums import BudgetSection

MOST = Decimal("9999999999.99")  # euros of one envelope, and of what a call announces


class EnvelopeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        return self.all() if rules.reads_decisions(user) else self.none()

    def whole(self) -> Self:
        """Those that make the money of a call: a delegated part is counted in its own already."""
        return self.filter(parent=None)

    def in_tree_order(self) -> Self:
        """By name, each followed by what is delegated of it."""
        return self.annotate(of_line=Coalesce("parent__label", "label"), of_pk=Coalesce("parent", "pk")).order_by(
            "of_line", "of_pk", F("parent").asc(nulls_first=True), "label", "pk"
        )


class Envelope(models.Model):
    """Money of one budget line for one call, or the part of one that is delegated to a group of lycées.

    `committed_amount` is what decisions take, `delegated_amount` what its delegated parts hold; the database refuses that both together
    exceed the total.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="envelopes")
    parent = models.ForeignKey(
        "self", verbose_name="déléguée de", null=True, blank=True, on_delete=models.PROTECT, related_name="delegated"
    )
    label = models.CharField("ligne budgétaire", max_length=120)
    section = models.CharField("section", max_length=12, choices=BudgetSection.choices, blank=True)  # empty: opened before it was asked
    year = models.PositiveSmallIntegerField("exercice", null=True, blank=True)
    programme = models.CharField("programme budgétaire", max_length=60, blank=True)
    budget_code = models.CharField("imputation", max_length=60, blank=True)
    group = models.CharField("réservée à", max_length=60, blank=True)  # as rules of balance name groups: "department:54"
    group_label = models.CharField("nom du groupe", max_length=160, blank=True)  # in the words of the day it was written
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2)
    committed_amount = models.DecimalField("engagé par les décisions", max_digits=12, decimal_places=2, default=0)
    delegated_amount = models.DecimalField("délégué", max_digits=12, decimal_places=2, default=0)

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        verbose_name = "enveloppe"
        verbose_name_plural = "enveloppes"
        ordering = ["call", "label"]
        constraints = [
            models.CheckConstraint(
                name="envelope_never_overspent",
                # Rounded: SQLite adds in floating point, and would find a sum that is exactly the amount larger than it.
                condition=Q(amount__gte=Round(F("committed_amount") + F("delegated_amount"), precision=2)),
                violation_error_message="L’enveloppe serait dépassée.",
            ),
            models.CheckConstraint(name="envelope_committed_not_negative", condition=Q(committed_amount__gte=0)),
            models.CheckConstraint(name="envelope_delegated_not_negative", condition=Q(delegated_amount__gte=0)),
            models.CheckConstraint(
                name="envelope_delegated_is_for_a_group",
                condition=Q(parent=None) | ~Q(group="") & Q(delegated_amount=0),
                violation_error_message="Une enveloppe déléguée s’adresse à un groupe de lycées, et ne se délègue pas à son tour.",
            ),
            models.UniqueConstraint(
                name="envelope_unique_label",
                fields=["call", "label"],
                violation_error_message="Cet appel a déjà une enveloppe de ce nom.",
            ),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self) -> str:
        return address("scoring:envelope", self.pk)

    @property
    def used_amount(self) -> Decimal:
        """What is no longer free, in euros: taken by decisions, or delegated."""
        return self.committed_amount + self.delegated_amount

    @property
    def remaining_amount(self) -> Decimal:
        """Reste à attribuer, in euros."""
        return self.amount - self.used_amount

    @property
    def budget_line(self) -> str:
        """Section, year, programme and code, as a budget names them; empty when nothing is said."""
        said = (self.get_section_display(), str(self.year or ""), self.programme, self.budget_code)
        return " · ".join(filter(None, said))


class EnvelopeTransfer(models.Model):
    """Money moved from an envelope to another (virement), and why. Never changed: it is taken back by another one."""

    source = models.ForeignKey(Envelope, verbose_name="de", on_delete=models.PROTECT, related_name="given")
    target = models.ForeignKey(Envelope, verbose_name="vers", on_delete=models.PROTECT, related_name="received")
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2)
    reason = models.CharField("motif", max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField("fait le", default=timezone.now)
    reverses = models.OneToOneField(
        "self", verbose_name="annule", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    class Meta:
        verbose_name = "virement"
        verbose_name_plural = "virements"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="envelope_transfer_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="envelope_transfer_between_two", condition=~Q(source=F("target"))),
        ]

    def __str__(self):
        return f"{money(self.amount)} de « {self.source} » vers « {self.target} »"

    @property
    def is_taken_back(self) -> bool:
        return hasattr(self, "reversed_by")


class AnnouncedAmount(models.Model):
    """The money of a call announced anew, so that its page says what its envelopes hold: read by everybody, with its day and its reason."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="announced_amounts")
    before_amount = models.DecimalField("annoncé jusque-là", max_digits=12, decimal_places=2)
    amount = models.DecimalField("annoncé", max_digits=12, decimal_places=2)
    reason = models.CharField("motif", max_length=300)
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    announced_at = models.DateTimeField("annoncé le", default=timezone.now)

    class Meta:
        verbose_name = "montant annoncé"
        verbose_name_plural = "montants annoncés"
        ordering = ["call", "-announced_at", "-pk"]

    def __str__(self):
        return f"{money(self.before_amount)} → {money(self.amount)}"
