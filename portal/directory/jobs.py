"""Imports run in the worker: the file was received by a form, the report is read on a page."""

import json
import shutil
import tempfile
from datetime import timedelta
from typing import BinaryIO

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from portal.directory.forms import AGENCIES, ANNUAIRE, DENSITY, IPS
from portal.directory.importers.agencies import as_file, import_agencies, places_now
from portal.directory.importers.changes import by_field
from portal.directory.importers.density import import_density
from portal.directory.importers.ips import import_ips
from portal.directory.importers.report import DirectoryMoved, ImportReport
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
OTHERS = {IPS: import_ips, DENSITY: import_density, AGENCIES: import_agencies}
PURPOSE = "directory_import"
SHOWN = 200  # rows of each list kept for the page; the file of the report holds them all
KEPT = timedelta(days=30)
MOVED = (
    "Rien n’a été importé : l’annuaire du portail a changé depuis l’aperçu, et l’import n’aurait plus fait ce qu’il montrait. "
    "Envoyez le fichier de nouveau, à blanc, pour un nouvel aperçu."
)


@allow(PURPOSE)
def may_read_import(user: Person, stored_file: StoredFile) -> bool:
    return may_import(user)


def ask_for_import(*, kind: str, file: StoredFile, dry_run: bool, owner: Person, preview: Job | None = None) -> Job:
    """Queue the import of a stored file. One at a time: asked again meanwhile, the first is given back.

    With a `preview`, it does what that one showed, or nothing.
    """
    label = f"Import : {file.name}" + (" (à blanc)" if dry_run else "")
    params = {"kind": kind, "file": str(file.pk), "dry_run": dry_run}
    if preview:
        params |= {"preview": str(preview.pk), "expected": preview.result["digest"]}
    return enqueue(KIND, label=label[:200], owner=owner, params=params, dedupe_key=KIND, return_url=reverse("directory:import") + "{job}/")


@job(KIND)
def run_import(job: Job, progress: JobProgress) -> dict:
    """Import the file that a person sent. Starting again is harmless: what is already there is unchanged."""
    if job.owner is None or not may_import(job.owner):
        raise JobFailed("Vous n’avez plus le droit d’importer l’annuaire.")
    stored, dry_run = StoredFile.objects.get(pk=job.params["file"]), job.params["dry_run"]
    progress(0, stored.size, "Lecture du fichier")
    before = _keep_table(job) if job.params["kind"] == AGENCIES and not dry_run else None
    with stored.content.open("rb") as received, tempfile.TemporaryFile() as stream:
        shutil.copyfileobj(received, stream)
        stream.seek(0)
        try:
            report = _import(job.params, stream, size=stored.size, progress=progress)
        except DirectoryMoved as moved:
            raise JobFailed(MOVED) from moved
    if report.file_error:
        raise JobFailed(f"Rien n’a été importé. {report.error_message}")
    if not dry_run:
        recorder.record(job, "import_directory", actor=job.owner, data={"file": stored.name, "sha256": stored.sha256, **report.counts()})
    told = {"counts": report.counts(), "digest": report.digest(), "fields": by_field(report.changes), "is_same": report.is_same}
    if job.params["kind"] == AGENCIES:
        told["alone"] = sum(issue.code == "no_agency" for issue in report.warnings)
    if before and not report.is_same:
        told["before"] = str(before.pk)
    return {"file": _keep(report, stored, job), **told, **_excerpt(report)}


def changes_nothing(preview: Job) -> bool:
    """Whether importing what a preview read would change nothing. The table of the agencies holds places without a lycée: it is compared whole."""
    if preview.params["kind"] == AGENCIES:
        return preview.result.get("is_same", False)
    counts = preview.result["counts"]
    return not any(counts[name] for name in ("created", "updated", "closed"))


def table_before(job: Job) -> StoredFile | None:
    """The table of the agencies as it stood before this import replaced it, while it is kept."""
    stored = StoredFile.objects.filter(pk=job.result.get("before"), deleted_at=None).first() if job.result.get("before") else None
    return None if stored is None or stored.is_expired else stored


def import_of(preview: Job) -> Job | None:
    """The import that was asked for from this preview, waiting, at work or done; None when there is none, or it failed."""
    asked = Job.objects.filter(kind=KIND, params__preview=str(preview.pk)).exclude(state__in=(Job.State.FAILED, Job.State.CANCELLED))
    return asked.order_by("-created_at").first()


def file_of(job: Job) -> StoredFile | None:
    """The file that was imported, while it is kept."""
    stored = StoredFile.objects.filter(pk=job.params["file"], deleted_at=None).first()
    return None if stored is None or stored.is_expired else stored


def changes_in(job: Job) -> list[dict]:
    """Every change of a report, as dictionaries of `Change`; empty once its file is no longer kept."""
    kept = job.result_file
    if kept is None or kept.deleted_at or kept.is_expired:
        return []
    with kept.content.open("rb") as content:
        return json.load(content).get("changes", [])


def _import(params: dict, stream: BinaryIO, *, size: int, progress: JobProgress) -> ImportReport:
    how = {"dry_run": params["dry_run"], "expected": params.get("expected", "")}
    if params["kind"] == ANNUAIRE:
        return import_directory(stream, size=size, tell=progress, **how)
    return OTHERS[params["kind"]](stream, **how)


def _keep(report: ImportReport, stored: StoredFile, job: Job) -> StoredFile:
    """The whole report, in JSON, beside the page that shows its beginning."""
    content = json.dumps(report.as_dict(), ensure_ascii=False, indent=1).encode()
    name = f"compte-rendu-{timezone.localtime():%Y-%m-%d-%Hh%M}.json"
    until = timezone.now() + KEPT
    StoredFile.objects.filter(pk=stored.pk).update(expires_at=until)
    return store_bytes(name, content, "application/json", purpose=PURPOSE, subject=stored, actor=job.owner, expires_at=until)


def _keep_table(job: Job) -> StoredFile:
    """The table of the agencies before an import replaces it: what goes back to it. Kept once, though the work should start again."""
    kind = ContentType.objects.get_for_model(job)
    kept = StoredFile.objects.filter(purpose=PURPOSE, subject_type=kind, subject_id=str(job.pk)).first()
    name = f"table-des-agences-avant-{timezone.localtime():%Y-%m-%d-%Hh%M}.csv"
    until = timezone.now() + KEPT
    return kept or store_bytes(name, as_file(places_now()), "text/csv", purpose=PURPOSE, subject=job, actor=job.owner, expires_at=until)


def _excerpt(report: ImportReport) -> dict:
    return {name: rows[:SHOWN] for name, rows in report.as_dict().items() if isinstance(rows, list) and name != "changes"}
