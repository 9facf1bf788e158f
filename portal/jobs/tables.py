"""Columns of the list of one's own jobs."""

from django.template.defaultfilters import truncatechars
from django.utils.html import format_html

from portal.jobs.models import Job
from portal.text import dates
from portal.ui.tables import Column, own_page
from portal.ui.templatetags.ui import badge_of


def _result(job: Job) -> str | None:
    if job.is_done and job.return_url:
        return format_html('<a href="{}">Voir le résultat</a>', job.return_url)
    if job.is_done and job.result_file:
        return format_html('<a href="{}">{}</a>', job.result_file.get_absolute_url(), job.result_file.name)
    return truncatechars(job.error, 80) if job.error else None


JOBS = [
    Column("travail", "Travail", "label", link=own_page, css="w", row_header=True),
    Column("etat", "État", badge_of),
    Column("demande", "Demandé le", "created_at", dates.moment),
    Column("termine", "Terminé le", "finished_at", dates.moment),
    Column("resultat", "Résultat", _result),
]
