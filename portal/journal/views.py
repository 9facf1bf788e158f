from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.journal import jobs, queries, withheld
from portal.journal.forms import JournalFilter
from portal.journal.models import JournalEntry
from portal.journal.rules import may_read_journal
from portal.journal.tables import ENTRIES
from portal.ui.paginate import paginate


@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    _check(request)
    form = JournalFilter(request.GET)
    page = paginate(request, queries.filtered_entries(**form.values))
    rows = [(entry, queries.act_label(entry), queries.kind_label(entry.subject_type)) for entry in withheld.blanked(page)]
    context = {"form": form, "page_obj": page, "rows": rows, "columns": ENTRIES, "chain": queries.chain_state()}
    return render(request, "journal/list.html", context)


@require_safe
def entry_detail(request: HttpRequest, pk: int) -> HttpResponse:
    _check(request)
    (entry,) = withheld.blanked([get_object_or_404(withheld.marked(JournalEntry.objects.select_related("subject_type", "actor")), pk=pk)])
    source, target = queries.state_labels(entry)
    # None of an object whose number is withheld.
    neighbours = withheld.marked(JournalEntry.objects.filter(subject_type=entry.subject_type_id, subject_id=entry.subject_id))
    others = withheld.blanked(neighbours.exclude(pk=entry.pk).order_by("-pk")[:20])
    context = {
        "entry": entry,
        "label": queries.act_label(entry),
        "kind": queries.kind_label(entry.subject_type),
        "source": source,
        "target": target,
        "data": queries.readable_data(entry.data),
        "others": [(other, queries.act_label(other)) for other in others],
    }
    return render(request, "journal/entry.html", context)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a walk along the whole chain, in the background."""
    _check(request)
    with transaction.atomic():
        job = jobs.ask_for_check(request.user)
    return redirect(job)


def _check(request: HttpRequest) -> None:
    if not may_read_journal(request.user):
        raise PermissionDenied("journal")
