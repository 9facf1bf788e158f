from django.conf import settings
from django.db import models

from calls.models import Call
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
