"""Scenarios that the optimiser computes: press, try a file in or out, replay, verify, download."""

import json
from collections.abc import Collection
from typing import NoReturn

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls.models import Application
from portal.journal.removed import AlreadyRemoved, removal_of
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt, refused
from scoring import rules
from scoring.actions.lock import lock_file, unlock_file
from scoring.actions.run import ask_run
from scoring.actions.verification import ask_replay, verify_scenario
from scoring.enums import LockSide, Method
from scoring.forms.balance import LockForm
from scoring.models import SelectionScenario, SelectionSession
from scoring.queries.balance import default_doctrine
from scoring.queries.conflicts import hidden_ids
from scoring.queries.scenario import with_proof
from scoring.views.session import kept_scenario, over, run_session, seen_session

PARTS = ("instance", "resultat")


@require_POST
def run_methods(request: HttpRequest, pk: int) -> HttpResponse:
    """Ranked list, order of merit and total of scores, computed side by side by the worker."""
    sitting = run_session(request, pk)
    return _ask(request, sitting, "")


@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest, pk: int, reference: str) -> HttpResponse:
    """Put one file in, or leave it out, with the reason; the scenario composed in the room is then computed again."""
    sitting = run_session(request, pk)
    if sitting.is_over:
        return over(request, sitting, "Essayer une sélection")
    visible = Application.objects.exclude(pk__in=hidden_ids(sitting.call, request.user))
    application = get_object_or_404(visible.select_related("establishment"), call=sitting.call_id, reference=reference)
    doctrine = _doctrine(request, sitting)
    side = request.GET.get("sens", "")
    form = LockForm(request.POST or None, initial={"side": side if side in LockSide.values else ""})
    if request.method == "POST" and form.is_valid():
        try:
            lock_file(session=sitting, application=application, actor=request.user, seen=request.POST.get(SEEN), **form.cleaned_data)
        except TransitionRefused as refusal:
            return refused(request, sitting, refusal, label="Essayer une sélection", form=form)
        return _ask(request, sitting, doctrine)
    held = list(sitting.locks.filter(application=application))
    context = {"session": sitting, "application": application, "form": form, "doctrine": doctrine, "held": held}
    return render(request, "scoring/session/lock.html", context, status=422 if form.errors else 200)


@require_POST
def unlock(request: HttpRequest, pk: int, lock: int) -> HttpResponse:
    """Give a file back to the rules, and compute again."""
    sitting = run_session(request, pk)
    hidden = hidden_ids(sitting.call, request.user)
    found = sitting.locks.exclude(application__in=hidden).filter(pk=lock).first()
    if found is None:
        _say_lifted(sitting, lock, hidden)
    try:
        unlock_file(lock=found, actor=request.user, seen=request.POST.get(SEEN))
    except TransitionRefused as refusal:
        return refused(request, sitting, refusal, label="Lever ce choix")
    return _ask(request, sitting, _doctrine(request, sitting))


def _say_lifted(sitting: SelectionSession, pk: int, hidden: Collection[int]) -> NoReturn:
    """Raises AlreadyRemoved for a choice that a colleague has lifted, otherwise Http404, as on a file that is not this person's to see."""
    entry = removal_of(sitting, "unlock_file", row=pk)
    if entry is None or Application.objects.filter(pk__in=hidden, reference=entry.data["file"]).exists():
        raise Http404("lock")
    raise AlreadyRemoved("Ce choix a déjà été levé", entry, sitting.get_absolute_url())


def _doctrine(request: HttpRequest, sitting: SelectionSession) -> str:
    """The doctrine under which the room tries a change: that of the scenario it was looking at."""
    asked = request.POST.get("methode") or request.GET.get("methode", "")
    return asked if asked in (Method.MERIT, Method.SUM) else default_doctrine(sitting).value


def _ask(request: HttpRequest, sitting: SelectionSession, doctrine: str) -> HttpResponse:
    """Have the worker compute; the page of the sitting shows where it stands. What prevents it is mended on the page of the rules."""
    return attempt(
        request, sitting, "Calculer les scénarios",
        lambda: ask_run(session=sitting, actor=request.user, doctrine=doctrine),
        then=sitting, back=reverse("scoring:session_rules", args=[sitting.pk]),
    )  # fmt: skip


@require_POST
def scenario_replay(request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
    """Solve the frozen instance again."""
    sitting = run_session(request, pk)
    found = _scenario(sitting, scenario)
    return attempt(
        request,
        sitting,
        "Rejouer le calcul",
        lambda: ask_replay(scenario=found, actor=request.user),
        then=lambda job: f"{job.get_absolute_url()}?suivre=1",
    )


@require_POST
def scenario_verify(request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
    """Check a scenario with plain arithmetic, without any solver."""
    sitting = run_session(request, pk)
    found = _scenario(sitting, scenario)
    try:
        verdict = verify_scenario(scenario=found, actor=request.user)
    except TransitionRefused as refusal:
        return refused(request, sitting, refusal, label="Vérifier ce scénario")
    (messages.success if verdict.holds else messages.error)(request, verdict.sentence)
    return redirect(found)


@require_safe
def scenario_download(request: HttpRequest, pk: int, scenario: int, part: str) -> HttpResponse:
    """The instance that was solved, or what the solver answered, as JSON. Not for readers with a conflict of interest."""
    sitting = seen_session(request, pk)
    allowed = rules.runs_session(sitting, request.user) or rules.reads_decisions(request.user)
    if part not in PARTS or not allowed or hidden_ids(sitting.call, request.user):
        raise Http404(part)
    found = _scenario(sitting, scenario, run__isnull=False, doctrine__in=[Method.MERIT, Method.SUM])
    content = found.run.instance if part == "instance" else with_proof(found)
    response = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{part}-{sitting.call.reference}-{found.pk}.json"'
    return response


def _scenario(sitting: SelectionSession, pk: int, **kind) -> SelectionScenario:
    """A scenario of this sitting with what it froze."""
    return kept_scenario(sitting, pk, sitting.scenarios.select_related("session__call", "run__session__call").filter(**kind))
