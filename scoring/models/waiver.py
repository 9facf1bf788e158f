"""Files that go to the deliberation without every evaluation, each by name and with a reason."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from calls.models import Application


class Waiver(models.Model):
    """Dérogation: somebody says, in writing, why the jury deliberates on a file whose evaluations are not all handed in."""

    application = models.OneToOneField(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="waiver")
    reason = models.CharField("motif", max_length=500)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="accordée par", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField("accordée le", default=timezone.now)

    class Meta:
        verbose_name = "dérogation"
        verbose_name_plural = "dérogations"
        constraints = [
            models.CheckConstraint(
                name="waiver_has_reason", condition=~models.Q(reason=""), violation_error_message="Une dérogation dit pourquoi."
            )
        ]

    def __str__(self):
        return f"Dérogation, {self.application.reference}"
