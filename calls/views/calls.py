"""Steering: the calls as those who run them see them."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from calls import hidden_files, rules
from calls.actions.next_wave import Wave, prepare_next_wave
from calls.actions.steering import extend_closing, extension_gap
from calls.enums import CallState
from calls.forms.steering import ExtensionForm, NextWaveForm
from calls.models import Call
from calls.queries import calls as calls_queries
from calls.queries.next_step import next_step
from calls.queries.reasons import counts_by_reason
from calls.queries.waves import wave_report
from calls.tables.calls import STEERED, shares
from portal.journal.queries import last_act
from portal.text.dates import moment
from portal.ui import links
from portal.ui.paginate import paginate
from portal.ui.sorting import sort_queryset
from portal.ui.tables import sorts
from portal.workflow.views import attempt_form, form_page, run_transition


def _steering_perimeter(request: HttpRequest) -> frozenset[int] | None:
    if not rules.steers(request.user):
        raise PermissionDenied("steering")
    return rules.steering_perimeter(request.user)


@require_safe
def steering(request: HttpRequest) -> HttpResponse:
    """Every call with its numbers, in the reader's perimeter."""
    calls, sort = sort_queryset(request, calls_queries.calls_for_steering(_steering_perimeter(request)), sorts(STEERED), "-cloture")
    writing = next(iter(links.links_for("calls.steering", request.user)), None)
    context = {
        "columns": STEERED, "page_obj": paginate(request, calls), "sort": sort, "writing": writing,
        "reads_retention": rules.reads_retention(request.user),
    }  # fmt: skip
    return render(request, "calls/pilotage/list.html", context)


@require_safe
def steered_call(request: HttpRequest, reference: str) -> HttpResponse:
    """One call: where it stands, its calendar, its funnel, its shares, what may be done now."""
    perimeter = _steering_perimeter(request)
    call = get_object_or_404(Call.objects.select_related("programme"), reference=reference)
    live_code, live_label = call.live_state
    departments, authorities = calls_queries.shares_of(call, perimeter)
    funnel = calls_queries.funnel_of(call, perimeter)
    context = {
        "call": call,
        "live_code": live_code,
        "live_label": live_label,
        "has_opened": not (call.is_draft or call.is_upcoming),
        "eligible": funnel.eligible,
        "awaited": calls_queries.awaited_in_words(call, perimeter),
        "funnel_steps": calls_queries.funnel_steps(funnel),
        "departments": departments,
        "by_department": shares("Département", call, "departement"),
        "low": sorted([share for share in departments if share.is_low], key=lambda share: share.filed / share.eligible),
        "authorities": authorities,
        "by_authority": shares("Autorité", call, "autorite"),
        "by_reason": counts_by_reason(call, perimeter),
        "manages": rules.manages_call(call, request.user),
        "reads_retention": rules.reads_retention(request.user),
        "may_extend": call.state == CallState.PUBLISHED and rules.manages_call(call, request.user),
        "extension_gap": extension_gap(call),
        "may_continue": not call.is_draft and rules.manages_call(call, request.user),
        "following": Call.following_of(call),
        "report": wave_report(call),
        "heading_of_report": "Repris de la vague précédente" if call.previous_id else "Repris du modèle",
        "may_keep": rules.makes_calls(request.user),
        "is_partial": perimeter is not None,
        "questionnaire": call.questionnaire,
        "step": next_step(call, request.user),
    }
    return render(request, "calls/pilotage/call.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call_action(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The buttons of a call's workflow. Whoever acts comes back to the steering page, not to the public one."""
    call = get_object_or_404(Call.objects.visible_to(request.user), slug=slug)
    back = reverse("calls:steered_call", args=[call.reference])
    if rules.steers(request.user):
        call.get_absolute_url = lambda: back  # where "cancel" and "back" lead on the confirmation page
    seen = call.applications.filter(hidden_files.open_to(request.user, Q()))
    hidden = frozenset(call.applications.exclude(pk__in=seen.values("pk")).values_list("pk", flat=True))
    response = run_transition(request, call, name, hidden=hidden, reason_as="because" if name == "declare_unsuccessful" else "")
    return redirect(back) if isinstance(response, HttpResponseRedirect) else response


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the call later."""
    call = get_object_or_404(Call.objects.visible_to(request.user), reference=reference)
    if not rules.manages_call(call, request.user):
        raise PermissionDenied("extend")
    form = _extension_form(call, request.POST or None).watch(
        lambda: _extension_form(Call.objects.get(pk=call.pk)), lambda: last_act(call, "extend_closing")
    )
    answer = attempt_form(
        request, call, "Prolonger l’appel", form,
        lambda: extend_closing(call=call, actor=request.user, check=form.check, **form.cleaned_data),
        success=lambda extended: f"L’appel est prolongé jusqu’au {moment(extended.closes_at)}. Les équipes sont prévenues.",
        then=reverse("calls:steered_call", args=[call.reference]),
    )  # fmt: skip
    return answer or form_page(request, "calls/pilotage/extend.html", form, {"call": call, "gap": extension_gap(call)})


@require_http_methods(["GET", "HEAD", "POST"])
def next_wave(request: HttpRequest, reference: str) -> HttpResponse:
    """Prepare the next wave: a draft with all that this one was, to be read again."""
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), reference=reference)
    if not rules.manages_call(call, request.user):
        raise PermissionDenied("next_wave")
    form = NextWaveForm(request.POST or None, call=call)
    answer = attempt_form(
        request, call, "Préparer la vague suivante", form,
        lambda: prepare_next_wave(call=call, wave=Wave(**form.cleaned_data), actor=request.user),
        success=lambda made: f"« {made} » est préparé, en brouillon : relisez ce qui a été repris et ce qui reste à écrire.",
        then=lambda made: reverse("calls:steered_call", args=[made.reference]),
    )  # fmt: skip
    return answer or form_page(request, "calls/pilotage/next_wave.html", form, {"call": call, "following": Call.following_of(call)})


def _extension_form(call: Call, data: QueryDict | None = None) -> ExtensionForm:
    return ExtensionForm(data, call=call, initial={"closes_at": timezone.localtime(call.closes_at)})
