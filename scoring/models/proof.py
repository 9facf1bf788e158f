from django.db import models
from django.utils import timezone

from scoring.models.session import SelectionScenario


class SelectionProof(models.Model):
    """Why a scenario is the best one, as trees of whole numbers: kept apart from the scenario, which every page reads.

    `content` is what `scoring.selection.proof` built and `checker` accepted: {"format", "checker", "steps", "left", "verdict"}.
    """

    scenario = models.OneToOneField(SelectionScenario, on_delete=models.CASCADE, related_name="proof", verbose_name="scénario")
    content = models.JSONField("preuve")
    checker = models.CharField("vérificateur", max_length=40)
    created_at = models.DateTimeField("établie le", default=timezone.now)

    class Meta:
        verbose_name = "preuve"
        verbose_name_plural = "preuves"
        ordering = ["pk"]

    def __str__(self):
        return f"Preuve de {self.scenario}"
