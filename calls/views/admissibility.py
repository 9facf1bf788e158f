"""What the officers of a call will look at in each file, written by its manager before the publication."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls.actions.admissibility import drop_line, keep_line, keep_ticked_line
from calls.conditioned.ticked_lines import ticked_in
from calls.forms.admissibility import AdmissibilityLineForm
from calls.forms.ticks import TickedLineForm
from calls.models import Call
from calls.queries.admissibility import read_lines
from calls.reasons import reasons_in
from calls.views.managed import managed_call
from portal.journal.queries import last_act
from portal.workflow.views import attempt, attempt_form, form_page


def _list_of(call: Call) -> str:
    return reverse("calls:admissibility_lines", args=[call.reference])


@require_safe
def lines(request: HttpRequest, reference: str) -> HttpResponse:
    """Every line in words, beside what is always checked."""
    call = managed_call(request, reference)
    labels = {reason.key: reason.label for reason in reasons_in(call.reasons)}
    ticked = [(line, labels.get(line.reason, "")) for line in ticked_in(call.admissibility_lines)]
    return render(request, "calls/pilotage/admissibility.html", {"call": call, "lines": read_lines(call), "ticked": ticked})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a new line."""
    return _edit(request, managed_call(request, reference), "")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Write a line over, in the form of its kind."""
    call = managed_call(request, reference)
    ticked = next((line for line in ticked_in(call.admissibility_lines) if line.key == key), None)
    return _edit_ticked(request, call, key) if ticked else _edit(request, call, key)


@require_http_methods(["GET", "HEAD", "POST"])
def add_ticked(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a new line that a person ticks."""
    return _edit_ticked(request, managed_call(request, reference), "")


def _edit_ticked(request: HttpRequest, call: Call, key: str) -> HttpResponse:
    form = _ticked_form(call, key, request.POST or None)
    if key:
        form.watch(lambda: _ticked_form(Call.objects.get(pk=call.pk), key), lambda: last_act(call, "set_admissibility_lines"))
    answer = attempt_form(
        request, call, "Recevabilité", form,
        lambda: keep_ticked_line(call=call, key=key, actor=request.user, check=form.check, **form.cleaned_data),
        success="La ligne de recevabilité est enregistrée.", then=_list_of(call), back=_list_of(call),
    )  # fmt: skip
    return answer or form_page(request, "calls/pilotage/ticked_line.html", form, {"call": call, "key": key})


def _ticked_form(call: Call, key: str, data: QueryDict | None = None) -> TickedLineForm:
    line = next((each for each in ticked_in(call.admissibility_lines) if each.key == key), None)
    if key and line is None:
        raise Http404("line")
    return TickedLineForm(data, call=call, line=line)


def _edit(request: HttpRequest, call: Call, key: str) -> HttpResponse:
    form = _form(call, key, request.POST or None)
    if key:
        form.watch(lambda: _form(Call.objects.get(pk=call.pk), key), lambda: last_act(call, "set_admissibility_lines"))
    answer = attempt_form(
        request, call, "Recevabilité", form,
        lambda: keep_line(call=call, key=key, actor=request.user, check=form.check, **form.cleaned_data),
        success="La ligne de recevabilité est enregistrée.",
        then=_list_of(call),
        back=_list_of(call),
    )  # fmt: skip
    return answer or form_page(request, "calls/pilotage/admissibility_line.html", form, {"call": call, "key": key})


def _form(call: Call, key: str, data: QueryDict | None = None) -> AdmissibilityLineForm:
    line = next((each for each in call.admissibility_lines if each["key"] == key), None)
    if key and line is None:
        raise Http404("line")
    return AdmissibilityLineForm(data, call=call, line=line)


@require_POST
def remove(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Take a line out, once what that does was read: nothing puts it back."""
    call = managed_call(request, reference)
    line = next((each for each in call.admissibility_lines if each["key"] == key), None)
    if line and call.is_draft and "confirme" not in request.POST:
        told = ["Elle quitte la liste, avec ce qui y était écrit : pour la remettre, il faudra la récrire."]
        context = {
            "call": call, "title": "Retirer une ligne", "of": line["label"], "told": told, "fields": [], "label": "Retirer", "possible": True,
            "back": _list_of(call), "list_title": "Recevabilité",
        }  # fmt: skip
        return render(request, "calls/pilotage/sure.html", context)
    return attempt(
        request, call, "Retirer la ligne", lambda: drop_line(call=call, key=key, actor=request.user),
        success="La ligne est retirée.", then=_list_of(call), back=_list_of(call),
    )  # fmt: skip
