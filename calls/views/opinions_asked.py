"""Opinions as the Région asks them: what a call asks, for its manager; on one file, for who examines it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from calls import rules
from calls.actions.opinions import ask_opinion, may_be_set, set_opinions
from calls.forms.opinions import DueForm, OpinionsOfCallForm
from calls.models import Call, Opinion
from calls.queries.opinions import asking_gap, bodies_with_people, has_any, is_asked_about
from calls.views.managed import managed_call
from calls.views.officer import staff_file
from calls.views.places import address_of
from portal.journal.queries import last_act
from portal.text.dates import day
from portal.workflow.views import attempt_form, form_page


@require_http_methods(["GET", "HEAD", "POST"])
def opinions_of_call(request: HttpRequest, reference: str) -> HttpResponse:
    """Of which authorities a call asks an opinion, for when and under which headings."""
    call = managed_call(request, reference)
    frozen = has_any(call)
    form = _call_form(call, frozen, request.POST if request.method == "POST" else None)
    form.watch(lambda: _call_form(Call.objects.get(pk=call.pk), frozen), lambda: last_act(call, "set_opinions"))
    answer = attempt_form(
        request, call, "Avis demandés", form,
        lambda: set_opinions(call=call, actor=request.user, check=form.check, asked=form.asked),
        success="Les avis demandés par l’appel sont enregistrés.", then=reverse("calls:steered_call", args=[call.reference]),
    )  # fmt: skip
    context = {"call": call, "frozen": frozen, "possible": may_be_set(call), "asked": call.asked_opinions}
    return answer or form_page(request, "calls/pilotage/opinions.html", form, context)


def _call_form(call: Call, frozen: bool, data: QueryDict | None = None) -> OpinionsOfCallForm:
    return OpinionsOfCallForm(data, call=call, frozen=frozen)


@require_http_methods(["GET", "HEAD", "POST"])
def opinion_ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the authority of the lycée for its opinion on one file."""
    application = staff_file(request, reference)
    if not rules.answers_lycee(application, request.user):
        raise PermissionDenied("ask_opinion")
    is_asked = is_asked_about(application)
    reason, detail = asking_gap(application, is_asked=is_asked, covered=bodies_with_people())
    due_on = application.call.asked_opinions.due_on(timezone.localdate())
    form = DueForm(request.POST or None, initial={"due_on": due_on})
    back = address_of(request, application)
    answer = attempt_form(
        request, application, "Demander l’avis", form,
        lambda: ask_opinion(application=application, actor=request.user, due_on=form.cleaned_data["due_on"]),
        success=_said, then=back, back=back,
    )  # fmt: skip
    context = {"application": application, "reason": reason, "detail": detail, "back": back, "asked": application.call.asked_opinions}
    return answer or form_page(request, "calls/opinions/ask.html", form, context)


def _said(opinion: Opinion) -> str:
    return f"L’avis est demandé : {opinion.authority}, à rendre le {day(opinion.due_on)} au plus tard."
