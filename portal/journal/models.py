from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class JournalEntry(models.Model):
    """One act: who, when, what, on what, from, to, why. Append-only; sealed into a hash chain after commit.

    `sequence`, `previous_hash` and `hash` are empty until the seal; database triggers refuse any other change.
    """

    at = models.DateTimeField("date", default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="auteur", null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField("auteur (libellé)", max_length=160)
    action = models.CharField("acte", max_length=60)
    subject_type = models.ForeignKey(ContentType, verbose_name="nature", on_delete=models.PROTECT, related_name="+")
    subject_id = models.CharField("identifiant", max_length=40)
    subject_label = models.CharField("objet", max_length=200)
    source = models.CharField("de", max_length=40, blank=True)
    target = models.CharField("vers", max_length=40, blank=True)
    reason = models.TextField("motif", blank=True)
    data = models.JSONField("données", default=dict)
    request_id = models.CharField("requête", max_length=40, blank=True)
    sequence = models.PositiveBigIntegerField("rang", null=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField("empreinte", max_length=64, blank=True)

    class Meta:
        verbose_name = "écriture du journal"
        verbose_name_plural = "journal"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="journal_subject")]

    def __str__(self):
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor_label} : {self.action} ({self.subject_label})"


class JournalHead(models.Model):
    """The end of the chain, one row: what the next seal continues from."""

    last_sequence = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)
