from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.models.application import Application


class CompletionRequest(models.Model):
    """A request for complements: while it is open, it unlocks the questions that it names, and only them."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="completion_requests")
    fields = models.JSONField("questions à compléter")  # list of question keys
    message = models.TextField("ce qui est demandé")
    due_on = models.DateField("à rendre le")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField("demandé le", default=timezone.now)
    answered_at = models.DateTimeField("reçu le", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    answer = models.TextField("réponse du lycée", blank=True)  # what it says in place of what it did not complete

    class Meta:
        verbose_name = "demande de compléments"
        verbose_name_plural = "demandes de compléments"
        ordering = ["-opened_at"]
        constraints = [models.UniqueConstraint(name="completion_one_open", fields=["application"], condition=Q(answered_at=None))]

    def __str__(self):
        return f"Compléments de {self.application.reference}"
