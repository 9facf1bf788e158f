"""An act on several files: what it takes and what it leaves, by reason, before it is done; then what it did."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls.actions.bulk import AT_ONCE, MOST, BulkKind, BulkObstacle, Preflight, begin, preflight, run
from calls.actions.bulk_kinds import GiveBack, bulk_kind, is_undoing
from calls.enums import BulkResult
from calls.forms.bulk import params_form
from calls.hooks.bulk import KIND
from calls.models import BulkAct
from calls.queries.bulk import read_files
from calls.views.selection import Confirmed, Selection, by_call, confirmed, selected, signed
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.text.dates import day
from portal.text.french import count

PAGE = "calls/officer/bulk.html"


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, name: str) -> HttpResponse:
    """GET: what is given with the act, and what it would take and leave. POST: the same with what was given, then the act itself."""
    kind = bulk_kind(name)
    if kind is None:
        raise Http404(name)
    if not kind.may(request.user):
        raise PermissionDenied(name)
    if request.method == "POST":
        return _posted(request, kind)
    selection = selected(request)
    if is_undoing(kind) and not selection.lot:
        raise Http404(name)
    found = preflight(kind, selection.keys, actor=request.user, params=_base(kind, selection))
    calls = by_call(kind, selection, [*found.ready, *(file for file, _ in found.held)]) if kind.of_one_call else []
    form_class = params_form(kind)
    form = form_class(files=found.ready or [file for file, _ in found.held]) if form_class and found.ready else None
    return _page(request, kind, selection, found, form=form, calls=calls if len(calls) > 1 else [])


def _base(kind: BulkKind, selection: Selection) -> dict:
    """What the act knows before anything is given: a hand-over that is undone names it."""
    return {"act": selection.lot} if isinstance(kind, GiveBack) else {}


def _posted(request: HttpRequest, kind: BulkKind) -> HttpResponse:
    shown = confirmed(request.POST.get("selection", ""), kind, request.user)
    if shown is None:
        messages.error(request, "Cette sélection n’est pas lisible : rien n’a été fait. Cochez de nouveau les dossiers.")
        return redirect("calls:files")
    params, form = _base(kind, shown.selection), None
    if form_class := params_form(kind):
        files = read_files(request.user, shown.selection.keys, with_content=kind.with_content)
        form = form_class(request.POST, files=files)
        if form.is_valid():
            params |= form.params()
        else:
            found = preflight(kind, shown.selection.keys, actor=request.user, params=params)
            return _page(request, kind, shown.selection, found, form=form)
    if "confirmer" in request.POST:
        return _done(request, kind, shown, params)
    found = preflight(kind, shown.selection.keys, actor=request.user, params=params)
    return _page(request, kind, shown.selection, found, given=form)


def _page(
    request: HttpRequest, kind: BulkKind, selection: Selection, found: Preflight, *,
    form: forms.Form | None = None, given: forms.Form | None = None, calls: list | None = None,
) -> HttpResponse:  # fmt: skip
    """`form`: to be filled in first; `given`: filled in, to be confirmed."""
    context = {
        "kind": kind,
        "found": found,
        "form": form,
        "given": given,
        "given_in_words": _in_words(given) if given else [],
        "calls": calls or [],
        "most": MOST,
        "too_many": selection.total,
        "back": selection.back,
        "in_background": len(found.ready) > AT_ONCE,
        "selection": signed(selection, kind, request.user, found) if found.ready and not calls else "",
    }
    return render(request, PAGE, context, status=422 if form is not None and form.errors else 200)


def _in_words(form: forms.Form) -> list[tuple[str, str]]:
    """What was given, as the person who confirms reads it."""
    found = []
    for bound in form:
        value = form.cleaned_data[bound.name]
        if isinstance(value, list):
            labels = dict(_flat(bound.field.choices))
            said = "\n".join(labels[key] for key in value)
        elif hasattr(bound.field, "choices"):
            said = dict(bound.field.choices)[value]
        else:
            said = day(value) if isinstance(value, date) else str(value or "")
        if said:
            found.append((str(bound.label), said))
    return found


def _flat(choices: Iterable) -> Iterator[tuple[str, str]]:
    """(key, label) of each choice, groups unfolded."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(key), str(label)


def _done(request: HttpRequest, kind: BulkKind, shown: Confirmed, params: dict) -> HttpResponse:
    act = begin(kind, shown.act, shown.shown, actor=request.user, params=params, query=shown.selection.query)
    if act.is_over:
        messages.info(request, "C’est déjà fait.")
        return redirect(act)
    waiting = act.items.filter(result=BulkResult.WAITING).count()
    if waiting > AT_ONCE:
        return redirect(_in_background(kind, act))
    run(kind, act)
    return redirect(act)


def _in_background(kind: BulkKind, act: BulkAct) -> Job:
    return enqueue(
        KIND,
        label=f"{kind.label}, {count(act.items.count(), 'dossier')}",
        owner=act.actor,
        params={"act": str(act.pk)},
        dedupe_key=_key(act),
        return_url=act.get_absolute_url(),
    )


def _key(act: BulkAct) -> str:
    return f"{KIND}:{act.pk}"


@require_safe
def bulk_act(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What an act on several files did, what it left and why, and how it is undone."""
    act = get_object_or_404(BulkAct.objects.visible_to(request.user), pk=pk)
    kind = bulk_kind(act.kind)
    items = list(act.items.select_related("application__establishment").order_by("application__reference"))
    done = [item.application for item in items if item.result == BulkResult.DONE]
    left = [(item.application, BulkObstacle(item.reason, item.detail)) for item in items if item.result == BulkResult.LEFT]
    undoing = bulk_kind(kind.undone_by) if done and kind.undone_by else None
    job = None if act.is_over else Job.objects.filter(dedupe_key=_key(act)).order_by("-created_at").first()
    context = {
        "act": act,
        "kind": kind,
        "done": done,
        "done_in_words": count(len(done), *kind.done),
        "found": Preflight(done, left),
        "waiting": [item.application for item in items if item.result == BulkResult.WAITING],
        "undoing": undoing if undoing and undoing.may(request.user) else None,
        "job": job if job and not job.is_over else None,
        "back": f"{reverse('calls:files')}?{act.query}" if act.query else reverse("calls:files"),
    }
    return render(request, "calls/officer/bulk_act.html", context)


@require_POST
def go_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on with an act that was stopped: what is left of it, each file once."""
    act = get_object_or_404(BulkAct.objects.visible_to(request.user), pk=pk)
    if act.is_over:
        messages.info(request, "C’est déjà fait.")
        return redirect(act)
    return redirect(_in_background(bulk_kind(act.kind), act))
