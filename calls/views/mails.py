"""The mails that the portal wrote about one file."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calls import rules
from calls.queries.mails import mails_about
from calls.tables.mails import MAILS
from calls.views.officer import staff_file
from portal.notifications.rules import may_retry
from portal.ui.paginate import paginate


@require_safe
def mails(request: HttpRequest, reference: str) -> HttpResponse:
    """To whom, when, and whether it arrived; never the text. For those who examine the file or read them all."""
    application = staff_file(request, reference)
    if not rules.reads_mails(request.user):
        raise PermissionDenied("mails")
    rows = paginate(request, mails_about(application, request.user))
    context = {
        "application": application, "columns": MAILS, "page_obj": rows, "reads_texts": settings.DEMO and may_retry(request.user),
    }  # fmt: skip
    return render(request, "calls/officer/mails.html", context)
