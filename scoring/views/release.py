"""The release: what it will send and to whom, then the act."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from calls.models import Call
from portal.jobs.models import Job
from portal.ui.paginate import paginate
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt
from scoring import rules
from scoring.actions.release import ask_release
from scoring.models import SelectionPublication
from scoring.queries.announced import released_of
from scoring.queries.decision import (
    decision_calls,
    decisions_of,
    deliveries,
    granted_total,
    release_key,
    release_lines,
    release_obstacles,
    unreached,
)
from scoring.queries.publication import shown_since
from scoring.release_effects import effects_of


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """GET is the dry run: it lists everything and writes nothing. POST hands the work over."""
    call = get_object_or_404(decision_calls(request.user).select_related("vote"), reference=reference)
    if request.method == "POST" and (answer := _asked(request, call)):
        return answer
    publication = SelectionPublication.objects.filter(call=call).defer("instance", "result").first() if call.has_results else None
    page_obj = paginate(request, decisions_of(call, request.user))
    page_obj.object_list = deliveries(page_obj.object_list)
    lines = list(release_lines(call))
    context = {
        "call": call,
        "page_obj": page_obj,
        "effects": effects_of(call),
        "granted": granted_total(call),
        "missing": release_obstacles(call, lines),
        "lines": lines,
        "unreached": unreached(call),
        "told": released_of(call),
        "may_release": rules.releases_results(call, request.user),
        "publication": publication,
        "shown_since": shown_since(publication) if publication else "",
        "unchecked": request.method == "POST",
        "running": Job.objects.visible_to(request.user).filter(dedupe_key=release_key(call), state__in=Job.State.ALIVE).first(),
    }
    return render(request, "scoring/decision/release.html", context, status=422 if context["unchecked"] else 200)


def _asked(request: HttpRequest, call: Call) -> HttpResponse | None:
    """What follows the press of the button; None when the list was not said to be read."""
    if not rules.releases_results(call, request.user):
        raise PermissionDenied("release")
    if not request.POST.get("checked"):
        return None
    return attempt(
        request, call, "Notifier les décisions",
        lambda: ask_release(call=call, actor=request.user, seen=request.POST.get(SEEN)),
        success="La notification est en cours. Vous pouvez quitter cette page, elle continue.",
        then=lambda job: job if job.owner_id == request.user.pk else request.path, back=request.path,
    )  # fmt: skip
