from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from calls.models.call import Questionnaire


class FormRevision(models.Model):
    """A form as it was before one change, while its version is written: what « Annuler la dernière modification » puts back.

    `after` is the fingerprint of what the change left: a form that was written otherwise since then is not put back over.
    """

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="revisions")
    before = models.JSONField("définition d’avant", encoder=DjangoJSONEncoder)
    after = models.CharField("empreinte d’après", max_length=64)
    said = models.CharField("ce qui a été fait", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "étape d’un formulaire"
        verbose_name_plural = "étapes d’un formulaire"
        ordering = ["-pk"]

    def __str__(self):
        return self.said
