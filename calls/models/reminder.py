from django.conf import settings
from django.db import models
from django.utils import timezone

from calls.enums import ReminderKind
from calls.models.application import Application


class Reminder(models.Model):
    """What one person has been reminded of about one file: a row is written with the mail, so that nothing is said twice.

    `due_on` is the deadline and `step` how many working days before it: another deadline, or another step, is another reminder.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField("nature", max_length=12, choices=ReminderKind.choices)
    due_on = models.DateField("échéance")
    step = models.PositiveSmallIntegerField("jours ouvrés avant")
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)

    class Meta:
        verbose_name = "rappel"
        verbose_name_plural = "rappels"
        constraints = [models.UniqueConstraint(name="reminder_once", fields=["application", "user", "kind", "due_on", "step"])]

    def __str__(self):
        return f"{self.application.reference}, {self.get_kind_display().lower()}"
