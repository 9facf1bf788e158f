import logging
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.files.access import may_read
from portal.files.intake import StorageFailed
from portal.files.models import StoredFile
from portal.files.readings import note_reading

logger = logging.getLogger(__name__)
INLINE_TYPE = "application/pdf"  # the only type ever shown inside the browser, on request


@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Serve one private file to whoever may read it; for everyone else it does not exist."""
    stored = get_object_or_404(StoredFile, pk=pk)
    if not may_read(request.user, stored):
        raise Http404
    answer = serve(request, stored)
    if answer.status_code == 200 and request.method == "GET":
        note_reading(stored, request.user)
    return answer


def serve(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """A private file that this request may read (checked by the caller), or the page that says why it cannot be sent now."""
    if stored.is_infected:
        return render(request, "files/infected.html", {"file": stored}, status=403)
    if stored.is_held and request.user.pk != stored.uploaded_by_id:
        response = render(request, "files/held.html", {"file": stored}, status=423)
        response["Retry-After"] = "300"
        return response
    if stored.is_expired:
        return render(request, "files/expired.html", {"file": stored}, status=410)
    try:
        return send(stored, inline="voir" in request.GET)
    except StorageFailed:
        response = render(request, "files/unavailable.html", {"file": stored}, status=503)
        response["Retry-After"] = "60"
        return response


def send(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The content, as an attachment that no browser runs nor keeps. Permission was checked by the caller.

    Raises Http404 when the storage has lost the content, StorageFailed when it does not answer.
    """
    try:
        content = stored.content.open("rb")
    except FileNotFoundError as error:
        logger.error("private file %s has no content in the storage", stored.pk)
        raise Http404 from error
    except Exception as error:  # an object store fails in ways of its own
        logger.exception("private storage does not answer for %s", stored.pk)
        raise StorageFailed(str(error)) from error
    shown = inline and stored.content_type == INLINE_TYPE
    response = FileResponse(content, as_attachment=not shown, filename=stored.name, content_type=stored.content_type)
    response["Content-Length"] = stored.size
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
