import uuid

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone

from portal.addresses import address


def private_storage() -> Storage:
    return storages["private"]


def storage_path(stored: "StoredFile", filename: str) -> str:
    """Never built from what a person typed: the id alone, in two levels of folders."""
    return f"{stored.pk.hex[:2]}/{stored.pk.hex}"


class StoredFile(models.Model):
    """A private file. Served by one view, after the permission check of what it belongs to (`subject`)."""

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", "Non analysé"  # no antivirus is configured
        WAITING = "waiting", "En cours d’analyse"  # one is, and has not answered yet
        CLEAN = "clean", "Analysé, sain"
        INFECTED = "infected", "Programme malveillant"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.FileField(storage=private_storage, upload_to=storage_path)
    name = models.CharField("nom", max_length=150)
    content_type = models.CharField("type", max_length=100)
    size = models.PositiveBigIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    # Where something else is kept than what was sent (docs/adr/0053): the fingerprint of what was sent, and what changed, in French.
    original_sha256 = models.CharField("empreinte SHA-256 du fichier envoyé", max_length=64, blank=True)
    changes = models.CharField("ce que le portail a changé", max_length=300, blank=True)
    scan = models.CharField("analyse antivirus", max_length=12, choices=Scan.choices, default=Scan.NOT_SCANNED)
    purpose = models.CharField("usage", max_length=40)  # key of the access rule: portal.files.access
    subject_type = models.ForeignKey(ContentType, null=True, on_delete=models.PROTECT, related_name="+")
    subject_id = models.CharField(max_length=40, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("reçu le", default=timezone.now)
    expires_at = models.DateTimeField("expire le", null=True, blank=True)
    deleted_at = models.DateTimeField("retiré le", null=True, blank=True)  # soft for 30 days

    class Meta:
        verbose_name = "fichier"
        verbose_name_plural = "fichiers"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="file_subject")]

    def __str__(self):
        return self.name

    @property
    def is_held(self) -> bool:
        """Its verdict is awaited: only who sent it opens it."""
        return self.scan == self.Scan.WAITING

    @property
    def is_infected(self) -> bool:
        """Malware was found in it: nobody opens it."""
        return self.scan == self.Scan.INFECTED

    @property
    def is_expired(self) -> bool:
        """Its time is over: no longer served, soon deleted."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def get_absolute_url(self) -> str:
        return address("files:file", self.pk)


class FileReading(models.Model):
    """Somebody of the jury or of the staff was given a file on that French day. What the journal says once a day, kept to be listed."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    on = models.DateField("le")

    class Meta:
        verbose_name = "ouverture d’un fichier"
        verbose_name_plural = "ouvertures de fichiers"
        constraints = [models.UniqueConstraint(name="file_reading_once_a_day", fields=["file", "person", "on"])]

    def __str__(self):
        return f"{self.file} : {self.person}, {self.on:%d/%m/%Y}"
