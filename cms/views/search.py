"""The search of the public site."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.queries.search import SiteSearch, results_of, suggestion


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything public that holds the words asked for, by kind; one kind alone, page by page, when the address says it."""
    asked = SiteSearch.from_query(request.GET)
    groups = results_of(asked, request)
    shown = [group for group in groups if group.hits]
    context = {
        "search": asked,
        "groups": groups,
        "shown": shown,
        "total": sum(group.total for group in groups),
        "alone": next((group for group in shown if group.page), None),
        "near": suggestion(asked, request) if asked.words and not groups else "",
    }
    return render(request, "cms/search.html", context)
