"""What a sitting sets before anything is computed: rules of balance, money of each envelope, files locked in or out."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from calls.models import Application
from portal.addresses import address
from scoring.enums import Combination, LockSide, RuleMeasure
from scoring.models.decision import Envelope
from scoring.models.session import SelectionSession


class BalanceRule(models.Model):
    """A minimum and/or a maximum on a group of files (règle d’équilibre).

    Bounds are files, euros or per cent, as `measure` says. Without `penalty_points` the rule is binding; with them it may be
    broken, at that many points for each file or each started 1 000 euros.
    """

    session = models.ForeignKey(SelectionSession, on_delete=models.CASCADE, related_name="balance_rules")
    measure = models.CharField("ce qui est compté", max_length=12, choices=RuleMeasure.choices, default=RuleMeasure.COUNT)
    groups = models.JSONField("groupes", default=list)  # ["authority:draaf-44", "category:private_contract"]; none: every file
    group_labels = models.JSONField("libellés des groupes", default=list)  # in the same order, as the directory named them then
    combination = models.CharField(max_length=3, choices=Combination.choices, default=Combination.ANY)
    minimum = models.DecimalField("au moins", max_digits=14, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField("au plus", max_digits=14, decimal_places=2, null=True, blank=True)
    penalty_points = models.DecimalField("points perdus par unité", max_digits=6, decimal_places=2, null=True, blank=True)
    is_negotiable = models.BooleanField("négociable", default=True)
    lowest_minimum = models.DecimalField("minimum acceptable", max_digits=14, decimal_places=2, null=True, blank=True)
    highest_maximum = models.DecimalField("maximum acceptable", max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "règle d’équilibre"
        verbose_name_plural = "règles d’équilibre"
        ordering = ["session", "pk"]
        constraints = [
            models.CheckConstraint(
                name="balance_rule_has_a_bound",
                condition=Q(minimum__isnull=False) | Q(maximum__isnull=False),
                violation_error_message="Donnez un minimum, un maximum, ou les deux.",
            ),
            models.CheckConstraint(
                name="balance_rule_bounds_in_order",
                condition=Q(minimum=None) | Q(maximum=None) | Q(minimum__lte=F("maximum")),
                violation_error_message="Le minimum dépasse le maximum.",
            ),
            models.CheckConstraint(
                name="balance_rule_penalty_positive",
                condition=Q(penalty_points=None) | Q(penalty_points__gt=0),
                violation_error_message="Une règle souple coûte plus de 0 point.",
            ),
        ]

    def __str__(self):
        return f"Règle {self.pk}"

    def get_absolute_url(self) -> str:
        return address("scoring:rule_edit", self.session_id, self.pk)

    @property
    def is_soft(self) -> bool:
        return self.penalty_points is not None

    def asks_more_than(self, files: int) -> bool:
        """Whether its minimum is above the number of files that it concerns: no selection can keep it."""
        return self.measure == RuleMeasure.COUNT and self.minimum is not None and self.minimum > files

    @property
    def code(self) -> str:
        """How the instance and its explanations name this rule."""
        return f"regle-{self.pk}"


class SessionEnvelope(models.Model):
    """What one envelope offers to a sitting, in euros, and the group of lycées that alone draw on it (none: all the others)."""

    session = models.ForeignKey(SelectionSession, on_delete=models.CASCADE, related_name="money")
    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="+")
    amount = models.DecimalField("montant offert", max_digits=12, decimal_places=2)
    group = models.CharField("réservée à", max_length=60, blank=True)

    class Meta:
        verbose_name = "enveloppe de la séance"
        verbose_name_plural = "enveloppes de la séance"
        ordering = ["session", "envelope"]
        constraints = [
            models.UniqueConstraint(name="session_envelope_once", fields=["session", "envelope"]),
            models.CheckConstraint(
                name="session_envelope_not_negative",
                condition=Q(amount__gte=Decimal(0)),
                violation_error_message="Un montant n’est pas négatif.",
            ),
        ]

    def __str__(self):
        return str(self.envelope)


class FileLock(models.Model):
    """A file that the jury puts in or leaves out by its own decision, with who said so and why (what-if of the room)."""

    session = models.ForeignKey(SelectionSession, on_delete=models.CASCADE, related_name="locks")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    side = models.CharField("sens", max_length=3, choices=LockSide.choices)
    reason = models.CharField("motif", max_length=300)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("décidé le", default=timezone.now)

    class Meta:
        verbose_name = "dossier imposé ou écarté"
        verbose_name_plural = "dossiers imposés ou écartés"
        ordering = ["session", "created_at", "pk"]
        constraints = [models.UniqueConstraint(name="file_lock_once", fields=["session", "application"])]

    def __str__(self):
        return f"{self.application.reference} : {self.get_side_display()}"
