from django.db import models

from portal.ui import looks
from portal.ui.looks import Look


class JobState(models.TextChoices):
    QUEUED = "queued", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminé"
    FAILED = "failed", "En échec"
    CANCELLED = "cancelled", "Annulé"


JobState.ALIVE = (JobState.QUEUED, JobState.RUNNING)
JobState.OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
JobState.LOOKS = {
    JobState.QUEUED: looks.WAITING,
    JobState.RUNNING: looks.ACTIVE,
    JobState.DONE: looks.DONE,
    JobState.FAILED: Look("err", "exclamation-circle"),
    JobState.CANCELLED: looks.CANCELLED,
}
