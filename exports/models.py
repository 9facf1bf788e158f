from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class IssuedDocument(models.Model):
    """A document that the portal has issued: its frozen file and what it is about. Issued once per kind, subject and edition."""

    kind = models.CharField("nature", max_length=40)  # key of exports.registry: "receipt", "decision_letter", "purchase_order"
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.CharField(max_length=40)
    edition = models.PositiveSmallIntegerField("édition", default=1)
    title = models.CharField("titre", max_length=200)
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="issued_document")
    issued_at = models.DateTimeField("émis le", default=timezone.now)

    class Meta:
        verbose_name = "document émis"
        verbose_name_plural = "documents émis"
        ordering = ["-issued_at"]
        constraints = [models.UniqueConstraint(name="document_once_per_edition", fields=["kind", "subject_type", "subject_id", "edition"])]

    def __str__(self):
        return self.title
