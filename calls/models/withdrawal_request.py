from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.enums import WithdrawalAnswer
from calls.models.application import Application


class WithdrawalRequestQuerySet(models.QuerySet):
    def still_open(self) -> Self:
        return self.filter(ended_at=None)


class WithdrawalRequest(models.Model):
    """A team asks whoever signs for its lycée to withdraw a filed file. The lycée alone reads it; what is agreed is the withdrawal itself."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="withdrawal_requests")
    reason = models.TextField("motif")
    chosen = models.JSONField("motifs de la liste", default=list, blank=True)  # as calls.models.GivenReason keeps them
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.CharField("réponse", max_length=12, choices=WithdrawalAnswer.choices, blank=True)
    answer_text = models.TextField("motif de la réponse", blank=True)

    objects = WithdrawalRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de retrait"
        verbose_name_plural = "demandes de retrait"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="withdrawal_asked_once", fields=["application"], condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="withdrawal_request_ends_with_an_answer",
                condition=Q(ended_at=None, answer="") | (Q(ended_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self):
        return f"Retrait demandé de {self.application.reference}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_refused(self) -> bool:
        return self.answer == WithdrawalAnswer.REFUSED
