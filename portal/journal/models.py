from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from portal.addresses import address


class JournalEntry(models.Model):
    """One act: who, when, what, on what, from, to, why. Append-only; sealed into a hash chain after commit.

    `sequence`, `previous_hash` and `hash` are empty until the seal; database triggers refuse any other change.
    """

    at = models.DateTimeField("date", default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="auteur", null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField("auteur (libellé)", max_length=160)
    action = models.CharField("acte", max_length=60, db_index=True)
    subject_type = models.ForeignKey(ContentType, verbose_name="nature", on_delete=models.PROTECT, related_name="+")
    subject_id = models.CharField("identifiant", max_length=40)
    subject_label = models.CharField("objet", max_length=200)
    source = models.CharField("de", max_length=40, blank=True)
    target = models.CharField("vers", max_length=40, blank=True)
    reason = models.TextField("motif", blank=True)
    data = models.JSONField("données", default=dict)
    request_id = models.CharField("requête", max_length=40, blank=True)
    search_text = models.TextField(blank=True, editable=False)  # unaccented lower case; derived, so not sealed
    sequence = models.PositiveBigIntegerField("rang", null=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField("empreinte", max_length=64, blank=True)

    instead = ""  # what a reader from whom the content is withheld reads in its place (portal.journal.withheld)

    class Meta:
        verbose_name = "écriture du journal"
        verbose_name_plural = "journal"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="journal_subject")]

    def __str__(self):
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor_label} : {self.action} ({self.subject_label})"

    def get_absolute_url(self) -> str:
        return address("journal:entry", self.pk)


class JournalHead(models.Model):
    """The end of the chain, one row: what the next seal continues from."""

    last_sequence = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)

    def __str__(self):
        return f"{self.last_sequence}:{self.last_hash}"


class Veiling(models.Model):
    """A row here, seen by its own transaction alone, lets that transaction take a name out of sealed lines (portal.journal.veil)."""

    def __str__(self):
        return str(self.pk)


class ChainCheck(models.Model):
    """One whole walk along the chain: what it found, and the end that it saw, which later walks must find again."""

    at = models.DateTimeField("date", default=timezone.now)
    entries = models.PositiveBigIntegerField("écritures", default=0)
    head_sequence = models.PositiveBigIntegerField("dernier rang", default=0)
    head_hash = models.CharField("empreinte du dernier rang", max_length=64, blank=True)
    problem = models.CharField("anomalie", max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "vérification du journal"
        verbose_name_plural = "vérifications du journal"
        ordering = ["-pk"]

    def __str__(self):
        return self.problem or f"Chaîne intacte jusqu’à l’écriture n° {self.head_sequence}"
