"""Asking for background work."""

import logging
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.jobs.models import Job
from portal.jobs.registry import timeout_of
from portal.rehearsal.queueing import hand
from portal.roles import Person

logger = logging.getLogger(__name__)


def enqueue(
    kind: str, *, label: str, owner: Person | None = None, params: dict | None = None, dedupe_key: str = "", return_url: str = ""
) -> Job:
    """Write the job in the current transaction and hand it to the worker after commit.

    With `dedupe_key`, the same work asked twice while the first is alive gives the first job back. `{job}` in
    `return_url`, the page shown once the work is done, becomes the job's id.
    """
    job = Job(kind=kind, label=label, owner=owner, params=params or {}, dedupe_key=dedupe_key)
    job.return_url = return_url.replace("{job}", str(job.pk))
    if alive := _save_unless_alive(job):
        return alive
    transaction.on_commit(lambda: hand_over(job.pk, kind))
    return job


def _save_unless_alive(job: Job) -> Job | None:
    """Write the job, or return the live one of the same key. Tries twice: the live one may end in between."""
    for last_try in (False, True):
        try:
            with transaction.atomic():
                job.save(force_insert=True)
            return None
        except IntegrityError:
            alive = Job.objects.filter(dedupe_key=job.dedupe_key, state__in=Job.State.ALIVE).first()
            if job.dedupe_key and alive:
                return alive
            if last_try:
                raise
    return None


def cancel(job: Job) -> bool:
    """Ask a job to stop: at once when it has not begun, else at its next step. False when it was already over."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
    if waiting.update(state=Job.State.CANCELLED, cancel_asked=True, finished_at=timezone.now()):
        return True
    return bool(Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_asked=True))


def hand_over(job_id: UUID, kind: str = "") -> None:
    """Give the job's id to the worker. Losing this call is harmless: `recover_jobs` finds the row."""
    try:
        hand("portal.jobs.tasks.run_job", str(job_id), task_name=f"job-{job_id}", **_longer(kind))
    except Exception:  # the act is committed: a queue that does not answer must not turn it into an error page
        logger.exception("job %s waits for recover_jobs, the queue did not take it", job_id)


def _longer(kind: str) -> dict[str, int]:
    timeout = timeout_of(kind)
    return {} if timeout is None else {"timeout": timeout}
