from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F
from django.utils import timezone

from calls import rules
from calls.models.call import Call
from portal.accounts.models import User
from portal.addresses import address
from portal.directory.models import Establishment


class ReferenceSetQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Staff who read the steering of calls. A school reads of it what its own form cites, and nothing else."""
        return self.filter(call__in=Call.objects.visible_to(user)) if rules.steers(user) else self.none()


class ReferenceSet(models.Model):
    """Data of a call by lycée, brought by staff: columns of known kinds, and one row for each UAI. What is in force is one of its editions.

    Columns are [{"key", "label", "kind"}]; a key is one only in the call, because conditions and texts name the column alone.
    """

    call = models.ForeignKey(Call, verbose_name="appel", on_delete=models.CASCADE, related_name="reference_sets")
    key = models.SlugField("code", max_length=40)
    name = models.CharField("nom", max_length=120)
    columns = models.JSONField("colonnes", default=list)
    in_force = models.PositiveSmallIntegerField("édition en vigueur", null=True, blank=True)  # none: columns alone
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReferenceSetQuerySet.as_manager()

    class Meta:
        verbose_name = "table de données par lycée"
        verbose_name_plural = "tables de données par lycée"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(name="reference_set_one_key", fields=["call", "key"])]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return address("calls:reference_set", self.call.reference, self.key)


class ReferenceEdition(models.Model):
    """One file brought for a table: its rows, and what was found in it. Kept once another is in force, and can be in force again."""

    of = models.ForeignKey(ReferenceSet, verbose_name="table", on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField("édition")
    file_name = models.CharField("fichier", max_length=200)
    sha256 = models.CharField("empreinte", max_length=64)
    report = models.JSONField("constat", default=dict, encoder=DjangoJSONEncoder)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="apportée par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    brought_at = models.DateTimeField("apportée le", default=timezone.now)

    class Meta:
        verbose_name = "édition de données par lycée"
        verbose_name_plural = "éditions de données par lycée"
        ordering = ["of", "-number"]
        constraints = [models.UniqueConstraint(name="reference_edition_one_number", fields=["of", "number"])]

    def __str__(self):
        return f"{self.of}, édition {self.number}"

    @property
    def is_in_force(self) -> bool:
        return self.of.in_force == self.number


class ReferenceRowQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        return self.filter(edition__number=F("edition__of__in_force"))


class ReferenceRow(models.Model):
    """What an edition says of one lycée: a value by key of column, where the file gives one."""

    edition = models.ForeignKey(ReferenceEdition, verbose_name="édition", on_delete=models.CASCADE, related_name="rows")
    establishment = models.ForeignKey(Establishment, verbose_name="lycée", on_delete=models.PROTECT, related_name="reference_rows")
    values = models.JSONField("valeurs", default=dict)

    objects = ReferenceRowQuerySet.as_manager()

    class Meta:
        verbose_name = "donnée d’un lycée"
        verbose_name_plural = "données des lycées"
        ordering = ["edition", "establishment__uai"]
        constraints = [models.UniqueConstraint(name="reference_row_one_lycee", fields=["edition", "establishment"])]

    def __str__(self):
        return f"{self.edition}, {self.establishment}"
