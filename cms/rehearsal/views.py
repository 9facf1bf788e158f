"""The staff's page of a rehearsal: what it is, make it, be somebody in it, take it further, begin again, close it."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.views.decorators.http import require_POST, require_safe

from calls.models import Call
from cms.rehearsal import cast, making
from cms.rehearsal.stages import STEPS, RehearsalStage
from portal.jobs.models import Job
from portal.rehearsal import building
from portal.rehearsal.middleware import inner_name
from portal.rehearsal.places import Rehearsal
from portal.ui import panels
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import attempt, refused


@require_safe
def rehearsal(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the rehearsal of the call is, and what may be done with it."""
    call = _rehearsable(request, reference)
    mark = making.rehearsal_of(call)
    jobs = Job.objects.filter(dedupe_key=f"rehearsal-{call.pk}").order_by("-created_at")
    last = jobs.first()
    made = jobs.filter(kind=making.KIND, state=Job.State.DONE).first()
    stages = list(RehearsalStage)
    context = {
        "call": call,
        "mark": mark,
        "stage": RehearsalStage(mark.stage) if mark else None,
        "parts": cast.PARTS,
        "steps": [{"step": step, "done": bool(mark) and stages.index(step.stage) <= stages.index(mark.stage)} for step in STEPS],
        "hindrance": building.hindrance(),
        "under_way": last if last and not last.is_over and last.owner_id == request.user.pk else None,
        "is_under_way": bool(last and not last.is_over),
        "failure": last.error if last and last.is_failed else "",
        "made": made.result if made and mark else {},
        "outdated": mark is None and Rehearsal(call.pk).exists(),
    }
    return render(request, "cms/rehearsal/page.html", context)


@require_POST
def prepare(request: HttpRequest, reference: str) -> HttpResponse:
    """Make it, or make it anew."""
    call = _rehearsable(request, reference)
    return _asked(request, call, "Préparer la répétition", lambda: making.ask_rehearsal(call=call, actor=request.user))


@require_POST
def forward(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the life of the rehearsed call up to the stage that is named."""
    call = _rehearsable(request, reference)
    wanted = request.POST.get("stage", "")
    if wanted not in RehearsalStage.values:
        raise Http404(wanted)
    return _asked(
        request, call, "Avancer la répétition", lambda: making.ask_stage(call=call, stage=RehearsalStage(wanted), actor=request.user)
    )


@require_POST
def enter(request: HttpRequest, reference: str) -> HttpResponse:
    """Be one of the people of the rehearsal: a cookie of its own, sent below its prefix alone."""
    call = _rehearsable(request, reference)
    person = cast.persona(request.POST.get("login", ""))
    if person is None:
        raise Http404("persona")
    place, session = Rehearsal(call.pk), None
    if making.rehearsal_of(call):
        with place.entered():
            session, landing, prefix = cast.sign_in(request, person), reverse("my_space"), get_script_prefix()
    if session is None:
        late = TransitionRefused(["La répétition n’est plus là, ou pas encore prête : préparez-la."], wrong_state=True)
        return refused(request, call, late, label="Entrer dans la répétition", back=_page(call))
    response = redirect(landing)
    response.set_cookie(
        inner_name(settings.SESSION_COOKIE_NAME), session.session_key, path=prefix, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """Take it away. Pressed twice, it is closed."""
    call = _rehearsable(request, reference)
    if making.close_rehearsal(call=call, actor=request.user):
        messages.success(request, "La répétition est fermée : sa base et ses fichiers sont effacés. Rien n’a changé sur le portail.")
    else:
        messages.info(request, "Il n’y avait pas de répétition à fermer.")
    return redirect("cms:rehearsal", call.reference)


@require_safe
def back(request: HttpRequest, key: int) -> HttpResponse:
    """Out of a rehearsal, to its staff's page: where its banner leads, and whatever is asked of one that is closed."""
    call = get_object_or_404(Call, pk=key)
    if not making.may_rehearse(call, request.user):
        raise Http404(str(key))
    return redirect("cms:rehearsal", call.reference)


def panel(request: HttpRequest, call: Call) -> str:
    """The way to the page, on the steering page of the call."""
    if not (request.path.startswith(reverse("calls:steering")) and making.may_rehearse(call, request.user)):
        return ""
    return render_to_string("cms/rehearsal/_panel.html", {"call": call}, request)


def _rehearsable(request: HttpRequest, reference: str) -> Call:
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), reference=reference)
    if not making.may_rehearse(call, request.user):
        raise PermissionDenied("rehearsal")
    return call


def _asked(request: HttpRequest, call: Call, label: str, do: object) -> HttpResponse:
    """To the progress of the job where the person may follow it, else to the page."""
    then = lambda job: job if job.owner_id == request.user.pk else _page(call)  # noqa: E731 -- read once, here
    return attempt(request, call, label, do, then=then, back=_page(call))


def _page(call: Call) -> str:
    return reverse("cms:rehearsal", args=[call.reference])


panels.register("calls.call", panel, order=20)
