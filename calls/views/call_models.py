"""Models of calls: the list, what each holds, what staff do to their own, and the call that begins from one."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls import rules
from calls.actions.call_models import NewCall, call_from_model, call_from_shipped, rename_model, restore_model, retire_model, save_as_model
from calls.forms.call_models import ModelNameForm, NewCallForm
from calls.models import Call, CallModel
from calls.queries.call_models import form_of_model, form_of_shipped, held_by, outline_of, shipped_choices, staff_choices
from calls.shipped.offered import SHIPPED
from portal.journal.queries import last_act
from portal.workflow.views import attempt, attempt_form, form_page


def _makers_only(request: HttpRequest) -> None:
    if not rules.makes_calls(request.user):
        raise PermissionDenied("models")


def _model(request: HttpRequest, pk: int) -> CallModel:
    _makers_only(request)
    return get_object_or_404(CallModel.objects.visible_to(request.user).select_related("call__programme", "owner"), pk=pk)


@require_safe
def model_list(request: HttpRequest) -> HttpResponse:
    """What a call may begin from: the models of the portal, those of the staff, and those retired."""
    _makers_only(request)
    context = {
        "shipped": shipped_choices(),
        "made": staff_choices(request.user),
        "retired": staff_choices(request.user, retired=True),
    }
    return render(request, "calls/models/list.html", context)


@require_safe
def shipped_model(request: HttpRequest, key: str) -> HttpResponse:
    """What a model of the portal holds."""
    _makers_only(request)
    if key not in SHIPPED:
        raise Http404(key)
    definition = form_of_shipped(SHIPPED[key])
    return render(request, "calls/models/shipped.html", {"model": SHIPPED[key], "outline": outline_of(definition) if definition else []})


@require_safe
def model(request: HttpRequest, pk: int) -> HttpResponse:
    """What a model of the staff holds, whose it is, and what may be done to it."""
    found = _model(request, pk)
    definition = form_of_model(found)
    context = {"model": found, "held": held_by(found), "outline": outline_of(definition) if definition else []}
    return render(request, "calls/models/model.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a model another name."""
    found = _model(request, pk)

    def blank(data: object = None) -> ModelNameForm:
        return ModelNameForm(data, initial={"name": CallModel.objects.values_list("name", flat=True).get(pk=found.pk)})

    form = blank(request.POST or None).watch(blank, lambda: last_act(found, "rename_model", "save_model"))
    answer = attempt_form(
        request, found, "Renommer le modèle", form,
        lambda: rename_model(model=found, name=form.cleaned_data["name"], actor=request.user, check=form.check),
        field="name", success=lambda renamed: f"Le modèle s’appelle « {renamed} ».", then=found.get_absolute_url(),
    )  # fmt: skip
    return answer or form_page(request, "calls/models/rename.html", form, {"model": found})


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a model no more."""
    found = _model(request, pk)
    return attempt(
        request, found, "Retirer le modèle", lambda: retire_model(model=found, actor=request.user),
        success="Le modèle n’est plus proposé. Les appels qui en viennent ne changent pas.", then=found.get_absolute_url(),
    )  # fmt: skip


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a model again."""
    found = _model(request, pk)
    return attempt(
        request, found, "Proposer de nouveau le modèle", lambda: restore_model(model=found, actor=request.user),
        success="Le modèle est de nouveau proposé.", then=found.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def save_call(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a call as a model."""
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), reference=reference)
    _makers_only(request)
    form = ModelNameForm(request.POST or None, initial={"name": call.title[:120]})
    answer = attempt_form(
        request, call, "Enregistrer comme modèle", form,
        lambda: save_as_model(call=call, name=form.cleaned_data["name"], actor=request.user),
        field="name", success=lambda made: f"Le modèle « {made} » est enregistré. Voici ce qu’il garde.", then=lambda made: made.get_absolute_url(),
    )  # fmt: skip
    return answer or form_page(request, "calls/models/save.html", form, {"call": call})


@require_http_methods(["GET", "HEAD", "POST"])
def new_call(request: HttpRequest, key: str) -> HttpResponse:
    """Make a call from a model: of the portal by its key, of the staff by its number."""
    _makers_only(request)
    found = _model(request, int(key)) if key.isdecimal() else None
    if found is None and key not in SHIPPED:
        raise Http404(key)
    source = found or SHIPPED[key]
    form = NewCallForm(request.POST or None, model=found)

    def make() -> Call:
        new = NewCall(**form.cleaned_data)
        if found:
            return call_from_model(model=found, new=new, actor=request.user)
        return call_from_shipped(shipped=SHIPPED[key], new=new, actor=request.user)

    answer = attempt_form(
        request, found or Call(title=SHIPPED[key].label), "Créer l’appel", form, make,
        success=lambda made: f"« {made} » est créé, en brouillon : voici ce qu’il a reçu du modèle, et ce qui reste à écrire.",
        then=lambda made: reverse("calls:steered_call", args=[made.reference]), back=reverse("calls:models"),
    )  # fmt: skip
    return answer or form_page(request, "calls/models/new_call.html", form, {"source": source, "model": found, "key": key})
