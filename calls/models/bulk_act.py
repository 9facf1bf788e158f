import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from calls.enums import BulkResult
from calls.models.application import Application
from portal.accounts.models import User
from portal.addresses import address


class BulkActQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """An act on several files is read by who asked for it: what it did to each file is in the history of the file."""
        return self.filter(actor=user)


class BulkAct(models.Model):
    """One act asked on several files at once. Its key comes from the page that was confirmed: sent twice, it is one act.

    Each file has its own line (`BulkItem`), written with what is done to it: begun again after a stop, it does only what is left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("acte", max_length=30)  # a name of calls.actions.bulk_kinds
    params = models.JSONField("précisions", default=dict)
    query = models.CharField(max_length=2000, blank=True)  # the list from which the files were taken
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="demandé par", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    objects = BulkActQuerySet.as_manager()

    class Meta:
        verbose_name = "acte groupé"
        verbose_name_plural = "actes groupés"
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.kind}, {self.created_at:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return address("calls:bulk_act", self.pk)

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None


class BulkItem(models.Model):
    """One file of an act on several: what the page had shown of it (`stamp`), and what became of it."""

    act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="+")
    stamp = models.PositiveBigIntegerField(default=0)  # its last line in the journal when the page was shown
    result = models.CharField("suite", max_length=8, choices=BulkResult.choices, default=BulkResult.WAITING)
    reason = models.CharField("motif", max_length=200, blank=True)  # why it was left, in words that several files share
    detail = models.TextField("précision", blank=True)
    kept = models.JSONField(default=dict)  # what undoing it needs

    class Meta:
        verbose_name = "dossier d’un acte groupé"
        verbose_name_plural = "dossiers d’un acte groupé"
        constraints = [models.UniqueConstraint(name="bulk_item_once", fields=["act", "application"])]

    def __str__(self):
        return f"{self.application_id}, {self.get_result_display().lower()}"
