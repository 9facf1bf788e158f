"""Questions of the jury: asked from a reading, gathered and sent by who manages the jury."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portal.text.french import count
from portal.workflow.gate import available_transitions
from portal.workflow.views import attempt_form, form_page, run_transition, sent_twice
from scoring import rules
from scoring.actions.question import ask_question, send_questions
from scoring.enums import JuryQuestionState
from scoring.forms.question import JuryQuestionForm, SendQuestionsForm
from scoring.models import Assessment, JuryQuestion
from scoring.queries.question import asked_about, questions_of
from scoring.views.jury import followed_call, page


@require_http_methods(["GET", "POST"])
def question_ask(request: HttpRequest, pk: int, criterion: int) -> HttpResponse:
    """A juror writes a question on a criterion of a file of their pile."""
    readings = Assessment.objects.of(request.user).select_related("application__call", "application__establishment")
    reading = get_object_or_404(readings, pk=pk)
    asked = get_object_or_404(reading.application.call.grid.criteria, pk=criterion)
    form, back = JuryQuestionForm(request.POST or None), reading.get_absolute_url()
    if request.method == "POST" and (again := sent_twice(request, reading, to=back)):
        return again
    answer = attempt_form(
        request, reading, "Poser une question", form,
        lambda: ask_question(assessment=reading, criterion=asked, text=form.cleaned_data["text"], actor=request.user),
        field="text", success="Votre question est gardée : la personne qui gère le jury l’enverra au lycée avec les autres.", then=back, back=back,
    )  # fmt: skip
    context = {"assessment": reading, "application": reading.application, "criterion": asked, "back": back}
    possible = not (rules.call_is_scored.missing(reading) or rules.file_is_before_jury.missing(reading))
    return answer or form_page(request, "scoring/jury/question_ask.html", form, context | {"possible": possible})


@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, reference: str) -> HttpResponse:
    """The questions of a call; those that wait go in one batch, with one date."""
    call = followed_call(request, reference)
    back = reverse("scoring:questions", args=[call.reference])
    proposed = JuryQuestion.objects.visible_to(request.user).filter(application__call=call, state=JuryQuestionState.PROPOSED)
    proposed = proposed.select_related("application", "criterion").order_by("application__reference", "pk")
    form = SendQuestionsForm(request.POST or None, proposed=proposed)
    answer = attempt_form(
        request, call, "Envoyer les questions", form,
        lambda: send_questions(questions=list(form.cleaned_data["questions"]), due_on=form.cleaned_data["due_on"], actor=request.user),
        field="questions", success=_sent, then=back, back=back,
    )  # fmt: skip
    if answer:
        return answer
    found = questions_of(call, request.user)
    context = page(request, call, "questions") | {"questions": found, "proposed": sum(asked.is_proposed for asked in found)}
    return form_page(request, "scoring/jury/questions.html", form, context)


def _sent(number: int) -> str:
    return f"{count(number, 'question envoyée', 'questions envoyées')} ; chaque équipe reçoit un courriel dans dix minutes."


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question, its answer, and what may be done to it."""
    found = get_object_or_404(
        JuryQuestion.objects.visible_to(request.user).select_related("application__call", "criterion", "asked_by"), pk=pk
    )
    asked = [each for rows in asked_about(found.application, request.user).values() for each in rows if each.question.pk == found.pk]
    context = {
        "question": found,
        "asked": asked,
        "follows": rules.follows_jury(request.user),
        "options": available_transitions(found, request.user),
    }
    return render(request, "scoring/jury/question.html", context)


@require_http_methods(["GET", "POST"])
def question_action(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Withdrawn before it is sent; its answer awaited no more."""
    return run_transition(request, get_object_or_404(JuryQuestion.objects.visible_to(request.user), pk=pk), name)
