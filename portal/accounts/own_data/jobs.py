"""Asking for one's data: a job writes the archive, which is its owner's alone and goes after a day."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.own_data.archive import OWN_DATA, write_archive
from portal.files.access import allow
from portal.files.intake import store_bytes
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.progress import JobFailed, JobProgress
from portal.jobs.queue import enqueue
from portal.jobs.registry import job
from portal.journal.recorder import record

KIND = "accounts.own_data"
LIFETIME = timedelta(hours=24)  # said by the page, and by that of personal data


@allow(OWN_DATA)
def may_read_own_data(user: User, stored_file: StoredFile) -> bool:
    """Whom it is about, as long as the account is open; nobody else, whatever their role."""
    return stored_file.uploaded_by_id == user.pk and user.is_active


@transaction.atomic
def ask_for_own_data(user: User) -> Job:
    """Queue the archive. Asked again while one is being written, that one is given back, and the journal has one line."""
    key = f"{KIND}:{user.pk}"
    is_first = not Job.objects.filter(dedupe_key=key, state__in=Job.State.ALIVE).exists()
    asked = enqueue(KIND, label="Export de mes données", owner=user, dedupe_key=key)
    if is_first:
        record(user, "export_own_data", actor=user)
    return asked


def archives_of(user: User) -> list[Job]:
    """Those that may still be downloaded, the latest first."""
    done = Job.objects.visible_to(user).filter(kind=KIND, result_file__expires_at__gt=timezone.now(), result_file__deleted_at=None)
    return list(done.select_related("result_file").order_by("-created_at"))


@job(KIND)
def make_archive(job: Job, progress: JobProgress) -> dict:
    """Write the archive of whoever asked. Starting again writes another."""
    if job.owner is None or not job.owner.is_active:
        raise JobFailed("Ce compte n’est plus ouvert.")
    content = write_archive(job.owner, progress)
    name = f"mes-donnees-{timezone.localtime():%Y-%m-%d-%Hh%M}.zip"
    stored = store_bytes(
        name, content, "application/zip", purpose=OWN_DATA, subject=job.owner, actor=job.owner, expires_at=timezone.now() + LIFETIME
    )
    return {"file": stored}
