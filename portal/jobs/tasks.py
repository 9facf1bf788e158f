"""What the worker runs. A job's truth is its row, not the queue's (docs/adr/0006-jobs-are-rows.md)."""

import errno
import logging
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone
from django_q.models import OrmQ

from portal.files.intake import StorageFailed
from portal.files.models import StoredFile
from portal.jobs.models import SILENCE, Job
from portal.jobs.progress import Heartbeat, JobCancelled, JobFailed, JobPostponed, JobProgress, JobTakenOver, claim_of
from portal.jobs.queue import hand_over
from portal.jobs.registry import handler_of

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 5
PATIENCE = timedelta(seconds=30)  # a queued job without a task for so long has lost its task

UNEXPECTED = "Une erreur inattendue a arrêté ce travail. L’équipe technique en a la trace ; vous pouvez le relancer."
NO_ROOM = "L’espace de stockage du portail est plein ou ne répond pas. Rien n’a été perdu ; relancez plus tard."
WORN_OUT = f"Ce travail a été interrompu {MAX_ATTEMPTS} fois avant la fin. L’équipe technique en a la trace."


def run_job(job_id: str) -> str:
    """Run the job if nobody else does; record how it ended. Returns its state. Called twice, it works once."""
    job = _claim(job_id)
    if job is None:
        return "déjà pris ou terminé"
    try:
        with Heartbeat(job):
            outcome = handler_of(job.kind)(job, JobProgress(job))
    except JobTakenOver:
        logger.warning("job %s was restarted by another worker, this attempt is dropped", job.pk)
    except JobCancelled:
        _finish(job, Job.State.CANCELLED)
    except JobPostponed:
        _give_back(job)
    except JobFailed as reason:
        _finish(job, Job.State.FAILED, error=str(reason))
    except Exception as error:  # a handler may fail in any way: the person gets a sentence, the log gets the trace
        logger.exception("job %s (%s) failed at attempt %s", job.pk, job.kind, job.attempts)
        full = isinstance(error, StorageFailed) or (isinstance(error, OSError) and error.errno == errno.ENOSPC)
        _finish(job, Job.State.FAILED, error=NO_ROOM if full else UNEXPECTED)
    else:
        file, result = _split(outcome)
        _finish(job, Job.State.DONE, result=result, result_file=file)
    return Job.objects.filter(pk=job.pk).values_list("state", flat=True).first() or "supprimé"


def recover_jobs() -> int:
    """Give back to the worker what was lost: queued rows without a task, running rows whose worker died.

    Runs each minute. Returns how many were handed over again. Handing over a job twice is harmless.
    """
    now = timezone.now()
    silent = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=now - SILENCE)
    silent.filter(cancel_asked=True).update(state=Job.State.CANCELLED, finished_at=now)
    silent.filter(attempts__gte=MAX_ATTEMPTS).update(state=Job.State.FAILED, finished_at=now, error=WORN_OUT)
    lost = Q(state=Job.State.QUEUED, created_at__lt=now - PATIENCE) | Q(state=Job.State.RUNNING, heartbeat_at__lt=now - SILENCE)
    waiting = _names_in_queue()
    handed = 0
    for job_id, kind in Job.objects.filter(lost).order_by("created_at").values_list("pk", "kind"):
        if f"job-{job_id}" not in waiting:
            hand_over(job_id, kind)
            handed += 1
    return handed


def _claim(job_id: str) -> Job | None:
    """Compare-and-set: of all who try, one gets the job. The attempt's number is what later writes are checked against."""
    now = timezone.now()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, heartbeat_at__lt=now - SILENCE)
    won = Job.objects.filter(free, pk=job_id, attempts__lt=MAX_ATTEMPTS).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now, done=0, total=0, note=""
    )
    return Job.objects.select_related("owner").get(pk=job_id) if won else None


def _finish(job: Job, state: str, **fields) -> None:
    """Record the end, unless another worker has taken the job over meanwhile.

    A failure is written on a new connection: on the one that failed, SQLite may hold a reading that refuses every write.
    """
    if state == Job.State.FAILED and not connection.in_atomic_block:
        connection.close()
    claim_of(job).update(state=state, finished_at=timezone.now(), **fields)


def _give_back(job: Job) -> None:
    """The attempt does not count; `recover_jobs` hands the job over again. One that was asked to stop meanwhile stops."""
    claimed = claim_of(job)
    if not claimed.filter(cancel_asked=False).update(state=Job.State.QUEUED, attempts=F("attempts") - 1, heartbeat_at=None, note=""):
        claimed.update(state=Job.State.CANCELLED, finished_at=timezone.now())


def _split(outcome: Mapping | StoredFile | None) -> tuple[StoredFile | None, dict]:
    """A handler returns nothing, a StoredFile, or a dictionary (JSON values) that may hold one under "file"."""
    if isinstance(outcome, StoredFile):
        return outcome, {}
    result = dict(outcome or {})
    return result.pop("file", None), result


def _names_in_queue() -> set[str]:
    """Names of the tasks that no worker has fetched yet. Fetched ones are either running or lost."""
    if not settings.Q_CLUSTER.get("orm"):
        return set()
    return {task.name() for task in OrmQ.objects.filter(lock__lte=timezone.now())}
