"""The minutes of a sitting as they will be signed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from exports.papers.minutes import may_read_minutes, minutes_row, render_minutes
from scoring.enums import SessionState
from scoring.models import SelectionSession


@require_safe
def draft_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft, drawn for this reading and kept nowhere; 404 for who may not read the minutes, and when there is none to sign."""
    session = get_object_or_404(SelectionSession.objects.visible_to(request.user).select_related("call"), pk=pk)
    if session.state != SessionState.CLOSED or not may_read_minutes(request.user, session):
        raise Http404(pk)
    answer = HttpResponse(render_minutes(minutes_row(session)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="projet-proces-verbal-{session.pk}.pdf"'
    return answer
