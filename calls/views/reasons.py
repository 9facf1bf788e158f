"""The reasons that a call proposes: read, written, put in order by its manager."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls.actions.reasons import drop_reason, keep_reason, move_reason, offer_reason, require_listed
from calls.forms.reasons import ReasonEditForm, ReasonsOnlyForm
from calls.models import Call
from calls.queries.reasons import lines_giving, times_given
from calls.reasons import reasons_in
from calls.views.managed import managed_call
from portal.journal.queries import last_act
from portal.text.french import enumeration, number
from portal.workflow.views import attempt, attempt_form, form_page

SAID = {
    "monter": "Le motif est monté d’un rang.",
    "descendre": "Le motif est descendu d’un rang.",
    "proposer": "Le motif est de nouveau proposé.",
    "taire": "Le motif n’est plus proposé. Les dossiers à qui il a été donné gardent sa phrase.",
    "retirer": "Le motif est retiré de la liste. Les dossiers à qui il a été donné gardent sa phrase.",
}


def _list_of(call: Call) -> str:
    return reverse("calls:reasons", args=[call.reference])


@require_safe
def reasons(request: HttpRequest, reference: str) -> HttpResponse:
    """Every reason with the sentence that is read, and how many times it was given."""
    call = managed_call(request, reference)
    given = times_given(call)
    rows = [(reason, given.get(reason.key, 0), lines_giving(call, reason.key)) for reason in reasons_in(call.reasons)]
    return render(request, "calls/pilotage/reasons/list.html", {"call": call, "rows": rows})


def _only_form(call: Call, data: QueryDict | None = None) -> ReasonsOnlyForm:
    form = ReasonsOnlyForm(data, initial={"reasons_only": call.reasons_only})
    return form.watch(
        lambda: ReasonsOnlyForm(initial={"reasons_only": Call.objects.get(pk=call.pk).reasons_only}),
        lambda: last_act(call, "require_reasons"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reasons_only(request: HttpRequest, reference: str) -> HttpResponse:
    """Say whether a reason of the list is compulsory."""
    call = managed_call(request, reference)
    form = _only_form(call, request.POST if request.method == "POST" else None)
    answer = attempt_form(
        request, call, "Motif obligatoire", form,
        lambda: require_listed(call=call, actor=request.user, check=form.check, **form.cleaned_data),
        success="Le réglage est enregistré.", then=_list_of(call), back=_list_of(call),
    )  # fmt: skip
    return answer or form_page(request, "calls/pilotage/reasons/only.html", form, {"call": call})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a new reason."""
    return _edit(request, managed_call(request, reference), "")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Write a reason over."""
    return _edit(request, managed_call(request, reference), key)


def _edit(request: HttpRequest, call: Call, key: str) -> HttpResponse:
    form = _form(call, key, request.POST or None)
    if key:
        form.watch(lambda: _form(Call.objects.get(pk=call.pk), key), lambda: last_act(call, "set_reasons"))
    answer = attempt_form(
        request, call, "Motif", form,
        lambda: keep_reason(call=call, key=key, actor=request.user, check=form.check, **form.cleaned_data),
        field="label", success="Le motif est enregistré.", then=_list_of(call), back=_list_of(call),
    )  # fmt: skip
    context = {"call": call, "key": key, "given": times_given(call).get(key, 0) if key else 0}
    return answer or form_page(request, "calls/pilotage/reasons/reason.html", form, context)


def _form(call: Call, key: str, data: QueryDict | None = None) -> ReasonEditForm:
    reason = next((each for each in reasons_in(call.reasons) if each.key == key), None)
    if key and reason is None:
        raise Http404("reason")
    return ReasonEditForm(data, reason=reason)


@require_POST
def act(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """One press on a reason: one place up or down, proposed or not, taken out. What cannot be pressed back, or leaves a line without it, is said first."""
    call, do = managed_call(request, reference), request.POST.get("do", "")
    ways = {
        "monter": lambda: move_reason(call=call, key=key, by=-1, actor=request.user),
        "descendre": lambda: move_reason(call=call, key=key, by=1, actor=request.user),
        "proposer": lambda: offer_reason(call=call, key=key, active=True, actor=request.user),
        "taire": lambda: offer_reason(call=call, key=key, active=False, actor=request.user),
        "retirer": lambda: drop_reason(call=call, key=key, actor=request.user),
    }
    if do not in ways:
        raise Http404(do)
    if "confirme" not in request.POST and (page := _before(request, call, key, do)):
        return page
    return attempt(request, call, "Motifs de l’appel", ways[do], success=SAID[do], then=_list_of(call), back=_list_of(call))


def _before(request: HttpRequest, call: Call, key: str, do: str) -> HttpResponse | None:
    """The page that says what taking a reason out does, or proposing it no more where a line gives it; None where there is nothing to say."""
    reason = next((each for each in reasons_in(call.reasons) if each.key == key), None)
    lines = lines_giving(call, key)
    if reason is None or do not in ("retirer", "taire") or (do == "taire" and not lines):
        return None
    named = enumeration([f"« {label} »" for label in lines])
    given, told = times_given(call).get(key, 0), []
    if lines and do == "retirer":
        told.append(
            f"Il ne peut pas être retiré : la recevabilité le donne quand on coche « Non » à {named}. Cessez plutôt de le proposer."
        )
    elif lines:
        told.append(f"Coché « Non », {named} ne choisira plus ce motif d’avance : l’instructeur en cherchera un autre.")
    else:
        told.append("Il quitte la liste, avec sa phrase : pour le donner de nouveau, il faudra le récrire. « Ne plus proposer » le garde.")
    if given:
        told.append(f"Donné {number(given)} fois : les dossiers à qui il a été donné gardent sa phrase.")
    context = {
        "call": call, "title": "Retirer un motif" if do == "retirer" else "Ne plus proposer un motif", "of": reason.label, "told": told,
        "fields": [("do", do)], "label": "Retirer" if do == "retirer" else "Ne plus proposer",
        "possible": do == "taire" or not lines, "back": _list_of(call), "list_title": "Motifs",
    }  # fmt: skip
    return render(request, "calls/pilotage/sure.html", context)
