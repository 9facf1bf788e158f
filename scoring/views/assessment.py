"""The juror's side: my pile, one reading beside its file, handing in, declaring an interest."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calls.enums import CallState
from calls.models import Application, Call, Opinion
from calls.queries.content import display
from calls.queries.opinions import told_to_jury
from portal.accounts.models import User
from portal.ui.paginate import paginate
from portal.workflow.gate import TransitionRefused
from portal.workflow.readiness import effects_of
from portal.workflow.views import run_transition
from scoring import rules
from scoring.actions.assessment import StaleMarks, declare_as_adviser, declare_interest, hand_in, save_marks
from scoring.forms.assessment import AssessmentForm, InterestForm, points_name
from scoring.forms.filters import PileFilters
from scoring.forms.sheet import MarkLine, criterion_row, groups_of, mark_lines, next_left, progress_of, provisional
from scoring.models import Assessment, InterestDeclaration
from scoring.queries import assessment as assessment_queries
from scoring.queries import jury
from scoring.queries.question import asked_about


@require_GET
def pile(request: HttpRequest) -> HttpResponse:
    """My pile: what is left to read, by when, and where I stand."""
    if not rules.sits_in_jury(request.user):
        raise PermissionDenied
    filters = PileFilters(request.GET)
    rows = filters.narrow(assessment_queries.pile(request.user))
    standings = list(assessment_queries.pile_states(request.user))
    calls = Call.objects.in_bulk({row.application__call_id for row in standings})
    piles = [(call, progress_of([row for row in standings if row.application__call_id == call.pk])) for call in calls.values()]
    context = {"piles": piles, "page_obj": paginate(request, rows), "filters": filters, "total": len(standings)}
    context["ranked"] = jury.ranking_calls(request.user)
    return render(request, "scoring/jury/pile.html", context)


@require_http_methods(["GET", "POST"])
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One reading: the juror's own screen, or the sheet that staff read."""
    reading = _reading(request, pk)
    if reading.juror_id != request.user.pk:
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "scoring/jury/assessment_sheet.html", _sheet(request, reading))
    if request.method == "POST":
        return _save(request, reading)
    writable = reading.is_open and reading.application.call.state == CallState.ASSESSMENT and rules.file_is_before_jury(reading)
    return _screen(request, reading) if writable else render(request, "scoring/jury/assessment_sheet.html", _sheet(request, reading))


def _save(request: HttpRequest, reading: Assessment) -> HttpResponse:
    """Save the valid marks, show the errors, then go where the button says."""
    form = _form(reading, request.POST)
    form.is_valid()
    flag = not reading.is_flagged if request.POST.get("action") == "flag" else None
    comment = form.cleaned_data.get("comment") if "comment" in request.POST else None
    try:
        save_marks(assessment=reading, actor=request.user, marks=form.marks, comment=comment, is_flagged=flag, seen=form.seen)
    except TransitionRefused as refusal:
        return _screen(request, reading, form, reasons=refusal.reasons, status=409)
    except StaleMarks as stale:
        fresh = _reading(request, reading.pk)
        form = _form(fresh, request.POST)
        form.stale = stale.criteria
        return _screen(request, fresh, form, stale=stale, status=409)
    for line in [line for line in _out_lines(reading) if request.POST.get(points_name(line.criterion))]:
        told = f"« {line.criterion.label} » n’est plus à noter, et les points envoyés ne sont pas enregistrés. {line.out}"
        messages.warning(request, told)
    if form.errors:
        return _screen(request, _reading(request, reading.pk), form, status=422)
    if request.POST.get("action") == "hand_in":
        return redirect("scoring:assessment_hand_in", pk=reading.pk)
    if request.POST.get("action") == "next" and (following := _neighbours(reading, request.user)["next"]):
        return redirect("scoring:assessment", pk=following)
    messages.success(request, "Votre grille est enregistrée.")
    return redirect(reading)


@require_POST
def save_criterion(request: HttpRequest, pk: int, criterion: int) -> HttpResponse:
    """Autosave of one criterion (or of the comment): answers with its state, the provisional mark and the progress."""
    reading = get_object_or_404(_own(request), pk=pk)
    rows = [c for c in _rated(reading) if c.pk == criterion]
    if criterion and not rows:
        return _not_asked(request, reading, criterion)
    form = AssessmentForm(request.POST, assessment=reading, criteria=rows, scores=_scores(reading))
    form.is_valid()
    comment = None if criterion else form.cleaned_data.get("comment")
    reasons, stale = [], None
    try:
        if not form.errors:
            save_marks(assessment=reading, actor=request.user, marks=form.marks, comment=comment, seen=form.seen)
    except TransitionRefused as refusal:
        reasons = refusal.reasons
    except StaleMarks as conflict:
        stale = conflict
    reading = get_object_or_404(_own(request), pk=pk)
    saved = not (form.errors or reasons or stale)
    context = _grid_context(reading, _form(reading)) | {"reasons": reasons, "reading": reading, "saved": saved, "stale": stale}
    form.scores, form.stale = _scores(reading), stale.criteria if stale else []
    context |= {"row": criterion_row(form, rows[0], "", {}) if rows else None, "assessment": reading}
    return render(request, "scoring/jury/_saved.html", context, status=409 if stale else 200 if saved else 422)


def _not_asked(request: HttpRequest, reading: Assessment, criterion: int) -> HttpResponse:
    """A criterion that this file is not marked on: why, when it was on the page and does not apply any more."""
    line = next((line for line in _out_lines(reading) if line.criterion.pk == criterion), None)
    if line is None:
        raise Http404(criterion)
    context = _grid_context(reading, _form(reading)) | {
        "reading": reading,
        "assessment": reading,
        "saved": False,
        "stale": None,
        "row": None,
    }
    return render(request, "scoring/jury/_not_asked.html", context | {"line": line}, status=422)


@require_http_methods(["GET", "POST"])
def assessment_hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The last look before handing in: afterwards only the call manager can give it back."""
    reading = get_object_or_404(_own(request), pk=pk)
    if request.method == "POST" and reading.is_handed_in:
        messages.info(request, "Cette évaluation est déjà rendue.")
        return redirect(reading)
    context = _sheet(request, reading) | {
        "too_late": rules.call_is_scored.missing(reading) or rules.file_is_before_jury.missing(reading),
        "missing": rules.every_criterion_is_scored.missing(reading),
        "effects": effects_of(reading, "submit"),
    }
    if request.method == "GET":
        return render(request, "scoring/jury/hand_in.html", context)
    try:
        hand_in(assessment=reading, actor=request.user)
    except TransitionRefused as refusal:
        return render(request, "scoring/jury/hand_in.html", context | {"reasons": refusal.reasons}, status=409)
    left = next_left(list(assessment_queries.pile_states(request.user, reading.application.call_id)), reading.pk)
    said = f"Votre évaluation du dossier {reading.application.reference} est rendue."
    messages.success(request, f"{said} Voici le dossier suivant." if left else f"{said} Tout est rendu pour cet appel.")
    return redirect("scoring:assessment", pk=left) if left else redirect("scoring:pile")


@require_http_methods(["GET", "POST"])
def assessment_interest(request: HttpRequest, pk: int) -> HttpResponse:
    """Declares a link with the lycée: the file is hidden from this person at once."""
    reading = get_object_or_404(_own(request), pk=pk)
    return interest_form(request, reading.application, back=reading.get_absolute_url(), then=reverse("scoring:pile"))


@require_http_methods(["GET", "POST"])
def opinion_interest(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for who gives the opinion of an authority on the file."""
    opinion = get_object_or_404(
        Opinion.objects.of_body(request.user).select_related("application__call", "application__establishment"), pk=pk
    )

    def declare(*, application: Application, actor: User, reason: str) -> InterestDeclaration:
        return declare_as_adviser(opinion=opinion, actor=actor, reason=reason)

    return interest_form(request, opinion.application, back=opinion.get_absolute_url(), then=reverse("calls:opinions"), declare=declare)


def interest_form(
    request: HttpRequest, application: Application, *, back: str, then: str, declare: Callable[..., InterestDeclaration] = declare_interest
) -> HttpResponse:
    """The form shared by the pile, the ranking and the opinions of authorities."""
    form = InterestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        declare(application=application, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "Votre déclaration est enregistrée : ce dossier ne vous est plus présenté.")
        return redirect(then)
    context = {"form": form, "application": application, "back": back, "is_late": jury.is_decided_by_a_sitting(application.call)}
    return render(request, "scoring/jury/interest.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def assessment_action(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The other transitions of a reading: reopening."""
    if name == "submit":
        return redirect("scoring:assessment_hand_in", pk=pk)
    return run_transition(request, _reading(request, pk), name, success="L’évaluation est rouverte ; la personne est prévenue.")


# -- What the pages show --------------------------------------------------------------------------------------------------


def _reading(request: HttpRequest, pk: int) -> Assessment:
    return get_object_or_404(_with_file(Assessment.objects.visible_to(request.user)), pk=pk)


def _own(request: HttpRequest) -> QuerySet[Assessment]:
    return _with_file(Assessment.objects.of(request.user))


def _with_file(queryset: QuerySet[Assessment]) -> QuerySet[Assessment]:
    related = ("application__call__grid", "application__establishment__department", "application__questionnaire", "body", "juror")
    return queryset.select_related(*related).prefetch_related("application__call__grid__criteria", "scores")


def _rated(reading: Assessment) -> list:
    """The criteria that the juror marks: those that apply to the file."""
    return [c for c in _all_rated(reading) if c.pk not in reading.left_out]


def _all_rated(reading: Assessment) -> list:
    grid = getattr(reading.application.call, "grid", None)
    return [c for c in grid.criteria.all() if c.is_rated] if grid else []


def _out_lines(reading: Assessment) -> list[MarkLine]:
    """The criteria that do not apply to the file, each with why and with what was given on it before."""
    return [line for line in mark_lines(_all_rated(reading), _scores(reading), reading.applicabilities) if line.out]


def _scores(reading: Assessment) -> dict:
    return {score.criterion_id: score for score in reading.scores.all()}


def _form(reading: Assessment, data: QueryDict | None = None) -> AssessmentForm:
    return AssessmentForm(data, assessment=reading, criteria=_rated(reading), scores=_scores(reading))


def _grid_context(reading: Assessment, form: AssessmentForm, reader: User | None = None) -> dict:
    """`reader`: who reads, beside the criteria, what the jury asked the lycée."""
    asked = asked_about(reading.application, reader) if reader else {}
    grid = reading.application.call.grid
    labels = {q["key"]: q["label"] for s in reading.application.questionnaire.definition["sections"] for q in s["questions"]}
    return {"groups": groups_of(form, labels, asked), "grid": grid, "provisional": provisional(form.criteria, form.scores, grid.scale)}


def _file_context(reading: Assessment) -> dict:
    """The frozen file, beside the grid."""
    application = reading.application
    version = application.submitted_version
    sections = display(application, version)
    return {
        "application": application,
        "version": version,
        "sections": sections,
        "opinions": told_to_jury(application),
        "computed": assessment_queries.computed_marks(application),
    }


def _screen(
    request: HttpRequest,
    reading: Assessment,
    form: AssessmentForm | None = None,
    *,
    reasons: Iterable[str] = (),
    stale: StaleMarks | None = None,
    status: int = 200,
) -> HttpResponse:
    form = form or _form(reading)
    context = {"assessment": reading, "form": form, "reasons": reasons, "stale": stale, "call": reading.application.call}
    context |= _file_context(reading) | _grid_context(reading, form, request.user)
    context |= _neighbours(reading, request.user) | {"out": _out_lines(reading)}
    return render(request, "scoring/jury/assessment.html", context, status=status)


def _sheet(request: HttpRequest, reading: Assessment) -> dict:
    """A reading that is not written in: the marks as a list, and the others' when this person may read them."""
    grid = getattr(reading.application.call, "grid", None)
    context = {"assessment": reading, "grid": grid, "call": reading.application.call, "is_mine": reading.juror_id == request.user.pk}
    context["set_aside"] = rules.file_is_before_jury.missing(reading)
    if grid:
        rated, scores = _rated(reading), _scores(reading)
        every, said = _all_rated(reading), reading.applicabilities
        lines = mark_lines(every, scores, said, asked_about(reading.application, request.user))
        context |= {"lines": lines, "provisional": provisional(rated, scores, grid.scale)}
        others = assessment_queries.others_readings(reading, request.user) if context["is_mine"] else []
        context["others"] = [
            (other, provisional(rated, _scores(other), grid.scale), mark_lines(every, _scores(other), said)) for other in others
        ]
    return context | _file_context(reading) | (_neighbours(reading, request.user) if context["is_mine"] else {})


def _neighbours(reading: Assessment, user: User) -> dict:
    """Place in the pile of the same call, the reading before and after, and the pile's progress."""
    rows = list(assessment_queries.pile_states(user, reading.application.call_id))
    keys = [row.pk for row in rows]
    here = keys.index(reading.pk) if reading.pk in keys else 0
    return {
        "position": here + 1,
        "previous": keys[here - 1] if here > 0 else None,
        "next": keys[here + 1] if here + 1 < len(keys) else None,
        "progress": progress_of(rows),
    }
