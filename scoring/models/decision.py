from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from calls.enums import Outcome
from calls.models import Application, Call, RequestLine
from calls.reasons import Wording, wording_of
from portal.accounts.models import User
from portal.addresses import address
from portal.text.dates import figures
from portal.ui.looks import Look
from scoring import rules
from scoring.enums import DecisionState
from scoring.models.envelope import Envelope
from scoring.workflows.decision import FundingDecisionWorkflow


class Vote(models.Model):
    """The deliberation of the Commission permanente on one call: its number and its date."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="vote")
    number = models.CharField("numéro de délibération", max_length=40)
    held_on = models.DateField("date du vote")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "vote de la Commission permanente"
        verbose_name_plural = "votes de la Commission permanente"

    def __str__(self):
        return f"Délibération {self.number} du {figures(self.held_on)}"


class DecisionLineQuerySet(models.QuerySet):
    def needs(self) -> Self:
        """What is to be ordered."""
        return self.filter(request_line__isnull=False)

    def amounts(self) -> Self:
        """What is to be paid."""
        return self.filter(request_line=None)


class FundingDecisionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Staff who prepare or audit decisions. The school reads its own on its file, once released."""
        return self.all() if rules.reads_decisions(user) else self.none()

    def granting(self) -> Self:
        """Decisions that grant an aid which stands: one that its school has declined is none of them."""
        return self.filter(outcome__in=Outcome.GRANTING).exclude(state=DecisionState.DECLINED)


class FundingDecision(ConcurrentTransitionMixin, FundingDecisionWorkflow):
    """What the Région decides for one file. Known to the school only once released."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField("issue", max_length=16, choices=Outcome.choices)
    rank = models.PositiveIntegerField("rang", null=True, blank=True)
    score = models.DecimalField("note", max_digits=6, decimal_places=2, null=True, blank=True)
    envelope = models.ForeignKey(Envelope, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    granted_amount = models.DecimalField("montant accordé TTC", max_digits=12, decimal_places=2, default=0)
    to_pay_amount = models.DecimalField("à verser TTC", max_digits=12, decimal_places=2, default=0)  # the part granted as amounts
    # What finance has authorised above the vote, and who; what orders already sent keep of an aid declined afterwards. Incl. VAT.
    excess_amount = models.DecimalField("dépassement autorisé TTC", max_digits=12, decimal_places=2, default=0)
    excess_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kept_amount = models.DecimalField("gardé après refus TTC", max_digits=12, decimal_places=2, default=0)
    motive = models.TextField("motif")
    amount_reason = models.TextField("motif du montant", blank=True)  # where the call sets amounts otherwise than as asked
    reasons = models.JSONField(
        "motifs par critère", default=list
    )  # [{"criterion": label, "points": "3.50", "out_of": "5", "sentence": "…"}]
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField("proposée le", default=timezone.now)
    version = models.PositiveIntegerField(default=1)  # grows at each revision: a stale save is shown, never written over

    objects = FundingDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        verbose_name_plural = "décisions"
        ordering = ["rank", "pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_amount_follows_outcome",
                condition=Q(outcome__in=Outcome.GRANTING, granted_amount__gt=0, envelope__isnull=False)
                | Q(outcome__in=Outcome.REFUSING, granted_amount=0),
                violation_error_message="Un dossier retenu porte un montant et une enveloppe, un autre n’en porte pas.",
            ),
            models.CheckConstraint(
                name="decision_state_has_dates",
                condition=Q(state=DecisionState.PROPOSED, voted_at=None, released_at=None)
                | Q(state=DecisionState.VOTED, voted_at__isnull=False, released_at=None)
                | Q(state=DecisionState.RELEASED, voted_at__isnull=False, released_at__isnull=False)
                | Q(state=DecisionState.DECLINED, voted_at__isnull=False, released_at__isnull=False),
                violation_error_message="Une décision votée ou notifiée en porte la date.",
            ),
            models.CheckConstraint(
                name="decision_pays_at_most_the_grant", condition=Q(to_pay_amount__gte=0, to_pay_amount__lte=F("granted_amount"))
            ),
            models.CheckConstraint(name="decision_excess_not_negative", condition=Q(excess_amount__gte=0)),
            models.CheckConstraint(name="decision_kept_not_negative", condition=Q(kept_amount__gte=0)),
        ]

    def __str__(self):
        return f"{self.application.reference} : {self.get_outcome_display()}"

    def get_absolute_url(self) -> str:
        return address("scoring:decision", self.pk)

    @property
    def outcome_look(self) -> Look:
        return Outcome.LOOKS[Outcome(self.outcome)]

    @property
    def is_granted(self) -> bool:
        """An aid was granted, whatever became of it since."""
        return self.outcome in Outcome.GRANTING

    @property
    def is_declined(self) -> bool:
        """The school has declined the aid: nothing more is ordered, and the envelope has its money back."""
        return self.state == DecisionState.DECLINED

    @property
    def ceiling_amount(self) -> Decimal:
        """What orders and works may engage, incl. VAT: the needs voted and what finance has authorised above; nothing once declined.

        What is granted as an amount is paid, and orders nothing.
        """
        return Decimal(0) if self.is_declined else self.orderable_amount + self.excess_amount

    @property
    def rate(self) -> Decimal | None:
        """What is granted of what is asked, in per cent to one decimal; None where nothing is granted."""
        asked = self.application.requested_amount
        if not self.is_granted or not asked:
            return None
        return (100 * self.granted_amount / asked).quantize(Decimal("0.1"))

    @property
    def orderable_amount(self) -> Decimal:
        """What the vote gives to be ordered, incl. VAT: the aid without its amounts to pay."""
        return self.granted_amount - self.to_pay_amount

    @property
    def held_amount(self) -> Decimal:
        """What this decision takes on its envelope, incl. VAT: the aid and its excess, or what an aid declined could no longer give back."""
        return self.kept_amount if self.is_declined else self.granted_amount + self.excess_amount

    @property
    def given_back_amount(self) -> Decimal:
        """What the envelope has got back of an aid declined, incl. VAT."""
        return self.granted_amount + self.excess_amount - self.held_amount

    @property
    def is_open(self) -> bool:
        """Whether finance may still change it."""
        return self.state == DecisionState.PROPOSED


class DecisionLine(models.Model):
    """What is retained: a need, with its quantity and price, which will be ordered; or an amount asked in the form, which will be paid."""

    decision = models.ForeignKey(FundingDecision, on_delete=models.CASCADE, related_name="lines")
    request_line = models.ForeignKey(RequestLine, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField("quantité retenue", null=True, blank=True)
    # Of an amount only: its question, in the words of the form, and what was asked there.
    question_key = models.CharField("question", max_length=60, blank=True)
    label = models.TextField("montant demandé pour", blank=True)
    asked_amount = models.DecimalField("demandé TTC", max_digits=12, decimal_places=2, null=True, blank=True)
    granted_amount = models.DecimalField("montant TTC", max_digits=12, decimal_places=2)

    objects = DecisionLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne retenue"
        verbose_name_plural = "lignes retenues"
        ordering = ["decision", "pk"]
        constraints = [
            models.UniqueConstraint(name="decision_line_once", fields=["decision", "request_line"]),
            models.UniqueConstraint(name="decision_amount_once", fields=["decision", "question_key"], condition=~Q(question_key="")),
            models.CheckConstraint(
                name="decision_line_is_a_need_or_an_amount",
                condition=Q(request_line__isnull=False, quantity__isnull=False, question_key="", asked_amount=None)
                | Q(request_line=None, quantity=None, asked_amount__isnull=False, asked_amount__gte=F("granted_amount"))
                & ~Q(question_key=""),
                violation_error_message="Une ligne retenue est un besoin, ou un montant dans la limite de ce qui est demandé.",
            ),
        ]

    def __str__(self):
        return self.label if self.is_amount else f"{self.quantity} × {self.request_line.label}"

    @property
    def is_amount(self) -> bool:
        """Whether it is paid, and not ordered."""
        return self.request_line_id is None

    @property
    def heading(self) -> str:
        """What it is, without its quantity."""
        return self.label if self.is_amount else self.request_line.label


class DecisionCut(models.Model):
    """What a decision does not retain of a line, or retains in part, and why: the rule that set the amount, or who cut it by hand.

    The words are those of the day. `left` is what is not retained: units of a need, or euros of an amount.
    """

    decision = models.ForeignKey(FundingDecision, on_delete=models.CASCADE, related_name="cuts")
    line_key = models.CharField("ligne", max_length=80)  # as `scoring.actions.retained` names lines
    label = models.TextField("ligne demandée")
    is_amount = models.BooleanField("montant", default=False)
    left = models.DecimalField("non retenu", max_digits=12, decimal_places=2)
    asked = models.DecimalField("demandé", max_digits=12, decimal_places=2)
    cause = models.CharField("cause", max_length=10, blank=True)  # name of a Cause, where nobody gave a reason
    chosen = models.JSONField("motif de la liste", default=list, blank=True)  # [{"key", "label", "sentence"}]
    precision = models.TextField("précision", blank=True)

    class Meta:
        verbose_name = "ligne réduite"
        verbose_name_plural = "lignes réduites"
        ordering = ["decision", "pk"]
        constraints = [
            models.UniqueConstraint(name="decision_cut_once", fields=["decision", "line_key"]),
            models.CheckConstraint(name="decision_cut_within_the_request", condition=Q(left__gt=0, left__lte=F("asked"))),
            models.CheckConstraint(
                name="decision_cut_says_why",
                condition=~Q(cause="") | ~Q(chosen=[]) | ~Q(precision=""),
                violation_error_message="Une ligne réduite dit pourquoi.",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def wording(self) -> Wording:
        return wording_of({"chosen": self.chosen, "precision": self.precision})
