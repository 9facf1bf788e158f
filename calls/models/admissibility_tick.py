from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.enums import TickAnswer
from calls.models.application import Application


class AdmissibilityTick(models.Model):
    """What a person answered to one ticked line of the call about one file. Corrected, it is kept, and another one is current.

    It is outdated once the Région has received something else of the file: the line is then to be looked at again.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="admissibility_ticks")
    line_key = models.CharField("ligne de recevabilité", max_length=60)
    answer = models.CharField("réponse", max_length=4, choices=TickAnswer.choices)
    remark = models.TextField("remarque", blank=True)
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ticked_at = models.DateTimeField("coché le", default=timezone.now)
    is_current = models.BooleanField(default=True)
    is_outdated = models.BooleanField(default=False)

    class Meta:
        verbose_name = "point de recevabilité coché"
        verbose_name_plural = "points de recevabilité cochés"
        ordering = ["-ticked_at", "-pk"]
        constraints = [models.UniqueConstraint(name="tick_one_current", fields=["application", "line_key"], condition=Q(is_current=True))]

    def __str__(self):
        return f"{self.line_key} : {self.get_answer_display()}"
