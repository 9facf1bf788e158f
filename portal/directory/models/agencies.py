"""Which territorial agency of the Région follows which lycées, beside whole départements."""

from django.db import models

from portal.directory.models.establishment import Territory


class AgencyPlace(models.Model):
    """A commune or one lycée that an agency follows, whatever the agency of its département is; the lycée counts before the commune."""

    class Kind(models.TextChoices):
        COMMUNE = "commune", "Commune"
        SCHOOL = "school", "Lycée"

    agency = models.ForeignKey(Territory, verbose_name="agence", on_delete=models.CASCADE, related_name="places")
    kind = models.CharField("nature", max_length=10, choices=Kind.choices)
    code = models.CharField("code", max_length=8)  # INSEE code of the commune, UAI of the lycée

    class Meta:
        verbose_name = "ressort d’une agence"
        verbose_name_plural = "ressorts des agences"
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(name="agency_place_followed_once", fields=["kind", "code"])]

    def __str__(self):
        return f"{self.get_kind_display()} {self.code} : {self.agency}"
