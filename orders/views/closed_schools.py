"""Closed lycées that still have a file, an aid, an order or works."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders import rules
from orders.queries.closed_schools import closed_schools, unfinished_at
from portal.ui.paginate import paginate


@require_safe
def closed_school_list(request: HttpRequest) -> HttpResponse:
    """One page is so many lycées, each with all that it leaves."""
    if not rules.reads_closed_schools(request.user):
        raise PermissionDenied("closed_schools")
    page = paginate(request, closed_schools(request.user).order_by("department__code", "commune_key", "name_key", "pk"))
    return render(request, "orders/closed_schools.html", {"page_obj": page, "rows": unfinished_at(list(page), request.user)})
