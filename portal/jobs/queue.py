"""Asking for background work."""

from django.db import IntegrityError, transaction
from django_q.tasks import async_task

from portal.jobs.models import Job


def enqueue(kind: str, *, label: str, owner=None, params: dict | None = None, dedupe_key: str = "", return_url: str = "") -> Job:
    """Write the job in the current transaction and hand it to the worker after commit.

    With `dedupe_key`, the same work asked twice while the first is alive gives the first job back.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, label=label, owner=owner, params=params or {}, dedupe_key=dedupe_key, return_url=return_url)
    except IntegrityError:
        return Job.objects.get(dedupe_key=dedupe_key, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    transaction.on_commit(lambda: hand_over(job.pk))
    return job


def hand_over(job_id) -> None:
    """Give the job's id to the worker. Losing this call is harmless: `recover_jobs` finds the row."""
    async_task("portal.jobs.tasks.run_job", str(job_id), task_name=f"job-{job_id}")
