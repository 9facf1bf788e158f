"""Columns of the list of workbooks that one person has asked for."""

from django.utils.html import format_html

from exports.rights import Rights
from portal.jobs.models import Job
from portal.text import dates
from portal.ui.tables import Column, own_page


def _label(job: Job) -> str:
    return " · ".join(filter(None, [job.label, job.params.get("call", "")]))


def _file(job: Job, rights: Rights) -> str:
    if not job.is_over:
        return "En préparation"
    if job.result_file is None or job.result_file.deleted_at or job.result_file.is_expired:
        return "Expiré" if job.is_done else ""
    if not rights.open(job):
        return "Fermé : vos droits ont changé depuis"
    return format_html('<a href="{}">{}</a>', job.result_file.get_absolute_url(), job.result_file.name)


def exports_of(rights: Rights) -> list[Column]:
    """The columns of the list, for the person whose rights these are: a file is offered where it would be served."""
    return [
        Column("export", "Export", _label, row_header=True),
        Column("demande", "Demandé le", "created_at", dates.moment),
        Column("etat", "État", lambda job: job.get_state_display(), link=own_page),
        Column("fichier", "Fichier", lambda job: _file(job, rights)),
    ]
