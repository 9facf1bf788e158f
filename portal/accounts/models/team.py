from django.db import models

from portal.accounts.models.people import User


class TeamSettings(models.Model):
    """What the head of a school has chosen for its team. No row: nothing was chosen, and the head alone takes people in."""

    establishment = models.OneToOneField(
        "directory.Establishment", verbose_name="établissement", primary_key=True, on_delete=models.PROTECT, related_name="team_settings"
    )
    members_accept = models.BooleanField("les membres de l’équipe peuvent accepter un collègue", default=False)
    changed_by = models.ForeignKey(User, verbose_name="choisi par", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "réglage d’une équipe"
        verbose_name_plural = "réglages des équipes"

    def __str__(self):
        return f"Équipe : {self.establishment}"
