"""The walk along the chain as background work, with its progress."""

from django.urls import reverse

from portal.jobs import registry
from portal.jobs.models import Job
from portal.jobs.progress import JobProgress
from portal.jobs.queue import enqueue
from portal.journal.verify import run_check
from portal.roles import Person

KIND = "journal_check"


@registry.job(KIND)
def check(job: Job, progress: JobProgress) -> dict:
    """Walk the chain, keep what it found. Starting again only adds another walk."""
    found = run_check(asked_by=job.owner, progress=progress)
    return {"problem": found.problem, "entries": found.entries}


def ask_for_check(user: Person) -> Job:
    """Queue a walk; asked twice while one is under way, the first serves."""
    return enqueue(KIND, label="Vérification du journal", owner=user, dedupe_key=KIND, return_url=reverse("journal:list"))
