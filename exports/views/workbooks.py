"""Asking for a workbook, and finding it again for a day."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from exports.forms import WorkbookForm
from exports.registry import workbook_kind, workbooks_for
from exports.rights import Rights
from exports.tables import exports_of
from portal.jobs.models import Job
from portal.jobs.queue import enqueue


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What I may export, and what I have asked for."""
    kinds = [(kind, WorkbookForm(user=request.user, kind=kind, prefix=kind.code)) for kind in workbooks_for(request.user)]
    jobs = Job.objects.visible_to(request.user).filter(kind="exports.workbook").select_related("result_file")[:20]
    return render(request, "exports/index.html", {"kinds": kinds, "jobs": jobs, "columns": exports_of(Rights(request.user))})


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows the choice, POST starts the job and goes to its progress bar."""
    kind = workbook_kind(code)
    if kind is None or kind.of_selection or not kind.may_ask(request.user):
        raise Http404(code)
    form = WorkbookForm(request.POST if request.method == "POST" else None, initial=request.GET.dict(), user=request.user, kind=kind)
    if request.method == "POST" and form.is_valid():
        params = {"workbook": kind.code, **form.params()}
        key = ":".join(["workbook", kind.code, str(request.user.pk), params.get("call", "")])
        job = enqueue(
            "exports.workbook",
            label=f"{kind.label} (XLSX)",
            owner=request.user,
            params=params,
            dedupe_key=key,
            return_url=reverse("exports:index"),
        )
        return redirect(job.get_absolute_url())
    status = 422 if request.method == "POST" else 200
    return render(request, "exports/ask.html", {"kind": kind, "form": form}, status=status)
