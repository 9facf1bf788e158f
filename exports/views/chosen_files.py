"""Taking away the files chosen in the list: what will be in the workbook, then the job that writes it."""

from hashlib import sha256

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls.actions.bulk import MOST
from calls.views.listing import COLUMNS, carried
from calls.views.selection import selected
from exports.workbooks.chosen_files import KIND, sheet_columns
from portal.jobs.queue import enqueue

SALT = "exports.chosen_files"


@require_http_methods(["GET", "HEAD", "POST"])
def chosen_files(request: HttpRequest) -> HttpResponse:
    """GET says how many files and which columns; POST has the workbook written. A file is looked for again among those that the person sees."""
    if not KIND.may_ask(request.user):
        raise Http404(KIND.code)
    if request.method == "POST":
        return _ask(request)
    selection = selected(request)
    columns = carried(selection.query).get(COLUMNS, "").split(".")
    context = {
        "total": len(selection.keys),
        "too_many": selection.total,
        "most": MOST,
        "headings": [column.heading for column in sheet_columns(columns)],
        "back": selection.back,
        "selection": signing.dumps([request.user.pk, selection.keys, columns], salt=SALT, compress=True),
    }
    return render(request, "exports/chosen_files.html", context)


def _ask(request: HttpRequest) -> HttpResponse:
    try:
        owner, files, columns = signing.loads(request.POST.get("selection", ""), salt=SALT)
    except signing.BadSignature:
        owner, files, columns = None, [], []
    if owner != request.user.pk or not files:
        messages.error(request, "Cette sélection n’est pas lisible : rien n’a été préparé. Cochez de nouveau les dossiers.")
        return redirect("calls:files")
    chosen = sha256(repr((files, columns)).encode()).hexdigest()[:16]
    job = enqueue(
        "exports.workbook",
        label=f"{KIND.label} (XLSX)",
        owner=request.user,
        params={"workbook": KIND.code, "files": files, "columns": columns},
        dedupe_key=f"workbook:{KIND.code}:{owner}:{chosen}",
        return_url=reverse("exports:index"),
    )
    return redirect(job.get_absolute_url())
