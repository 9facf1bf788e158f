import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.addresses import address
from portal.jobs.enums import JobState
from portal.roles import Person

SILENCE = timedelta(seconds=30)  # a running job without a heartbeat for so long has lost its worker


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> Self:
        """A job and its result belong to the person who asked."""
        return self.filter(owner=user)

    def running(self) -> Self:
        """Those at work whose worker is alive."""
        return self.filter(state=JobState.RUNNING, heartbeat_at__gte=timezone.now() - SILENCE)


class Job(models.Model):
    """Long work in the background: asked by a person, run by the worker, resumed if the worker dies."""

    State = JobState

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("nature", max_length=60)  # key of portal.jobs.registry
    label = models.CharField("libellé", max_length=200)
    params = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", null=True, on_delete=models.CASCADE, related_name="jobs"
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    done = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("à faire", default=0)
    note = models.CharField("étape", max_length=200, blank=True)
    error = models.TextField("erreur", blank=True)
    result = models.JSONField(default=dict)
    result_file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    return_url = models.CharField(max_length=200, blank=True)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    started_at = models.DateTimeField("commencé le", null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField("terminé le", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux en arrière-plan"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                name="job_one_alive_per_key",
                fields=["dedupe_key"],
                condition=models.Q(state__in=JobState.ALIVE) & ~models.Q(dedupe_key=""),
            )
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self) -> str:
        return address("jobs:job", self.pk)

    @property
    def percent(self) -> int:
        return 100 if self.state == self.State.DONE else min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.state in self.State.OVER

    @property
    def is_queued(self) -> bool:
        return self.state == self.State.QUEUED

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def is_failed(self) -> bool:
        return self.state == self.State.FAILED
