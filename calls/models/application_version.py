from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.functional import cached_property

from calls.enums import VersionReason
from calls.models.application import Application


class ApplicationVersionQuerySet(models.QuerySet):
    def received(self) -> Self:
        """Those that the Région has received: the others are read by the lycée alone."""
        return self.filter(reason__in=VersionReason.RECEIVED)

    def with_visa(self) -> Self:
        """With the `visa_number` of each, for a list."""
        approved = _approved_as(OuterRef("application"), OuterRef("sha256"), OuterRef("number"))
        return self.annotate(visa_number=Subquery(approved.values("number")[:1]))


class ApplicationVersion(models.Model):
    """A frozen copy of the file: what was approved, submitted, completed, typed and not sent. `sha256` is that of the canonical JSON."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("version")
    reason = models.CharField("motif", max_length=12, choices=VersionReason.choices)
    content = models.JSONField("contenu", encoder=DjangoJSONEncoder)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("figée le", default=timezone.now)

    objects = ApplicationVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version figée"
        verbose_name_plural = "versions figées"
        ordering = ["application", "number"]
        constraints = [models.UniqueConstraint(name="version_unique_number", fields=["application", "number"])]

    def __str__(self):
        return f"{self.application.reference} v{self.number}"

    @cached_property
    def visa_number(self) -> int | None:
        """The last version before this one that has its very content, frozen at the visa."""
        return _approved_as(self.application_id, self.sha256, self.number).values_list("number", flat=True).first()

    @property
    def visa_mention(self) -> str:
        """Why two numbers have one fingerprint; empty when no visa was given to this content."""
        if not self.visa_number:
            return ""
        return f"Son contenu est celui de la version {self.visa_number}, figée au visa : les deux ont la même empreinte."

    @property
    def is_aside(self) -> bool:
        """Typed and never sent: kept for the lycée alone."""
        return self.reason in VersionReason.ASIDE


def _approved_as(application: int | OuterRef, sha256: str | OuterRef, before: int | OuterRef) -> ApplicationVersionQuerySet:
    approved = ApplicationVersion.objects.filter(application=application, reason=VersionReason.APPROVAL, sha256=sha256, number__lt=before)
    return approved.order_by("-number")
