"""The export of one’s own data: what is in it, the button, the archives that may still be downloaded."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.accounts.own_data.chapters import all_chapters
from portal.accounts.own_data.jobs import archives_of, ask_for_own_data


@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest) -> HttpResponse:
    """Ask for the archive, then follow the work that writes it."""
    if request.method == "POST":
        return redirect(ask_for_own_data(request.user))
    return render(request, "accounts/own_data.html", {"chapters": all_chapters(), "archives": archives_of(request.user)})
