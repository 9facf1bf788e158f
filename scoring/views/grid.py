"""The grid of a call: criteria, weights, levels, until scoring starts."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calls.enums import CallState
from calls.models import Call
from portal.journal.queries import last_act
from portal.journal.removed import found_in
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt, attempt_form, form_page, refused
from scoring.actions.grid import add_criterion, create_grid, edit_criterion, edit_grid, move_criterion, remove_criterion
from scoring.forms.grid import LEVEL_ROWS, CriterionForm, ErratumForm, GridForm, GridSourceForm
from scoring.models import Criterion, Grid
from scoring.queries.amounts import policy_of, scale_of
from scoring.queries.applying import conditions_in_words, reach_of
from scoring.queries.criteria import marks_given
from scoring.tables.grid import criterion_rows
from scoring.views.jury import followed_call, page
from scoring.wording.amounts import policy_sentence


@require_GET
def grid(request: HttpRequest, reference: str) -> HttpResponse:
    """The grid as it stands, with its settings, or the ways to begin one."""
    call = followed_call(request, reference)
    return _grid_page(request, call)


def _grid_page(request: HttpRequest, call: Call, *, settings_form: GridForm | None = None, status: int = 200) -> HttpResponse:
    found = getattr(call, "grid", None)
    context = page(request, call, "grille") | {"grid": found}
    if found is None:
        context["source_form"] = GridSourceForm(call=call)
        return render(request, "scoring/jury/grid.html", context, status=status)
    criteria = list(found.criteria.all())
    total = sum(c.weight for c in criteria)
    context |= {
        "rows": criterion_rows(criteria, conditions_in_words(call, criteria)),
        "is_conditional": any(c.is_conditional for c in criteria),
        "reach": reach_of(call, criteria, request.user) if found.computed_at else [],
        "may_edit": context["may_write"] and (not found.is_frozen or found.takes_errata),
        "may_move": context["may_write"] and not found.is_frozen,
        "errata": list(found.errata.all()),
        "with_erratum": found.takes_errata,
        "total": total,
        "settings_form": settings_form or _settings_form(found),
        "rated": sum(c.is_rated for c in criteria),
        "amounts": policy_sentence(policy_of(call), found.scale),
        "amounts_label": "Régler les montants" if context["may_write"] and call.sets_amounts else "Lire la règle des montants",
    }
    context["may_compute"] = context["may_write"] and found.is_frozen and call.state == CallState.ASSESSMENT
    return render(request, "scoring/jury/grid.html", context, status=status)


def _settings_form(grid: Grid, data: QueryDict | None = None) -> GridForm:
    form = GridForm(data, instance=grid)
    return form.watch(lambda: GridForm(instance=Grid.objects.get(pk=grid.pk)), lambda: last_act(grid, "edit_grid", "create_grid"))


@require_POST
def grid_create(request: HttpRequest, reference: str) -> HttpResponse:
    call = followed_call(request, reference)
    form = GridSourceForm(request.POST, call=call)
    if form.is_valid():
        create_grid(call=call, actor=request.user, **form.chosen)
        told = "La grille est créée. Elle se modifie jusqu’à la publication de l’appel, puis par un erratum."
        messages.success(request, f"{told} Règle des montants : {policy_sentence(policy_of(call), scale_of(call))}")
    return redirect("scoring:grid", reference=call.reference)


@require_POST
def grid_settings(request: HttpRequest, reference: str) -> HttpResponse:
    call = followed_call(request, reference)
    found = get_object_or_404(Grid, call=call)
    form, back = _settings_form(found, request.POST), reverse("scoring:grid", args=[call.reference])
    answer = attempt_form(
        request, call, "Régler la grille", form,
        lambda: edit_grid(grid=found, actor=request.user, check=form.check, **form.cleaned_data),
        success="Les réglages de la grille sont enregistrés.", then=back, back=back,
    )  # fmt: skip
    return answer or _grid_page(request, call, settings_form=form, status=409 if form.is_stale else 422)


@require_http_methods(["GET", "POST"])
def criterion_add(request: HttpRequest, reference: str) -> HttpResponse:
    call = followed_call(request, reference)
    found = get_object_or_404(Grid, call=call)
    return _criterion_form(request, call, Criterion(grid=found))


@require_http_methods(["GET", "POST"])
def criterion_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    call = followed_call(request, reference)
    return _criterion_form(request, call, _criterion(call, pk))


def _criterion(call: Call, pk: int) -> Criterion:
    """A criterion of the grid of this call; one that a colleague has removed is said so."""
    return found_in(
        Criterion.objects.filter(grid__call=call).select_related("grid"), pk,
        above=get_object_or_404(Grid, call=call), act="remove_criterion",
        what=lambda entry: f"Le critère « {entry.data['label']} » a déjà été retiré",
        back=reverse("scoring:grid", args=[call.reference]),
    )  # fmt: skip


def _criterion_form(request: HttpRequest, call: Call, criterion: Criterion) -> HttpResponse:
    questions = _questions(call)
    form = CriterionForm(request.POST or None, instance=criterion, questions=questions)
    if "apercu" in request.POST:
        form.look_only()
        return render(request, "scoring/jury/criterion.html", _criterion_page(request, call, criterion, form) | {"form": form})
    save = partial(edit_criterion, criterion=criterion, check=form.check) if criterion.pk else partial(add_criterion, grid=criterion.grid)
    if criterion.pk:
        fresh = Criterion.objects.select_related("grid__call")
        form.watch(
            lambda: CriterionForm(instance=fresh.get(pk=criterion.pk), questions=questions),
            lambda: last_act(criterion, "edit_criterion", "add_criterion"),
        )
    back = reverse("scoring:grid", args=[call.reference])
    answer = attempt_form(
        request, call, "Enregistrer un critère", form, lambda: save(actor=request.user, **form.values),
        success=lambda _: f"Le critère « {form.cleaned_data['label']} » est enregistré.", then=back, back=back,
    )  # fmt: skip
    if answer:
        return answer
    return form_page(request, "scoring/jury/criterion.html", form, _criterion_page(request, call, criterion, form))


def _criterion_page(request: HttpRequest, call: Call, criterion: Criterion, form: CriterionForm) -> dict:
    """What the page of a criterion shows beside its form: what the rule gives with the parameters as they are typed."""
    context = page(request, call, "grille") | {"criterion": criterion, "level_rows": range(LEVEL_ROWS)}
    context["with_erratum"] = criterion.grid.takes_errata
    typed = form.cleaned_data.get("max_points") if form.is_bound and hasattr(form, "cleaned_data") else None
    maximum = typed or criterion.max_points
    context |= {"maximum": maximum, "given": marks_given(form.rule, call, maximum, form.parameters) if form.rule else []}
    context["counts_lycees"] = bool(form.rule and form.rule.reads_directory)
    return context


def _questions(call: Call) -> list[tuple[str, str]]:
    questionnaire = call.questionnaire
    sections = questionnaire.definition["sections"] if questionnaire else []
    return [(question["key"], question["label"]) for section in sections for question in section["questions"]]


@require_POST
def criterion_move(request: HttpRequest, reference: str, pk: int, direction: str) -> HttpResponse:
    call = followed_call(request, reference)
    criterion = _criterion(call, pk)
    return _attempt(
        request, call, "Déplacer un critère",
        lambda: move_criterion(criterion=criterion, up=direction == "monter", actor=request.user),
        place=f"#critere-{criterion.pk}",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def criterion_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask, then take the criterion out."""
    call = followed_call(request, reference)
    criterion = _criterion(call, pk)
    label, seen = "Retirer un critère", request.POST.get(SEEN)
    form = ErratumForm(request.POST if request.method == "POST" else None) if criterion.grid.takes_errata else None
    said = f"Le critère « {criterion.label} » est retiré."
    if request.method == "POST" and form is None:
        return _attempt(request, call, label, lambda: remove_criterion(criterion=criterion, actor=request.user, seen=seen), success=said)
    back = reverse("scoring:grid", args=[call.reference])
    answer = form and attempt_form(
        request, call, label, form,
        lambda: remove_criterion(criterion=criterion, actor=request.user, erratum=form.cleaned_data["erratum"], seen=seen),
        success=said, then=back, back=back,
    )  # fmt: skip
    if answer:
        return answer
    if criterion.grid.is_frozen and form is None:
        refusal = TransitionRefused(["La notation a commencé : la grille ne change plus."], wrong_state=True)
        return refused(request, call, refusal, label=label, back=reverse("scoring:grid", args=[call.reference]))
    context = page(request, call, "grille") | {"criterion": criterion, "form": form}
    return render(request, "scoring/jury/criterion_remove.html", context, status=422 if form and form.errors else 200)


def _attempt(request: HttpRequest, call: Call, label: str, do: Callable, *, success: str = "", place: str = "") -> HttpResponse:
    """One act on the grid, back to its page whatever the outcome."""
    back = reverse("scoring:grid", args=[call.reference])
    return attempt(request, call, label, do, success=success, then=f"{back}{place}", back=back)
