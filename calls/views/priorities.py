"""The order of priority of a lycée among its files of one call: read by its team, set by whoever signs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls import rules
from calls.actions.priorities import forget_order, move_file, ranking_gaps
from calls.models import Application
from calls.queries.people import signers_of
from calls.queries.priorities import rivals_of
from calls.views.frame import school_file, school_files
from portal.signing import SignedAct
from portal.workflow.views import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def ranking(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows the order, with buttons for whoever may change it; POST moves one file past its neighbour, or forgets the order.

    `do` is "up.<reference>.<neighbour>", "down.…" or "forget".
    """
    application = school_file(request, reference)
    if application.is_personal or application.call.max_per_establishment < 2:
        raise Http404("priorities")
    if request.method == "POST":
        return _change(request, application, request.POST.get("do", ""))
    files = list(rivals_of(application).select_related("call"))
    signs = rules.ranks_files(application, request.user)
    gaps = ranking_gaps(application)
    context = {
        "application": application,
        "call": application.call,
        "rows": _rows(files, focus=request.GET.get("vu", "")),
        "is_ranked": any(file.school_rank is not None for file in files),
        "may_rank": signs and not gaps and len(files) > 1,
        "gaps": gaps,
        "signers": [] if signs else signers_of(application, SignedAct.PRIORITY),
    }
    return render(request, "calls/applicant/priorities.html", context)


def _rows(files: list[Application], focus: str) -> list[dict]:
    """Each file with the neighbour past which each button moves it. `focus`: "up.<reference>", the button just pressed."""
    rows = []
    for place, file in enumerate(files):
        above = files[place - 1].reference if place else ""
        below = files[place + 1].reference if place + 1 < len(files) else ""
        pressed = focus.partition(".")[0] if focus.partition(".")[2] == file.reference else ""
        # At an end of the list, the button pressed has gone: the other one takes the focus.
        focused = {"up": "up" if above else "down", "down": "down" if below else "up"}.get(pressed, "")
        rows.append({"file": file, "place": place + 1, "above": above, "below": below, "focused": focused})
    return rows


def _change(request: HttpRequest, application: Application, do: str) -> HttpResponse:
    page = reverse("calls:priorities", args=[application.reference])
    if do == "forget":
        return attempt(
            request, application, "Retirer l’ordre de priorité", lambda: forget_order(application=application, actor=request.user),
            success="L’ordre de priorité est retiré : aucun dossier ne passe avant un autre.", then=page, back=page,
        )  # fmt: skip
    way, _, rest = do.partition(".")
    moved, _, past = rest.partition(".")
    file = school_files(request.user).filter(call=application.call_id, establishment=application.establishment_id, reference=moved).first()
    if file is None or way not in ("up", "down"):
        raise Http404("priorities")
    return attempt(
        request, application, "Ranger les dossiers", lambda: move_file(application=file, past=past, up=way == "up", actor=request.user),
        success=f"{file.reference} passe {'avant' if way == 'up' else 'après'} {past}.", then=f"{page}?vu={way}.{file.reference}", back=page,
    )  # fmt: skip
