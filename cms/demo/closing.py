"""In the demonstration, and only there: close an open call at once, to see what follows without waiting for its date."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from calls import rules
from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.ui import panels


@transaction.atomic
def close_now(*, call: Call, actor: User) -> Call:
    """Bring the closing to this instant. Raises PermissionDenied outside the demonstration, and for whoever does not manage calls."""
    if not settings.DEMO or not rules.manages_call(call, actor):
        raise PermissionDenied("close_now")
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.accepts_submissions:
        before, locked.closes_at, locked.grace_minutes = locked.closes_at, timezone.now(), 0
        locked.latest_closing = None  # for every lycée, those that were given more time included
        locked.save(update_fields=["closes_at", "grace_minutes", "latest_closing"])
        recorder.record(locked, "close_for_demonstration", actor=actor, data={"before": before, "after": locked.closes_at})
    return locked


@require_POST
def close_call(request: HttpRequest, reference: str) -> HttpResponse:
    """The button of the panel below."""
    if not settings.DEMO:
        raise Http404(reference)
    call = get_object_or_404(Call.objects.visible_to(request.user), reference=reference)
    close_now(call=call, actor=request.user)
    return redirect("calls:steered_call", call.reference)


def panel(request: HttpRequest, call: Call) -> str:
    """Shown on the steering page of an open call."""
    if not (
        settings.DEMO
        and rules.manages_call(call, request.user)
        and call.accepts_submissions
        and request.path.startswith(reverse("calls:steering"))
    ):
        return ""
    return render_to_string("cms/_demo_closing.html", {"call": call}, request)


panels.register("calls.call", panel, order=5)
