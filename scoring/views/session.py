"""Sittings of the jury: list, preparation, attendance, scenarios, the choice of one."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.journal.queries import last_act
from portal.journal.removed import found_in, removal_of
from portal.text.dates import moment
from portal.text.french import NBSP
from portal.ui.paginate import paginate
from portal.workflow import sent
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import attempt, attempt_form, form_page, refused, run_transition, sent_twice
from scoring import rules
from scoring.actions.scenario import drop_scenario, kept_by_choice, retain_scenario
from scoring.actions.session import create_session, record_attendance
from scoring.enums import SessionState
from scoring.forms.session import AttendanceForm, SessionForm
from scoring.models import PanelMember, SelectionScenario, SelectionSession
from scoring.optimiser.shared import leftover_of, pooled_told
from scoring.optimiser.staleness import seems_changed
from scoring.queries.amounts import policy_of
from scoring.queries.conflicts import hidden_ids
from scoring.queries.criteria import ips_scale_of
from scoring.queries.proof import checker_address
from scoring.queries.scenario import compared_first, lines_by_scenario, ranked_cut, scenarios_of, selected_totals, shown_first, twins_of
from scoring.queries.session import attendance_of, calls_to_deliberate, lacks_chair, planned_alike, sessions_for
from scoring.screens.dropping import what_dropping_does
from scoring.screens.proof import solver_name
from scoring.screens.proving import ProofState
from scoring.screens.scenario import SHORT, difference, folded_at, scenario_screen, side_by_side, tabs_of
from scoring.screens.school_map import school_map
from scoring.screens.sitting import no_proof, proof_context, room_context
from scoring.screens.sitting_step import step_of_sitting
from scoring.screens.waiting_list import vacancy_of
from scoring.tables.sittings import balance, choice_columns, line_columns
from scoring.wording.amounts import step_told

MOST_DIGITS = 10  # of the key of a scenario in an address


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """The sittings that I may open."""
    if not rules.opens_sittings(request.user):
        raise PermissionDenied("sessions")
    may_create = rules.manages_jury(None, request.user)
    context = {
        "page_obj": paginate(request, sessions_for(request.user)),
        "may_create": may_create,
        "calls": may_create and calls_to_deliberate().exists(),
    }
    return render(request, "scoring/session/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_create(request: HttpRequest) -> HttpResponse:
    """Prepare a sitting for a call in deliberation."""
    if not rules.manages_jury(None, request.user):
        raise PermissionDenied("create_session")
    form = SessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        call = form.cleaned_data["call"]
        twin = planned_alike(call, form.held_at, form.cleaned_data["place"])
        if twin and (again := sent_twice(request, call, to=reverse("scoring:session_attendance", args=[twin.pk]))):
            return again
        try:
            session = create_session(call=call, held_at=form.held_at, place=form.cleaned_data["place"], actor=request.user)
        except TransitionRefused as refusal:
            form.add_error("call", " ".join(refusal.reasons))
        else:
            sent.remember(request, call)
            messages.success(request, "La séance est préparée. Notez maintenant qui y assiste.")
            return redirect("scoring:session_attendance", pk=session.pk)
    return form_page(request, "scoring/session/create.html", form, {"calls": calls_to_deliberate().exists()})


@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One sitting: who attends, its scenarios, the lines of one of them, gauges and differences."""
    sitting = seen_session(request, pk)
    hidden = hidden_ids(sitting.call, request.user)
    scenarios = scenarios_of(sitting)
    asked = _chosen(scenarios, request.GET.get("scenario"))
    current = asked or shown_first(sitting, scenarios)
    totals = selected_totals(scenarios, hidden)
    runs, policy = rules.runs_session(sitting, request.user), policy_of(sitting.call)
    context = {
        "session": sitting,
        "attendance": (attendance := attendance_of(sitting)),
        "tabs": tabs_of(scenarios, current, totals, restricted=bool(hidden), twins={} if hidden else twins_of(scenarios, totals)),
        "may_run": runs,
        "may_retain": runs and sitting.state == SessionState.OPEN,
        "restricted": bool(hidden),
        "is_shared": policy.is_shared,
        "unpresided": lacks_chair(sitting, request.user),
        "method": current.doctrine if current and current.is_optimised else "",
        "screen": None,
        "stale": "",
        "gone": "" if asked or not request.GET.get("scenario") else _gone(request, sitting, current),
        "leftover": [],
        "rounding": "",
    }
    context |= room_context(sitting, request.user, hidden)
    if current:
        context |= _scenario_context(request, current, scenarios, hidden)
        context["leftover"] = [] if hidden or not current.is_shared else list(filter(None, (pooled_told(sitting), leftover_of(current))))
        context["rounding"] = step_told(policy) if current.amounts_rule else ""
        context["stale"] = seems_changed(current) if runs and sitting.accepts_scenarios else ""
    shown_is_stale = bool(context["stale"] or context.get("state", ProofState("")).better)
    context["step"] = step_of_sitting(sitting, request.user, attendance, scenarios, shown_is_stale=shown_is_stale)
    return render(request, "scoring/session/page.html", context)


def _gone(request: HttpRequest, sitting: SelectionSession, shown: SelectionScenario | None) -> str:
    """What became of the scenario that an address asks for and the sitting has no more, and which one the page shows in its place."""
    asked = request.GET["scenario"]
    entry = removal_of(sitting, "drop_scenario", row=int(asked)) if asked.isdecimal() and len(asked) < MOST_DIGITS else None
    by = "" if entry is None or entry.actor_id == request.user.pk else f" par {entry.actor_label}"
    what = (
        f"{entry.reason} a été supprimé{by} le {moment(entry.at)}."
        if entry
        else "Le scénario demandé n’est pas, ou plus, dans cette séance."
    )
    return f"{what} La page montre «{NBSP}{shown.name}{NBSP}»." if shown else what


def _scenario_context(request: HttpRequest, current: SelectionScenario, scenarios: list[SelectionScenario], hidden: frozenset[int]) -> dict:
    """The screen of the current scenario, the rows of the chosen view, its proof, and the comparison with another scenario."""
    others = [scenario for scenario in scenarios if scenario != current]
    other = _chosen(others, request.GET.get("avec")) or compared_first(current, others)
    lines = lines_by_scenario([current], hidden, selected_of=other)
    bands = ips_scale_of(current.session.call)
    screen = scenario_screen(current, lines[current.pk].values(), bands, restricted=bool(hidden), cut_after=ranked_cut(current))
    view = request.GET.get("vue", "")
    rows = {"deplaces": screen.moved, "tous": screen.rows}.get(view)
    if rows is None:
        view = "tous" if len(screen.rows) <= SHORT else "coupe"
        rows = screen.rows if view == "tous" else screen.around_cut
    page_obj = paginate(request, rows)
    kept, folded = folded_at(page_obj.object_list) if view == "tous" else (page_obj.object_list, [])
    return {
        "screen": screen,
        "shown_rows": kept,
        "folded_rows": folded,
        "columns": line_columns(screen),
        "balance": balance(screen),
        "view": view,
        "page_obj": page_obj,
        "vacancy": "" if hidden else vacancy_of(current, lines[current.pk].values()),
        "others": others,
        "difference": other and difference(lines[current.pk], other, lines[other.pk]),
        "solver": solver_name(current.printed.get("solver") if current.is_optimised else None),
        "second_solver": solver_name(current.confirmation),
        "checker": checker_address(current),
        "map": school_map(lines[current.pk].values()),
        "replayed_at": parse_datetime(current.replay["at"]) if current.replay else None,
        "may_download": not hidden and (rules.runs_session(current.session, request.user) or rules.reads_decisions(request.user)),
        **(proof_context(current, other, scenarios) if current.run_id and not hidden else no_proof()),
    }


def _chosen(scenarios: Iterable[SelectionScenario], key: str | None) -> SelectionScenario | None:
    return next((scenario for scenario in scenarios if str(scenario.pk) == key), None)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Every scenario of the sitting side by side: figures, then the files whose choice differs."""
    sitting = seen_session(request, pk)
    hidden = hidden_ids(sitting.call, request.user)
    scenarios = scenarios_of(sitting)
    lines = lines_by_scenario(scenarios, hidden)
    bands = ips_scale_of(sitting.call)
    screens = [scenario_screen(scenario, lines[scenario.pk].values(), bands, restricted=bool(hidden)) for scenario in scenarios]
    context = {
        "session": sitting,
        "screens": screens,
        "columns": choice_columns(scenarios),
        "page_obj": paginate(request, side_by_side(screens)),
        "restricted": bool(hidden),
    }
    return render(request, "scoring/session/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of attendance, body by body: kept by whoever runs the sitting, read by whoever reads it."""
    sitting, may_change = sitting_to_read(request, pk)
    if request.method == "POST" and not may_change:
        return over(request, sitting, "Enregistrer les présences")
    attendance = attendance_of(sitting)
    if not may_change:
        return render(request, "scoring/session/attendance_read.html", {"session": sitting, "attendance": attendance})
    form = AttendanceForm(request.POST if request.method == "POST" else None, attendance=attendance)
    form.watch(lambda: AttendanceForm(attendance=attendance_of(sitting)), lambda: last_act(sitting, "record_attendance"))

    def store() -> None:
        seats = PanelMember.objects.filter(call=sitting.call_id, pk__in=form.keys)
        record_attendance(session=sitting, seats=seats, actor=request.user, check=form.check)

    answer = attempt_form(request, sitting, "Enregistrer les présences", form, store, success="Les présences sont enregistrées.")
    if answer:
        return answer
    if form.is_bound:
        attendance = attendance_of(sitting, [int(key) for key in form["present"].data if key.isdecimal()])
    return form_page(request, "scoring/session/attendance.html", form, {"session": sitting, "attendance": attendance})


@require_POST
def scenario_retain(request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
    """Choose the scenario of the sitting."""
    sitting = run_session(request, pk)
    found = kept_scenario(sitting, scenario)
    return attempt(
        request,
        sitting,
        "Retenir ce scénario",
        lambda: retain_scenario(scenario=found, actor=request.user),
        success=f"Le scénario « {found.name} » est retenu.",
        then=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def scenario_drop(request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
    """Remove a scenario that is not retained: first what goes with it and what stays, then the press."""
    sitting = run_session(request, pk)
    found = kept_scenario(sitting, scenario)
    if request.method != "POST":
        if sitting.is_over:
            return over(request, sitting, "Supprimer ce scénario")
        if found.is_retained:
            return refused(request, sitting, TransitionRefused([kept_by_choice(found)], wrong_state=True), label="Supprimer ce scénario")
        context = {"session": sitting, "scenario": found, "effects": what_dropping_does(found)}
        return render(request, "scoring/session/scenario_drop.html", context)
    return attempt(
        request,
        sitting,
        "Supprimer ce scénario",
        lambda: drop_scenario(scenario=found, actor=request.user),
        success=f"Le scénario « {found.name} » est supprimé.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_action(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Open, close, sign: the generic confirmation, or the reason of a refusal."""
    sitting = seen_session(request, pk)
    return run_transition(request, sitting, name, hidden=hidden_ids(sitting.call, request.user))


def kept_scenario(sitting: SelectionSession, pk: int, scenarios: QuerySet[SelectionScenario] | None = None) -> SelectionScenario:
    """A scenario of this sitting, among those given; one that a colleague has removed is said so."""
    return found_in(
        sitting.scenarios.all() if scenarios is None else scenarios, pk, above=sitting, act="drop_scenario",
        what=lambda entry: f"{entry.reason} a déjà été supprimé".replace("Scénario", "Le scénario", 1), back=sitting.get_absolute_url(),
    )  # fmt: skip


def seen_session(request: HttpRequest, pk: int) -> SelectionSession:
    """The sitting, for whoever may see it; 404 for others."""
    return get_object_or_404(SelectionSession.objects.visible_to(request.user).select_related("call__amount_policy"), pk=pk)


def run_session(request: HttpRequest, pk: int) -> SelectionSession:
    """The sitting, for whoever runs it; 404 for who does not see it, 403 for who only reads."""
    sitting = seen_session(request, pk)
    if not rules.runs_session(sitting, request.user):
        raise PermissionDenied("session")
    return sitting


def sitting_to_read(request: HttpRequest, pk: int) -> tuple[SelectionSession, bool]:
    """The sitting of a screen that tells what it has set, and whether this person may still change it; 404 for who does not see it.

    Raises PermissionDenied for a press of who only reads.
    """
    sitting = seen_session(request, pk)
    runs = rules.runs_session(sitting, request.user)
    if request.method == "POST" and not runs:
        raise PermissionDenied("session")
    return sitting, runs and not sitting.is_over


def over(request: HttpRequest, sitting: SelectionSession, label: str) -> HttpResponse:
    """A closed sitting is read, and no longer changed."""
    refusal = TransitionRefused([f"La séance est « {sitting.get_state_display()} » : elle ne change plus."], wrong_state=True)
    return refused(request, sitting, refusal, label=label)
