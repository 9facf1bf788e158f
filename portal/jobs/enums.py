from django.db import models


class JobState(models.TextChoices):
    QUEUED = "queued", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminé"
    FAILED = "failed", "En échec"
    CANCELLED = "cancelled", "Annulé"


JobState.ALIVE = (JobState.QUEUED, JobState.RUNNING)
JobState.OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
