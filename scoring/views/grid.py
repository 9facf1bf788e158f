"""The grid of a call: criteria, weights, levels, until scoring starts."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calls.enums import CallState
from portal.workflow.gate import TransitionRefused
from scoring.actions.grid import add_criterion, create_grid, edit_criterion, edit_grid, editable, move_criterion, remove_criterion
from scoring.criteria import rule_of
from scoring.forms.grid import LEVEL_ROWS, CriterionForm, GridForm, GridSourceForm
from scoring.models import Criterion, Grid
from scoring.views.jury import followed_call, page, refuse


@require_GET
def grid(request, reference):
    """The grid as it stands, with its settings, or the ways to begin one."""
    call = followed_call(request, reference)
    return _grid_page(request, call)


def _grid_page(request, call, *, settings_form=None, status=200):
    found = getattr(call, "grid", None)
    context = page(request, call, "grille") | {"grid": found}
    if found is None:
        context["source_form"] = GridSourceForm(call=call)
        return render(request, "scoring/jury/grid.html", context, status=status)
    criteria = list(found.criteria.all())
    total = sum(c.weight for c in criteria)
    rows = [(c, rule_of(c.function) if c.function else None, 100 * c.weight / total if total else 0) for c in criteria]
    context |= {
        "rows": rows,
        "total": total,
        "settings_form": settings_form or GridForm(instance=found),
        "rated": sum(c.is_rated for c in criteria),
    }
    context["may_compute"] = context["may_write"] and found.is_frozen and call.state == CallState.ASSESSMENT
    return render(request, "scoring/jury/grid.html", context, status=status)


@require_POST
def grid_create(request, reference):
    call = followed_call(request, reference)
    form = GridSourceForm(request.POST, call=call)
    if form.is_valid():
        create_grid(call=call, actor=request.user, **form.chosen)
        messages.success(request, "La grille est créée. Elle se modifie jusqu’à l’ouverture de la notation.")
    return redirect("scoring:grid", reference=call.reference)


@require_POST
def grid_settings(request, reference):
    call = followed_call(request, reference)
    found = get_object_or_404(Grid, call=call)
    form = GridForm(request.POST, instance=found)
    if not form.is_valid():
        return _grid_page(request, call, settings_form=form, status=422)
    try:
        edit_grid(grid=found, actor=request.user, **form.cleaned_data)
    except TransitionRefused as refusal:
        return _refuse(request, call, refusal)
    messages.success(request, "Les réglages de la grille sont enregistrés.")
    return redirect("scoring:grid", reference=call.reference)


@require_http_methods(["GET", "POST"])
def criterion_add(request, reference):
    call = followed_call(request, reference)
    found = get_object_or_404(Grid, call=call)
    return _criterion_form(request, call, Criterion(grid=found))


@require_http_methods(["GET", "POST"])
def criterion_edit(request, reference, pk):
    call = followed_call(request, reference)
    return _criterion_form(request, call, get_object_or_404(Criterion.objects.select_related("grid"), pk=pk, grid__call=call))


def _criterion_form(request, call, criterion):
    form = CriterionForm(request.POST or None, instance=criterion, questions=_questions(call))
    if request.method == "POST" and form.is_valid():
        try:
            if criterion.pk:
                edit_criterion(criterion=criterion, actor=request.user, **form.values)
            else:
                add_criterion(grid=criterion.grid, actor=request.user, **form.values)
        except TransitionRefused as refusal:
            return _refuse(request, call, refusal)
        messages.success(request, f"Le critère « {form.cleaned_data['label']} » est enregistré.")
        return redirect("scoring:grid", reference=call.reference)
    context = page(request, call, "grille") | {"form": form, "criterion": criterion, "level_rows": range(LEVEL_ROWS)}
    return render(request, "scoring/jury/criterion.html", context, status=422 if form.errors else 200)


def _questions(call) -> list[tuple[str, str]]:
    questionnaire = call.questionnaire
    sections = questionnaire.definition["sections"] if questionnaire else []
    return [(question["key"], question["label"]) for section in sections for question in section["questions"]]


@require_POST
def criterion_move(request, reference, pk, direction):
    call = followed_call(request, reference)
    criterion = get_object_or_404(Criterion.objects.select_related("grid"), pk=pk, grid__call=call)
    try:
        move_criterion(criterion=criterion, up=direction == "monter", actor=request.user)
    except TransitionRefused as refusal:
        return _refuse(request, call, refusal)
    return redirect(f"{reverse('scoring:grid', args=[call.reference])}#critere-{criterion.pk}")


@require_http_methods(["GET", "POST"])
def criterion_remove(request, reference, pk):
    """Ask, then take the criterion out."""
    call = followed_call(request, reference)
    criterion = get_object_or_404(Criterion.objects.select_related("grid"), pk=pk, grid__call=call)
    try:
        if request.method == "POST":
            remove_criterion(criterion=criterion, actor=request.user)
            messages.success(request, f"Le critère « {criterion.label} » est retiré.")
            return redirect("scoring:grid", reference=call.reference)
        editable(criterion.grid)
    except TransitionRefused as refusal:
        return _refuse(request, call, refusal)
    return render(request, "scoring/jury/criterion_remove.html", page(request, call, "grille") | {"criterion": criterion})


def _refuse(request, call, refusal):
    return refuse(request, call, refusal, back=reverse("scoring:grid", args=[call.reference]))
