"""Imports run in the worker: the file was received by a form, the report is read on a page."""

import json
import shutil
import tempfile
from datetime import timedelta
from typing import BinaryIO

from django.urls import reverse
from django.utils import timezone

from portal.directory.forms import ANNUAIRE, IPS
from portal.directory.importers.density import import_density
from portal.directory.importers.ips import import_ips
from portal.directory.importers.report import ImportReport
from portal.directory.importers.writing import import_directory
from portal.directory.rules import may_import
from portal.files.access import allow
from portal.files.intake import store_bytes
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.progress import JobFailed, JobProgress
from portal.jobs.queue import enqueue
from portal.jobs.registry import job
from portal.journal import recorder
from portal.roles import Person

KIND = "directory.import"
PURPOSE = "directory_import"
SHOWN = 200  # rows of each list kept for the page; the file of the report holds them all
KEPT = timedelta(days=30)


@allow(PURPOSE)
def may_read_import(user: Person, stored_file: StoredFile) -> bool:
    return may_import(user)


def ask_for_import(*, kind: str, file: StoredFile, dry_run: bool, owner: Person) -> Job:
    """Queue the import of a stored file. One at a time: asked again meanwhile, the first is given back."""
    label = f"Import : {file.name}" + (" (à blanc)" if dry_run else "")
    params = {"kind": kind, "file": str(file.pk), "dry_run": dry_run}
    return enqueue(KIND, label=label[:200], owner=owner, params=params, dedupe_key=KIND, return_url=reverse("directory:import") + "{job}/")


@job(KIND)
def run_import(job: Job, progress: JobProgress) -> dict:
    """Import the file that a person sent. Starting again is harmless: what is already there is unchanged."""
    if job.owner is None or not may_import(job.owner):
        raise JobFailed("Vous n’avez plus le droit d’importer l’annuaire.")
    stored, dry_run = StoredFile.objects.get(pk=job.params["file"]), job.params["dry_run"]
    progress(0, stored.size, "Lecture du fichier")
    with stored.content.open("rb") as received, tempfile.TemporaryFile() as stream:
        shutil.copyfileobj(received, stream)
        stream.seek(0)
        report = _import(job.params["kind"], stream, size=stored.size, dry_run=dry_run, progress=progress)
    if report.file_error:
        raise JobFailed(f"Rien n’a été importé. {report.error_message}")
    if not dry_run:
        recorder.record(job, "import_directory", actor=job.owner, data={"file": stored.name, "sha256": stored.sha256, **report.counts()})
    return {"file": _keep(report, stored, job), "counts": report.counts(), **_excerpt(report)}


def _import(kind: str, stream: BinaryIO, *, size: int, dry_run: bool, progress: JobProgress) -> ImportReport:
    if kind == ANNUAIRE:
        return import_directory(stream, size=size, dry_run=dry_run, tell=progress)
    return (import_ips if kind == IPS else import_density)(stream, dry_run=dry_run)


def _keep(report: ImportReport, stored: StoredFile, job: Job) -> StoredFile:
    """The whole report, in JSON, beside the page that shows its beginning."""
    content = json.dumps(report.as_dict(), ensure_ascii=False, indent=1).encode()
    name = f"compte-rendu-{timezone.localtime():%Y-%m-%d-%Hh%M}.json"
    until = timezone.now() + KEPT
    StoredFile.objects.filter(pk=stored.pk).update(expires_at=until)
    return store_bytes(name, content, "application/json", purpose=PURPOSE, subject=stored, actor=job.owner, expires_at=until)


def _excerpt(report: ImportReport) -> dict:
    return {name: rows[:SHOWN] for name, rows in report.as_dict().items() if isinstance(rows, list)}
