"""The jury as the call manager prepares and follows it: calls, progress by juror and by file, confiding and taking back."""

from typing import NoReturn

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calls.models import Call
from portal.journal.removed import AlreadyRemoved, removal_of
from portal.text.french import count
from portal.ui.paginate import paginate
from portal.workflow.views import attempt, attempt_form, form_page
from scoring import rules
from scoring.actions.assessment import recompute_marks
from scoring.actions.panel import assign_reader, assign_readings, plan_assignment, withdraw_reading
from scoring.forms.filters import ReadingFilters
from scoring.forms.grid import AssignmentForm, ReaderForm
from scoring.marks.assignment import AssignmentPlan
from scoring.models import Assessment
from scoring.queries import conflicts, jury, panel
from scoring.tables import jury as tables

READINGS = 3


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Calls whose jury I prepare, and rankings that I may read; a juror without either goes to the pile."""
    followed = jury.jury_calls_with_progress(request.user)
    ranked = set(jury.ranking_calls(request.user).values_list("pk", flat=True))
    if not rules.reads_decisions(request.user) and not ranked:
        if rules.sits_in_jury(request.user):
            return redirect("scoring:pile")
        raise PermissionDenied
    if not rules.follows_jury(request.user):
        followed = jury.ranking_calls(request.user).select_related("programme", "grid", "amount_policy")
    follows = rules.follows_jury(request.user)
    context = {"page_obj": paginate(request, followed), "columns": tables.calls(follows, ranked), "follows": follows}
    context["awaits_closing"] = not follows and rules.reads_closed_sittings(request.user)
    return render(request, "scoring/jury/index.html", context)


@require_GET
def call_jury(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the jury of one call stands: what is ready, what is missing, progress by juror."""
    call = followed_call(request, reference)
    members = panel.panel_with_loads(call, request.user)
    files = panel.files_with_readings(call, request.user)
    context = page(request, call, "suivi") | {
        "members": members,
        "grid": getattr(call, "grid", None),
        "file_count": files.count(),
        "unread": panel.without_reader(files).count(),
        "n_readings": sum(m.n_readings for m in members),
        "n_done": sum(m.n_done for m in members),
    }
    return render(request, "scoring/jury/call.html", context)


@require_http_methods(["GET", "POST"])
def assignment(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows what an automatic assignment would add and why; POST carries it out."""
    call = followed_call(request, reference)
    given = request.POST if request.method == "POST" else request.GET if "readings" in request.GET else {"readings": READINGS}
    form = AssignmentForm(given)
    if request.method == "POST" and form.is_valid():
        return attempt(
            request, call, "Confier les dossiers",
            lambda: assign_readings(call=call, actor=request.user, **form.cleaned_data),
            success=_assigned,
            then=reverse("scoring:call_jury", args=[call.reference]),
            back=reverse("scoring:assignment", args=[call.reference]),
        )  # fmt: skip
    context = page(request, call, "attribution") | {"form": form, "plan": None}
    if form.is_valid():
        context |= _plan_context(request, call, plan_assignment(call=call, **form.cleaned_data))
    return render(request, "scoring/jury/assignment.html", context, status=422 if form.errors else 200)


def _assigned(plan: AssignmentPlan) -> str:
    if not plan.added:
        return "Rien à ajouter : chaque dossier a déjà les lectures que les règles permettent."
    return f"{count(len(plan.added), 'lecture confiée', 'lectures confiées')} ; les jurés sont prévenus."


def _plan_context(request: HttpRequest, call: Call, plan: AssignmentPlan) -> dict:
    """The table of loads before and after, and what could not be given. Files hidden from the reader are not named."""
    seats = list(call.panel.select_related("user", "body"))
    bodies = {seat.body_id: seat.body for seat in seats}
    added = {seat.user_id: 0 for seat in seats}
    for _, juror in plan.added:
        added[juror] += 1
    hidden = conflicts.hidden_ids(call, request.user)
    gaps = [(gap, bodies.get(gap.body)) for gap in plan.gaps if gap.file not in hidden]
    rows = [(seat, plan.loads[seat.user_id] - added[seat.user_id], added[seat.user_id], plan.loads[seat.user_id]) for seat in seats]
    return {
        "plan": plan,
        "rows": rows,
        "columns": tables.assigned(max((row[3] for row in rows), default=0)),
        "gaps": gaps,
        "file_count": jury.files_before_jury(call).count(),
    }


@require_GET
def progress_by_file(request: HttpRequest, reference: str) -> HttpResponse:
    """Each file with its readers and where they stand."""
    call = followed_call(request, reference)
    filters = ReadingFilters(request.GET)
    rows = filters.narrow(panel.files_listed(call, request.user))
    shown = {"page_obj": paginate(request, rows), "columns": tables.files(call), "filters": filters}
    context = page(request, call, "dossiers") | shown
    return render(request, "scoring/jury/files.html", context)


@require_http_methods(["GET", "POST"])
def file_readers(request: HttpRequest, reference: str, file_reference: str) -> HttpResponse:
    """The readers of one file: confide it to one more, take it back, reopen."""
    call = followed_call(request, reference)
    application = get_object_or_404(panel.files_with_readings(call, request.user), reference=file_reference)
    form = ReaderForm(request.POST or None, call=call)
    back = reverse("scoring:file_readers", args=[call.reference, application.reference])
    answer = attempt_form(
        request, call, "Confier un dossier", form,
        lambda: assign_reader(application=application, member=form.cleaned_data["member"], actor=request.user),
        field="member", success=lambda reading: f"Le dossier est confié à {reading.juror}.", then=back, back=back,
    )  # fmt: skip
    return answer or form_page(request, "scoring/jury/file.html", form, page(request, call, "dossiers") | {"application": application})


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file back from a juror who has not begun it."""
    reading = Assessment.objects.visible_to(request.user).select_related("application__call").filter(pk=pk).first()
    if reading is None:
        _say_withdrawn(request, pk)
    call = followed_call(request, reading.application.call.reference)
    back = reverse("scoring:file_readers", args=[call.reference, reading.application.reference])
    return attempt(
        request, call, "Retirer une lecture",
        lambda: withdraw_reading(assessment=reading, actor=request.user),
        success="La lecture est retirée.", then=back, back=back,
    )  # fmt: skip


def _say_withdrawn(request: HttpRequest, pk: int) -> NoReturn:
    """Raises AlreadyRemoved for a reading that a colleague has taken back in a call that this person follows, otherwise Http404."""
    entry = removal_of(Assessment(pk=pk), "withdraw_reading")
    if entry is None or "call" not in entry.data:
        raise Http404("reading")
    call = followed_call(request, entry.data["call"])
    raise AlreadyRemoved("Cette lecture a déjà été retirée", entry, reverse("scoring:assignment", args=[call.reference]))


@require_POST
def compute(request: HttpRequest, reference: str) -> HttpResponse:
    """Compute again the criteria that come from the directory."""
    call = followed_call(request, reference)
    back = reverse("scoring:grid", args=[call.reference])
    return attempt(
        request, call, "Calculer les critères",
        lambda: recompute_marks(call=call, actor=request.user),
        success=lambda done: f"{count(done, 'point calculé', 'points calculés')}.", then=back, back=back,
    )  # fmt: skip


# -- Shared by the jury's pages -------------------------------------------------------------------------------------------


def followed_call(request: HttpRequest, reference: str) -> Call:
    """The call, for whoever follows its jury; a write only for whoever manages it. Others: 404, then 403."""
    call = jury.jury_calls(request.user).select_related("programme", "grid", "amount_policy").filter(reference=reference).first()
    if call is None:
        raise Http404(reference)
    if request.method == "POST" and not rules.manages_jury(call, request.user):
        raise PermissionDenied("manages_jury")
    return call


def page(request: HttpRequest, call: Call, tab: str) -> dict:
    """What every page of one call's jury shows: the call, the tabs, and whether the person may write."""
    ranked = jury.ranking_calls(request.user).filter(pk=call.pk).exists()
    return {"call": call, "tab": tab, "may_write": rules.manages_jury(call, request.user), "may_rank": ranked}
