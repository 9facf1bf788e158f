"""What a handler tells while it works, and how it learns that it must stop."""

import time

from django.utils import timezone

from portal.jobs.models import Job

SAVE_EVERY = 0.5  # seconds between two writes of the same job


class JobCancelled(Exception):
    """The person asked to stop. Raised by `progress`; a handler lets it pass."""


class JobTakenOver(Exception):
    """Another worker has restarted this job, this one having been silent too long. A handler lets it pass."""


class JobFailed(Exception):
    """For handlers: the work cannot be done, for a reason that the person understands. The message, in French, is shown."""


class Progress:
    """Given to a handler: `progress(done, total, note)` saves where the work is and proves that it is alive.

    Writes at most every half second, and always for the last item. A handler silent for a minute is taken for dead and
    started again elsewhere, so call it between long steps. Inside a transaction nobody sees it before the commit.
    Raises JobCancelled or JobTakenOver.
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


def claim_of(job: Job):
    """The job's row, while the attempt that `job` was loaded with is still the one that counts."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
