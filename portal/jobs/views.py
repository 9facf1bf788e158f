import json
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.files.access import may_read
from portal.files.models import StoredFile
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.tables import JOBS
from portal.ui.paginate import paginate

STATUS_BLOCK = "jobs/_status.html"
SAID_SECONDS = 24 * 3600


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """The person's own work, newest first."""
    jobs = Job.objects.visible_to(request.user).select_related("result_file")
    return render(request, "jobs/job_list.html", {"columns": JOBS, "page_obj": paginate(request, jobs)})


@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where one job stands. The page reads its block again each second; without JavaScript, it reloads itself."""
    found = get_object_or_404(Job.objects.visible_to(request.user).select_related("result_file"), pk=pk)
    given = {"job": found, "file": found.result_file if found.result_file and may_read(request.user, found.result_file) else None}
    arrived = found.state == Job.State.DONE and found.return_url
    if request.htmx:
        response = render(request, STATUS_BLOCK, given)
        if arrived and not _is_read_elsewhere(request, found.return_url):
            _say_once(request, found)
            response["HX-Redirect"] = found.return_url
        elif found.is_over:
            response["HX-Trigger-After-Settle"] = json.dumps({"preau:focus": {"id": end_of(found, given["file"]), "if_idle": True}})
        return response
    if arrived and "suivre" in request.GET:
        _say_once(request, found)
        return redirect(found.return_url)
    return render(request, "jobs/job.html", given)


def _is_read_elsewhere(request: HttpRequest, address: str) -> bool:
    """Whether the work is followed on the very page to which it leads, opened at something else (`?scenario=15`): nobody is taken away from what
    they read; the block says that it is done, with the link.
    """
    here, to = urlsplit(request.htmx.current_url_abs_path or ""), urlsplit(address)
    return bool(here.query) and here.path == to.path and here.query != to.query


def _say_once(request: HttpRequest, found: Job) -> None:
    """Once for a job and a person, however many polls are answered after its end: a page that slept sends them all at once."""
    if cache.add(f"job-said:{found.pk}:{request.user.pk}", True, SAID_SECONDS):
        messages.success(request, f"{found.label} : c’est terminé.")


def end_of(job: Job, file: StoredFile | None) -> str:
    """Where the focus goes once a job has ended in sight: the link to its result, or else the block that says how it ended."""
    if job.return_url:
        return "resultat"
    return "fichier" if job.is_done and file else "tache"


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if queue.cancel(found):
        messages.success(request, "L’arrêt est demandé. Ce qui a déjà été enregistré est gardé.")
    else:
        messages.info(request, "Ce travail était déjà terminé : il n’y avait rien à arrêter.")
    return redirect(found)
