"""The load of officers, from which files are handed over."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from calls import rules
from calls.queries.load import loads


@require_safe
def load(request: HttpRequest) -> HttpResponse:
    """What each officer follows, in the reader's perimeter. For those who say who follows a file."""
    if not rules.assigns_files(request.user):
        raise PermissionDenied("load")
    found = loads(request.user, timezone.localdate())
    rows = [row for each in found for row in each.rows]
    return render(request, "calls/officer/load.html", {"rows": rows, "total": sum(each.whole.open for each in found)})
