from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.models.application import Application
from calls.models.application_version import ApplicationVersion


class CompletionRequestQuerySet(models.QuerySet):
    def still_open(self) -> Self:
        """Those that the lycée may still answer: one at most for a file."""
        return self.filter(answered_at=None, cancelled_at=None)


class CompletionRequest(models.Model):
    """A request for complements: while it is open, it unlocks the questions that it names, those that their new answers ask, and no other.

    It ends once: answered by the lycée, or cancelled, taken back by the Région or ended with the examination of the file.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="completion_requests")
    fields = models.JSONField("questions à compléter")  # list of question keys
    message = models.TextField("ce qui est demandé", blank=True)  # of the whole; each point may have words of its own
    due_on = models.DateField("à rendre le")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField("demandé le", default=timezone.now)
    answered_at = models.DateTimeField("reçu le", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    answer = models.TextField("réponse du lycée", blank=True)  # what it says in place of what it did not complete
    cancelled_at = models.DateTimeField("retirée le", null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    cancel_reason = models.TextField("motif du retrait", blank=True)
    # What the lycée had typed and not sent when the request was cancelled, where it had typed something.
    unsent_version = models.ForeignKey(ApplicationVersion, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = CompletionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de compléments"
        verbose_name_plural = "demandes de compléments"
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(name="completion_one_open", fields=["application"], condition=Q(answered_at=None, cancelled_at=None)),
            models.CheckConstraint(
                name="completion_ends_once",
                condition=Q(answered_at=None) | Q(cancelled_at=None),
                violation_error_message="Une demande de compléments répondue ne se retire plus.",
            ),
        ]

    def __str__(self):
        return f"Compléments de {self.application.reference}"

    @property
    def key_on_page(self) -> str:
        return f"complements-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.cancelled_at is None

    @property
    def is_late(self) -> bool:
        return self.due_on < timezone.localdate()

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None
