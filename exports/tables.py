"""Columns of the list of workbooks that one person has asked for."""

from django.utils.html import format_html

from portal.jobs.models import Job
from portal.text import dates
from portal.ui.tables import Column, own_page


def _label(job: Job) -> str:
    return " · ".join(filter(None, [job.label, job.params.get("call", "")]))


def _file(job: Job) -> str:
    if job.result_file and not job.result_file.deleted_at:
        return format_html('<a href="{}">{}</a>', job.result_file.get_absolute_url(), job.result_file.name)
    return "Expiré" if job.is_over else "En préparation"


EXPORTS = [
    Column("export", "Export", _label, row_header=True),
    Column("demande", "Demandé le", "created_at", dates.moment),
    Column("etat", "État", lambda job: job.get_state_display(), link=own_page),
    Column("fichier", "Fichier", _file),
]
