from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.enums import NewVersionEnding
from calls.models.application import Application
from calls.models.application_version import ApplicationVersion


class NewVersionQuerySet(models.QuerySet):
    def still_open(self) -> Self:
        return self.filter(ended_at=None)

    def not_filed(self) -> Self:
        """Those of which the Région has received nothing."""
        return self.exclude(ended_at=None).exclude(ending=NewVersionEnding.FILED)


class NewVersion(models.Model):
    """One writing of a filed file anew: what it was to replace, how it ended. Where an open one stands is said by the file (`rewriting`)."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="new_versions")
    replaces = models.ForeignKey(ApplicationVersion, verbose_name="remplace", null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_received_at = models.DateTimeField("version remplacée reçue le")
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    ending = models.CharField("issue", max_length=10, choices=NewVersionEnding.choices, blank=True)
    # What came of it: the version filed, or what was typed and not filed, read by the lycée alone; None when nothing was typed.
    version = models.ForeignKey(ApplicationVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = NewVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "nouvelle version"
        verbose_name_plural = "nouvelles versions"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="new_version_one_at_a_time", fields=["application"], condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="new_version_ends_some_way",
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
            ),
        ]

    def __str__(self):
        return f"Nouvelle version de {self.application.reference}"

    @property
    def is_lapsed(self) -> bool:
        return self.ending == NewVersionEnding.LAPSED

    @property
    def is_filed(self) -> bool:
        return self.ending == NewVersionEnding.FILED
