"""The calls that a person manages, as the pages of the steering open them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from calls import rules
from calls.models import Call


def managed_call(request: HttpRequest, reference: str) -> Call:
    """The call of this reference, with its programme. Raises Http404 for whoever does not see it, PermissionDenied for whoever does not manage it."""
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), reference=reference)
    if not rules.manages_call(call, request.user):
        raise PermissionDenied("managed_call")
    return call
