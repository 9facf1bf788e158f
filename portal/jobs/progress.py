"""What a handler tells while it works, how it learns that it must stop, and what proves that its worker lives."""

import logging
import threading
import time

from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone

from portal.jobs.models import Job

logger = logging.getLogger(__name__)
SAVE_EVERY = 0.5  # seconds between two writes of the same job
BEAT_EVERY = 5  # seconds between two heartbeats


class JobCancelled(Exception):
    """The person asked to stop. Raised by `progress`; a handler lets it pass."""


class JobTakenOver(Exception):
    """Another worker has restarted this job, this one having been silent too long. A handler lets it pass."""


class JobFailed(Exception):
    """For handlers: the work cannot be done, for a reason that the person understands. The message, in French, is shown."""


class JobProgress:
    """Given to a handler: `progress(done, total, note)` saves where the work is, and stops it when that was asked.

    Writes at most every half second, and always for the last item. Inside a transaction nobody sees it before the
    commit. Raises JobCancelled or JobTakenOver.
    """

    def __init__(self, job: Job):
        self.job = job
        self.saved_at = 0.0

    def __call__(self, done: int, total: int, note: str = "") -> None:
        if done < total and time.monotonic() - self.saved_at < SAVE_EVERY:
            return
        self.saved_at = time.monotonic()
        alive = claim_of(self.job).filter(cancel_asked=False)
        if not alive.update(done=done, total=total, note=note[:200], heartbeat_at=timezone.now()):
            self._stop()

    def _stop(self) -> None:
        if claim_of(self.job).exists():
            raise JobCancelled
        raise JobTakenOver


class Heartbeat:
    """Context manager: while it is open, the job's row says every few seconds that its worker lives, whatever the handler does.

    It lives in a thread of the worker's own process, and so dies with it. A handler that never ends is the queue's to
    kill (its `timeout`), heartbeat included.
    """

    def __init__(self, job: Job):
        self.job = job
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._beat, name=f"heartbeat-{job.pk}", daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.over.set()

    def _beat(self) -> None:
        while not self.over.wait(BEAT_EVERY):
            try:
                claim_of(self.job).update(heartbeat_at=timezone.now())
            except DatabaseError:
                logger.warning("heartbeat of job %s not written, next in %s s", self.job.pk, BEAT_EVERY)
            finally:
                connection.close()  # this thread's own


def claim_of(job: Job) -> QuerySet[Job]:
    """The job's row, while the attempt that `job` was loaded with is still the one that counts."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
