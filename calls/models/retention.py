from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls import hidden_files, retention, rules
from calls.enums import BulkResult
from calls.models.application import Application
from calls.models.call import Call
from portal.accounts.models import User
from portal.addresses import address


class RetentionPeriod(models.Model):
    """How long a call keeps what a rule covers, where it is not as the settings say; with the reason."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="retention_periods")
    rule = models.CharField("règle", max_length=20)  # a key of calls.retention.RULES
    months = models.PositiveSmallIntegerField("durée (mois)")
    reason = models.TextField("motif")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField("fixée le", default=timezone.now)

    class Meta:
        verbose_name = "durée de conservation d’un appel"
        verbose_name_plural = "durées de conservation des appels"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="retention_period_once", fields=["call", "rule"])]

    def __str__(self):
        return f"{self.call.reference}, {self.rule} : {self.months} mois"


class RetentionHoldQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that nobody has ended."""
        return self.filter(ended_at=None)


class RetentionHold(models.Model):
    """Nothing of a file, or of a whole call, is deleted while it stands (effacement suspendu): an appeal, an audit, a request of the archives."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="retention_holds")
    application = models.ForeignKey(
        Application, verbose_name="dossier", null=True, blank=True, on_delete=models.CASCADE, related_name="retention_holds"
    )
    reason = models.TextField("motif")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    placed_at = models.DateTimeField("suspendu le", default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField("levée le", null=True, blank=True)
    end_reason = models.TextField("motif de la levée", blank=True)

    objects = RetentionHoldQuerySet.as_manager()

    class Meta:
        verbose_name = "effacement suspendu"
        verbose_name_plural = "effacements suspendus"
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="retention_hold_one_on_file", fields=["application"], condition=Q(ended_at=None, application__isnull=False)
            ),
            models.UniqueConstraint(name="retention_hold_one_on_call", fields=["call"], condition=Q(ended_at=None, application=None)),
        ]

    def __str__(self):
        return f"Effacement suspendu, {self.application.reference if self.application_id else self.call.reference}"

    @property
    def what(self) -> str:
        return f"Dossier {self.application.reference}" if self.application_id else "Tout l’appel"

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None


class RetentionProposalQuerySet(models.QuerySet):
    def alive(self) -> Self:
        """Waiting for the second person, for the end of the delay, or being carried out."""
        return self.filter(stopped_at=None, finished_at=None)

    def to_confirm(self, user: User) -> Self:
        """Those that wait for a second person, whom this one may be."""
        if not rules.makes_calls(user):
            return self.none()
        return self.alive().filter(confirmed_at=None).exclude(proposed_by=user)


class RetentionProposal(models.Model):
    """A frozen list of what a call would delete: one person proposes it, another confirms, a job carries it out once a delay is over."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="retention_proposals")
    rule_keys = models.JSONField("règles", default=list)
    sha256 = models.CharField("empreinte de la liste", max_length=64)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("proposée le", default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField("arrêtée le", null=True, blank=True)
    stop_reason = models.TextField("motif de l’arrêt", blank=True)
    runs_at = models.DateTimeField("effacement à partir du", null=True, blank=True)
    finished_at = models.DateTimeField("terminée le", null=True, blank=True)

    objects = RetentionProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition d’effacement"
        verbose_name_plural = "propositions d’effacement"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="retention_proposal_one_alive", fields=["call"], condition=Q(stopped_at=None, finished_at=None)),
            models.CheckConstraint(
                name="retention_proposal_two_persons",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("proposed_by")),
                violation_error_message="Une autre personne que celle qui propose confirme.",
            ),
            models.CheckConstraint(
                name="retention_proposal_confirmed_first",
                condition=Q(confirmed_at=None, runs_at=None, finished_at=None) | Q(confirmed_at__isnull=False, runs_at__isnull=False),
                violation_error_message="Un effacement se confirme avant d’être fait.",
            ),
        ]

    def __str__(self):
        return f"Effacement, {self.call.reference}, proposé le {self.proposed_at:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return address("calls:retention_proposal", self.call.reference, self.pk)

    @property
    def is_alive(self) -> bool:
        return self.stopped_at is None and self.finished_at is None

    @property
    def awaits_second_person(self) -> bool:
        return self.is_alive and self.confirmed_at is None

    @property
    def is_delayed(self) -> bool:
        """Confirmed, and still to be stopped by either of the two."""
        return self.is_alive and self.confirmed_at is not None

    def is_due(self, at: datetime) -> bool:
        """Whether the delay is over and nobody stopped it."""
        return self.is_alive and self.runs_at is not None and self.runs_at <= at

    @staticmethod
    def delay() -> timedelta:
        return timedelta(days=settings.RETENTION_DELAY_DAYS)

    def is_whole_for(self, user: User) -> bool:
        """Whether no file of the list is hidden from this person by a link that they declared. One query."""
        return not self.items.exclude(application__in=Application.objects.filter(hidden_files.open_to(user, Q()))).exists()


class RetentionItem(models.Model):
    """One file under one rule in a frozen list: what was seen of it, and what became of it. Written with what is deleted: nothing is done twice."""

    proposal = models.ForeignKey(RetentionProposal, on_delete=models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.PROTECT, related_name="retention_items")
    rule = models.CharField("règle", max_length=20)
    starts_on = models.DateField("court depuis le")
    due_on = models.DateField("échu le")
    stamp = models.PositiveBigIntegerField(default=0)  # the last line of the journal about the file when the list was frozen
    pieces = models.PositiveIntegerField("éléments", default=0)
    people = models.PositiveIntegerField("personnes", default=0)
    result = models.CharField("suite", max_length=8, choices=BulkResult.choices, default=BulkResult.WAITING)
    reason = models.CharField("pourquoi laissé", max_length=300, blank=True)
    done_at = models.DateTimeField("traité le", null=True, blank=True)

    class Meta:
        verbose_name = "dossier d’une proposition d’effacement"
        verbose_name_plural = "dossiers d’une proposition d’effacement"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="retention_item_once", fields=["proposal", "application", "rule"])]

    def __str__(self):
        return f"{self.application_id}, {self.rule}, {self.get_result_display().lower()}"

    @property
    def named(self) -> retention.RetentionRule:
        return retention.rule_named(self.rule)

    @property
    def is_done(self) -> bool:
        return self.result == BulkResult.DONE

    @property
    def is_left(self) -> bool:
        return self.result == BulkResult.LEFT
