from django.conf import settings
from django.db import models
from django.utils import timezone

from calls.models import Application, Call
from portal.directory.models import Authority


class PanelMember(models.Model):
    """A person of the jury of one call, who sits for one body: the Région, an académie, the DRAAF."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="panel")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="personne", on_delete=models.PROTECT, related_name="panel_seats")
    body = models.ForeignKey(Authority, verbose_name="collège", on_delete=models.PROTECT, related_name="+")
    is_chair = models.BooleanField("préside", default=False)

    class Meta:
        verbose_name = "membre du jury"
        verbose_name_plural = "membres du jury"
        ordering = ["call", "body__kind", "body__name", "user__last_name"]
        constraints = [models.UniqueConstraint(name="panel_member_once", fields=["call", "user"])]

    def __str__(self):
        return f"{self.user} ({self.body})"


class InterestDeclaration(models.Model):
    """A conflict of interest of a juror with an establishment: its files no longer exist for that person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="interests")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="interests")
    reason = models.CharField("lien", max_length=300)
    declared_at = models.DateTimeField("déclaré le", default=timezone.now)

    class Meta:
        verbose_name = "lien d’intérêt"
        verbose_name_plural = "liens d’intérêts"
        constraints = [models.UniqueConstraint(name="interest_once", fields=["user", "application"])]

    def __str__(self):
        return f"{self.user} : {self.application.reference}"
