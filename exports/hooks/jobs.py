"""Exports run in the worker: progress, private result, gone after a day."""

from datetime import timedelta

from django.apps import apps
from django.utils import timezone
from django.utils.text import slugify

from exports.issue import issue_document
from exports.registry import document_kind, workbook_kind
from exports.rights import Rights, kept_rights
from exports.xlsx.workbook import write_workbook
from portal.accounts.models import User
from portal.files import periods
from portal.files.access import allow
from portal.files.intake import store_bytes
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.progress import JobFailed, JobProgress
from portal.jobs.registry import job

EXPORT_PURPOSE = "export"
LIFETIME = timedelta(hours=24)
periods.register(30, "un export demandé par un agent", lambda: LIFETIME)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@allow(EXPORT_PURPOSE)
def may_read_export(user: User, stored_file: StoredFile) -> bool:
    """An export belongs to the person who asked, as long as the rights under which it was made are theirs."""
    if stored_file.uploaded_by_id != user.pk or not user.is_active:
        return False
    made_by = Job.objects.visible_to(user).select_related("result_file").filter(result_file=stored_file).first()
    return made_by is not None and Rights(user).open(made_by)


@job("exports.workbook")
def make_workbook(job: Job, progress: JobProgress) -> dict:
    """Write the workbook that the job's owner asked for. The right to ask is checked again when the work begins."""
    kind = workbook_kind(job.params["workbook"])
    if kind is None or job.owner is None or not Rights(job.owner).may_ask(kind, job.params.get("call", "")):
        raise JobFailed("Vous n’avez plus accès à cet export.")
    rights = kept_rights(job.owner)
    title, sheets, expected = kind.sheets(job.owner, job.params)
    progress(0, expected, "Lecture des données")
    content = write_workbook(sheets, title=title, progress=lambda done: progress(done, expected, "Écriture du classeur"))
    name = f"{slugify(title)}-{timezone.localtime():%Y-%m-%d-%Hh%M}.xlsx"
    stored = store_bytes(name, content, XLSX, purpose=EXPORT_PURPOSE, actor=job.owner, expires_at=timezone.now() + LIFETIME)
    progress(expected, expected, "Terminé")
    return {"file": stored, "rights": rights}


@job("exports.document")
def make_document(job: Job, progress: JobProgress) -> dict:
    """Issue one document in the background; issuing again changes nothing."""
    kind = document_kind(job.params["kind"])
    subject = apps.get_model(kind.model)._base_manager.get(pk=job.params["subject"])
    issue_document(kind.code, subject)
    return {}
