from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.models.application import Application


class VisaRemark(models.Model):
    """What whoever gives the visa asks to mend when the file goes back to its team: on one question, or on the whole file.

    Ticked off by the team, and kept. The lycée alone reads it.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="visa_remarks")
    question_key = models.CharField("question", max_length=60, blank=True)  # empty: on the whole file
    text = models.TextField("remarque")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField("écrite le", default=timezone.now)
    done_at = models.DateTimeField("traitée le", null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "remarque du visa"
        verbose_name_plural = "remarques du visa"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="remark_says_something", condition=~Q(text=""))]

    def __str__(self):
        return f"Remarque sur {self.application.reference}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
