"""The documents that the questions of a call give to be filled in."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from calls.models import Call
from calls.queries.to_fill import document_of
from portal.files.views import serve


@login_not_required
@require_safe
def document(request: HttpRequest, slug: str, pk: UUID) -> HttpResponseBase:
    """One document that a form of the call gives: whoever reads the form reads it. 404 for a call, or a form, that this person cannot read."""
    call = get_object_or_404(Call.everything.with_form_seen_by(request.user), slug=slug)
    stored = document_of(call, pk, request.user)
    if stored is None:
        raise Http404("no document of this form")
    return serve(request, stored)
