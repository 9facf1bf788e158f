"""Progress of a handler, its cancellation, and the heartbeat of its worker."""

import logging
import threading
import time

from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone

from portal.jobs.models import Job
from portal.rehearsal.queueing import carried_to_thread

logger = logging.getLogger(__name__)
SAVE_EVERY = 0.5  # seconds between two writes of the same job
BEAT_EVERY = 5  # seconds between two heartbeats


class JobCancelled(Exception):
    """The person asked to stop. Raised by `progress`; a handler must not catch it."""


class JobTakenOver(Exception):
    """Another worker has restarted this job, this one having sent no heartbeat for too long. A handler must not catch it."""


class JobPostponed(Exception):
    """For handlers: something else goes first. The job is given back as it was, and is started again within a minute or two."""


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
    """Context manager: while it is open, writes every few seconds on the job's row that its worker is alive, whatever the handler does.

    Runs in a thread of the worker's process, and stops with it. A handler that never ends is killed by the queue (its `timeout`),
    heartbeat included.
    """

    def __init__(self, job: Job):
        self.job = job
        self.over = threading.Event()
        self.thread = threading.Thread(target=carried_to_thread(self._beat), name=f"heartbeat-{job.pk}", daemon=True)

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
