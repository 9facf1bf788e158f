"""A call put to the trial of the directory: the last report, and what it was made on."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from calls.models import Call
from portal.addresses import address
from portal.text.french import of


class CallTrial(models.Model):
    """What the directory says of a call before it opens (épreuve). Made again, it takes the place of the one before.

    `basis`: fingerprints of what was read (`scoring.trial.basis`); `report` and `lists`: what was found (`scoring.trial.report`).
    """

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="trial", verbose_name="appel")
    basis = models.JSONField("empreintes", default=dict)
    report = models.JSONField("compte rendu", default=dict)
    lists = models.JSONField("lycées comptés", default=dict)  # key → ids
    impossible = models.PositiveIntegerField("impossibilités", default=0)
    warnings = models.PositiveIntegerField("points à regarder", default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandée par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField("faite le", default=timezone.now)
    milliseconds = models.PositiveIntegerField("durée (ms)", default=0)

    class Meta:
        verbose_name = "épreuve d’un appel"
        verbose_name_plural = "épreuves des appels"
        ordering = ["call"]

    def __str__(self):
        return f"Épreuve {of(self.call)}"

    def get_absolute_url(self) -> str:
        return address("scoring:trial", self.call.reference)
