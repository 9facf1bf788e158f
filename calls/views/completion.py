"""Requests for complements point by point: asked by the officer, answered by the lycée, checked by the officer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from calls.actions.completion_lines import check_line, reply_to_line
from calls.actions.instruction import open_completion_request
from calls.enums import LineVerdict
from calls.forms.completion import CompletionLinesForm, ReplyForm
from calls.models import Application, CompletionLine
from calls.queries.completion_lines import rows_of, to_ask_again
from calls.views.frame import written_file
from calls.views.officer import staff_file
from calls.views.places import address_of
from portal.workflow import sent
from portal.workflow.gate import TransitionRefused, option_for
from portal.workflow.seen import Written
from portal.workflow.views import attempt, attempt_form, form_page, refused, sent_twice

VERDICTS = {"satisfait": LineVerdict.SATISFIED, "redemander": LineVerdict.AGAIN, "a-verifier": LineVerdict.NONE}
SAID = {
    LineVerdict.SATISFIED: "Ce point est satisfait.",
    LineVerdict.AGAIN: "Ce point est à redemander : il est déjà choisi dans la prochaine demande de compléments.",
    LineVerdict.NONE: "Ce point est de nouveau à vérifier.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def request_completion(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the school for complements: points, message, due date."""
    application = staff_file(request, reference)
    option = option_for(application, request.user, "request_completion")
    form = CompletionLinesForm(request.POST or None, application=application, again=to_ask_again(application))
    if request.method == "POST" and form.is_valid():
        return _open_request(request, application, form)
    context = {"application": application, "form": form, "possible": option.ready, "back": address_of(request, application)}
    return render(request, "calls/officer/request_completion.html", context, status=422 if form.errors else 200)


def _open_request(request: HttpRequest, application: Application, form: CompletionLinesForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        open_completion_request(
            application=application, fields=form.keys, message=data["message"], due_on=data["due_on"], actor=request.user, lines=form.lines
        )
    except TransitionRefused as refusal:
        again = sent_twice(request, application)
        return again or refused(request, application, refusal, label="Demander des compléments", form=form)
    sent.remember(request, application)
    messages.success(request, "La demande de compléments est envoyée au lycée.")
    return redirect(address_of(request, application))


@require_POST
def completion_check(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say that one point is satisfied, to be asked again, or still to be checked."""
    application = staff_file(request, reference)
    line = get_object_or_404(CompletionLine.objects.select_related("request"), pk=pk, request__application=application)
    verdict = VERDICTS.get(request.POST.get("do", ""))
    if verdict is None:
        raise Http404("verdict")
    back = f"{address_of(request, application)}#demandes"
    return attempt(
        request, application, "Vérifier un complément",
        lambda: check_line(line=line, verdict=verdict, actor=request.user, seen=request.POST.get("vu", "")),
        success=SAID[verdict], then=back, back=back,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def completion_reply(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What the lycée answers to one point of the open request."""
    application = written_file(request, reference)
    lines = CompletionLine.objects.select_related("request", "replied_by", "former")
    line = get_object_or_404(lines, pk=pk, request__application=application)
    form = _reply_form(line, request.POST if request.method == "POST" else None)
    back = application.get_absolute_url()
    answer = attempt_form(
        request, application, "Répondre à un complément", form,
        lambda: reply_to_line(line=line, text=form.cleaned_data["reply"], actor=request.user, check=form.check),
        success=lambda kept: "Votre réponse est gardée ; elle part avec les compléments." if kept.reply else "Votre réponse est retirée.",
        then=back, back=back,
    )  # fmt: skip
    context = {"application": application, "row": rows_of(application, [line])[0], "possible": line.request.is_open, "back": back}
    return answer or form_page(request, "calls/applicant/completion_reply.html", form, context)


def _reply_form(line: CompletionLine, data: QueryDict | None) -> ReplyForm:
    """Its page is refused where a colleague has answered meanwhile: who and when is on the line itself, since no journal has it."""
    fresh = CompletionLine.objects.select_related("replied_by")

    def last() -> Written | None:
        now = fresh.get(pk=line.pk)
        return Written(str(now.replied_by), now.replied_at) if now.replied_at else None

    form = ReplyForm(data, initial={"reply": line.reply})
    return form.watch(lambda: ReplyForm(initial={"reply": fresh.get(pk=line.pk).reply}), last)
