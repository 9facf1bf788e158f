from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django_fsm import ConcurrentTransitionMixin

from calls.models import Application, Call
from portal.accounts.models import RoleGrant, User
from portal.addresses import address
from portal.text.dates import figures
from scoring import rules
from scoring.enums import AmountWay, Method, Motive, RunStatus, SessionState
from scoring.models.decision import Envelope
from scoring.models.panel import PanelMember
from scoring.selection.legible import legible
from scoring.workflows.session import SelectionSessionWorkflow


class SelectionSessionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The panel of the call, while the role lasts, and the staff who read rankings; finance, once it is closed."""
        if rules.reads_rankings(user):
            return self.all()
        seen = Q(pk__in=())
        if rules.sits_in_jury(user):
            seen |= Q(call__in=PanelMember.objects.filter(user_id=user.pk).order_by().values("call"))
        if rules.reads_closed_sittings(user):
            seen |= Q(state__in=SessionState.OVER)
        return self.filter(seen)


class SelectionSession(ConcurrentTransitionMixin, SelectionSessionWorkflow):
    """A sitting of the jury (séance): attendance, scenarios, and the one that it retains."""

    call = models.ForeignKey(Call, verbose_name="appel", on_delete=models.PROTECT, related_name="sessions")
    held_at = models.DateTimeField("date de la séance")  # the plan; what happened is opened_at and closed_at
    place = models.CharField("lieu", max_length=120, blank=True)
    attendance = models.ManyToManyField(PanelMember, verbose_name="présents", blank=True, related_name="+")
    remarks = models.TextField("observations", blank=True)
    # What the jury chose before computing anything; the rules of balance are rows of their own.
    places = models.PositiveIntegerField("nombre de places", null=True, blank=True)  # none: as many as the envelope allows
    waiting_places = models.PositiveIntegerField("dossiers en liste complémentaire", default=0)
    partial_share = models.PositiveSmallIntegerField(
        "part de la note d’un financement partiel (%)", null=True, blank=True
    )  # none: not allowed

    objects = SelectionSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance du jury"
        verbose_name_plural = "séances du jury"
        ordering = ["-held_at"]

    def __str__(self):
        return f"Séance du {figures(self.sat_at)}, {self.call}"

    @property
    def sat_at(self) -> datetime:
        """When the jury sat, or is to sit: the planned date is a plan until the sitting opens."""
        return self.opened_at or self.held_at

    def get_absolute_url(self) -> str:
        return address("scoring:session", self.pk)

    @cached_property
    def chair_ids(self) -> frozenset[int]:
        """Who presides over its jury (ids of users), read once: every button of its page asks."""
        return frozenset(PanelMember.objects.filter(call_id=self.call_id, is_chair=True).order_by().values_list("user_id", flat=True))

    @cached_property
    def is_presided(self) -> bool:
        """Whether somebody who presides over its jury still has a role of the jury and an open account."""
        held = RoleGrant.objects.in_force().in_juries().filter(user__is_active=True, user__in=self.chair_ids)
        return held.exists()

    @property
    def is_prepared(self) -> bool:
        """Whether it is still a plan."""
        return self.state == SessionState.PREPARED

    @property
    def is_open(self) -> bool:
        """Whether the jury sits now."""
        return self.state == SessionState.OPEN

    @property
    def accepts_scenarios(self) -> bool:
        return self.state in SessionState.LIVE

    @property
    def is_cancelled(self) -> bool:
        return self.state == SessionState.CANCELLED

    @property
    def is_over(self) -> bool:
        """Whether nothing is computed nor chosen any more: closed, signed or cancelled."""
        return not self.accepts_scenarios


class SelectionRun(models.Model):
    """One computation of the optimiser: the frozen instance, and, when the rules contradict each other, where and what would help."""

    session = models.ForeignKey(SelectionSession, on_delete=models.CASCADE, related_name="runs")
    instance = models.JSONField("instance")  # what the solver reads, byte for byte once in canonical JSON
    digest = models.CharField("empreinte de l’instance", max_length=64)
    files_digest = models.CharField("empreinte des dossiers", max_length=64)  # without rules: shows that a ranking has changed
    words = models.JSONField(default=dict)  # how screens name its rules: {code: {"rule", "gauge", "heading"}}
    left_out = models.JSONField("dossiers hors calcul", default=list)  # [{"application": id, "reason": "…"}]
    locks = models.JSONField("dossiers imposés ou écartés", default=list)  # [{"application": id, "side", "reason", "author"}]
    is_composed = models.BooleanField("composé en séance", default=False)
    status = models.CharField("état", max_length=10, choices=RunStatus.choices, default=RunStatus.WAITING, blank=True)
    contradictions = models.JSONField(default=dict)  # {"conflicts": […], "relaxations": […]} of an impossible set of rules
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("demandé le", default=timezone.now)

    class Meta:
        verbose_name = "calcul"
        verbose_name_plural = "calculs"
        ordering = ["session", "pk"]

    def __str__(self):
        return f"Calcul {self.pk}"

    @property
    def is_impossible(self) -> bool:
        return self.status == RunStatus.INFEASIBLE


class SelectionScenario(models.Model):
    """A simulated selection. Its lines are a frozen photograph; `digest` is the SHA-256 of its input."""

    session = models.ForeignKey(SelectionSession, on_delete=models.CASCADE, related_name="scenarios")
    run = models.ForeignKey(SelectionRun, null=True, blank=True, on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField("nom", max_length=80)
    doctrine = models.CharField("méthode", max_length=12, choices=Method.choices, default=Method.RANKED)
    # {"budget": "6000000.00", "places": 50, "waiting_places": 8}. Earlier versions had no "places" but "overflow" and "quota": they
    # stay as they were frozen, for the digest covers them, and `earlier_rule` says them in French.
    parameters = models.JSONField("paramètres", encoder=DjangoJSONEncoder)
    earlier_rule = models.CharField("règle d’une version antérieure", max_length=400, blank=True, editable=False)
    summary = models.JSONField("synthèse", default=dict, encoder=DjangoJSONEncoder)  # counts, amounts, gauges
    digest = models.CharField("empreinte de l’entrée", max_length=64, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("calculé le", default=timezone.now)
    retained_at = models.DateTimeField("retenu le", null=True, blank=True)
    # Of the optimiser only. `result` is what it printed: selection, certificate, gauges, explanations.
    status = models.CharField("état de la preuve", max_length=10, choices=RunStatus.choices, blank=True)
    result = models.JSONField("résultat", default=dict)
    confirmation = models.JSONField(default=dict)  # {"solver", "version", "same"} of a second solver, empty without one
    replay = models.JSONField(default=dict)  # {"at", "by", "same", "entering": [ref], "leaving": [ref]} of the last replay

    class Meta:
        verbose_name = "scénario"
        verbose_name_plural = "scénarios"
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(name="scenario_unique_name", fields=["session", "name"]),
            models.UniqueConstraint(name="scenario_one_retained", fields=["session"], condition=Q(retained_at__isnull=False)),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return f"{address('scoring:session', self.session_id)}?scenario={self.pk}"

    @property
    def is_retained(self) -> bool:
        return self.retained_at is not None

    @property
    def printed(self) -> dict[str, Any]:
        """What the optimiser printed, without what cannot be read: pages and jobs never meet another shape."""
        return legible(self.result)

    @property
    def is_proven(self) -> bool:
        """Whether the solver proved that no selection is better."""
        return self.status == RunStatus.PROVEN

    @property
    def is_optimised(self) -> bool:
        return self.doctrine != Method.RANKED

    @property
    def amounts_way(self) -> str:
        """How its amounts are set; as asked for one that was computed before a call could say otherwise."""
        return self.parameters.get("amounts", {}).get("way", AmountWay.ASKED)

    @property
    def is_shared(self) -> bool:
        """Whether its amounts are parts of a shared envelope."""
        return self.amounts_way == AmountWay.SHARED

    @property
    def left_sharing(self) -> int:
        """How many files it chose that get too little of the shared envelope, and are not funded."""
        return self.summary.get("chosen", self.summary["selected"]) - self.summary["selected"]

    @property
    def amounts_rule(self) -> str:
        """How its amounts are set, as lycées read it; empty when each file gets what it asks for."""
        return self.parameters.get("amounts", {}).get("sentence", "")

    @property
    def is_ranked_list(self) -> bool:
        """A list that can be made again from its lines; those of earlier versions, whose rule is gone, cannot."""
        return not self.is_optimised and "places" in self.parameters


class ScenarioLine(models.Model):
    """The place of one file in a scenario, and why. Everything that a ranked list read is here, so that it can be made again."""

    scenario = models.ForeignKey(SelectionScenario, on_delete=models.CASCADE, related_name="lines")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField("place dans la liste")
    rank = models.PositiveIntegerField("rang", null=True)  # none for a file that nobody scored
    score = models.DecimalField("note", max_digits=6, decimal_places=2, null=True)
    marks = models.JSONField("notes des jurés", default=list)  # decimal strings, from the lowest, without names
    requested_amount = models.DecimalField("demandé", max_digits=12, decimal_places=2)
    is_selected = models.BooleanField("retenu", default=False)
    waiting_rank = models.PositiveIntegerField("rang sur la liste complémentaire", null=True)
    motive = models.CharField("nature du motif", max_length=16, choices=Motive.choices)
    gap_amount = models.DecimalField("montant manquant", max_digits=12, decimal_places=2, null=True)
    reason = models.TextField("motif")
    amount_reason = models.TextField("motif du montant", blank=True)  # where the call sets amounts otherwise than as asked
    # Of the optimiser only: what is proposed when it is not the whole request, and where the money comes from.
    granted_amount = models.DecimalField("proposé", max_digits=12, decimal_places=2, null=True)
    is_partial = models.BooleanField("le seul indispensable", default=False)
    envelope = models.ForeignKey(Envelope, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "ligne de scénario"
        verbose_name_plural = "lignes de scénario"
        ordering = ["scenario", "position"]
        constraints = [
            models.UniqueConstraint(name="scenario_line_once", fields=["scenario", "application"]),
            models.CheckConstraint(
                name="scenario_line_selected_has_score",
                condition=Q(is_selected=False) | Q(score__isnull=False, waiting_rank=None),
                violation_error_message="Un dossier retenu a une note et n’est pas sur la liste complémentaire.",
            ),
            models.CheckConstraint(
                name="scenario_line_grants_at_most_the_request",
                condition=Q(granted_amount=None) | Q(granted_amount__lte=F("requested_amount")),
                violation_error_message="Un dossier ne reçoit pas plus que ce qu’il demande.",
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.application.reference}"

    @property
    def amount(self) -> Decimal:
        """What the scenario proposes for a selected file, and what was asked for another one: euros."""
        return self.requested_amount if self.granted_amount is None else self.granted_amount

    @property
    def is_reduced(self) -> bool:
        """Whether less is proposed than what is asked, whatever the cause."""
        return self.amount < self.requested_amount
