"""What a sitting sets before anything is computed: rules of balance, money of each envelope, files locked in or out."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from calls.models import Application, Call
from portal.addresses import address
from portal.directory.enums import IpsDefinition
from scoring.enums import Combination, LockSide, RuleMeasure
from scoring.ips_bands import IpsScale
from scoring.models.decision import Envelope
from scoring.models.session import SelectionSession


class RuleBounds(models.Model):
    """A minimum and/or a maximum on a group of files (règle d’équilibre).

    Bounds are files, euros or per cent, as `measure` says. Without `penalty_points` the rule is binding; with them it may be
    broken, at that many points for each file or each started 1 000 euros.
    """

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
        abstract = True

    def __str__(self):
        return f"Règle {self.pk}"

    @property
    def is_soft(self) -> bool:
        return self.penalty_points is not None

    def asks_more_than(self, files: int) -> bool:
        """Whether its minimum is above the number of files that it concerns: no selection can keep it."""
        return self.measure == RuleMeasure.COUNT and self.minimum is not None and self.minimum > files

    @property
    def terms(self) -> dict:
        """All that it says, without what names its groups: two rules alike here are the same rule."""
        return {name: getattr(self, name) for name in TERMS}


TERMS = (
    "measure", "groups", "combination", "minimum", "maximum", "penalty_points", "is_negotiable", "lowest_minimum", "highest_maximum",
)  # fmt: skip


def bounds_hold(name: str) -> list[models.CheckConstraint]:
    """What the bounds of a rule keep to, for the model called `name` in its constraints."""
    return [
        models.CheckConstraint(
            name=f"{name}_has_a_bound",
            condition=Q(minimum__isnull=False) | Q(maximum__isnull=False),
            violation_error_message="Donnez un minimum, un maximum, ou les deux.",
        ),
        models.CheckConstraint(
            name=f"{name}_bounds_in_order",
            condition=Q(minimum=None) | Q(maximum=None) | Q(minimum__lte=F("maximum")),
            violation_error_message="Le minimum dépasse le maximum.",
        ),
        models.CheckConstraint(
            name=f"{name}_penalty_positive",
            condition=Q(penalty_points=None) | Q(penalty_points__gt=0),
            violation_error_message="Une règle souple coûte plus de 0 point.",
        ),
    ]


class CallRule(RuleBounds):
    """A rule of balance of a call, written before any mark is known; public with the call, and copied into its sittings."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="balance_rules")

    class Meta:
        verbose_name = "règle d’équilibre de l’appel"
        verbose_name_plural = "règles d’équilibre de l’appel"
        ordering = ["call", "pk"]
        constraints = bounds_hold("call_rule")

    def get_absolute_url(self) -> str:
        return address("scoring:call_rule_edit", self.call.reference, self.pk)


class BalanceRule(RuleBounds):
    """A rule of balance of a sitting: one that the call has published, as it was or not, or one that the sitting adds."""

    session = models.ForeignKey(SelectionSession, on_delete=models.CASCADE, related_name="balance_rules")
    published = models.ForeignKey(
        CallRule, verbose_name="règle publiée", null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    departure = models.CharField("motif de l’écart", max_length=300, blank=True)  # why it is not what the call has published

    class Meta:
        verbose_name = "règle d’équilibre"
        verbose_name_plural = "règles d’équilibre"
        ordering = ["session", "pk"]
        constraints = bounds_hold("balance_rule")

    def get_absolute_url(self) -> str:
        return address("scoring:rule_edit", self.session_id, self.pk)

    @property
    def code(self) -> str:
        """How the instance and its explanations name this rule."""
        return f"regle-{self.pk}"


class RuleLeftOut(models.Model):
    """A rule that the call has published and that a sitting does without, with who said so and why."""

    session = models.ForeignKey(SelectionSession, on_delete=models.CASCADE, related_name="rules_left_out")
    rule = models.ForeignKey(CallRule, on_delete=models.RESTRICT, related_name="+")
    reason = models.CharField("motif", max_length=300)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("écartée le", default=timezone.now)

    class Meta:
        verbose_name = "règle publiée écartée"
        verbose_name_plural = "règles publiées écartées"
        ordering = ["session", "rule"]
        constraints = [models.UniqueConstraint(name="rule_left_out_once", fields=["session", "rule"])]

    def __str__(self):
        return f"Règle publiée {self.rule_id} écartée"


class CallIpsBands(models.Model):
    """The three bounds of the index of social position of a call: given by it, or the quartiles of its lycées when it was published."""

    call = models.OneToOneField(Call, verbose_name="appel", on_delete=models.CASCADE, related_name="ips_bands")
    first = models.DecimalField("première borne", max_digits=5, decimal_places=1)
    second = models.DecimalField("deuxième borne", max_digits=5, decimal_places=1)
    third = models.DecimalField("troisième borne", max_digits=5, decimal_places=1)
    definition = models.CharField("élèves comptés", max_length=12, blank=True, choices=IpsDefinition.choices)
    is_given = models.BooleanField("fixées par l’appel", default=True)

    class Meta:
        verbose_name = "tranches d’IPS de l’appel"
        verbose_name_plural = "tranches d’IPS des appels"
        constraints = [
            models.CheckConstraint(
                name="call_ips_bands_in_order",
                condition=Q(first__gt=0) & Q(first__lte=F("second")) & Q(second__lte=F("third")),
                violation_error_message="Les bornes vont de la plus basse à la plus haute.",
            )
        ]

    def __str__(self):
        return f"Tranches d’IPS : {self.scale.in_words}"

    @property
    def scale(self) -> IpsScale:
        return IpsScale((self.first, self.second, self.third), self.definition, self.is_given)


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
