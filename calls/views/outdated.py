"""What a page drawn from an earlier version of the form sends for questions that the file is asked no more: said, with what was typed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from calls.forms.applicant import is_untouched
from calls.models import Application
from calls.questions.base import Question


def left_question(application: Application, key: str) -> Question | None:
    """The question of this key in another version of the form of the call, the last one first; None when no version has it."""
    others = application.call.questionnaires.exclude(pk=application.questionnaire_id).exclude(frozen_at=None).order_by("-version")
    return next((found for each in others if (found := each.schema.question(key))), None)


def answer_to_left_question(request: HttpRequest, application: Application, key: str) -> HttpResponse | None:
    """What a field that saves itself is told, where its question has left the form; None for what was never a question of the call."""
    question = left_question(application, key)
    if question is None or not request.htmx:
        return None
    context = {"question": question, "token": request.POST.get(f"v-{key}", "")}
    return render(request, "calls/applicant/_left_question.html", context, status=409)


def tell_of_left_questions(request: HttpRequest, application: Application) -> bool:
    """A message for each text typed in a question that has left the form, with the text. Says whether there was one."""
    asked, said = application.questionnaire.schema, False
    for key in [name.removeprefix("v-") for name in request.POST if name.startswith("v-")]:
        typed = " ".join(request.POST.getlist(f"q-{key}")).strip()
        if not typed or asked.question(key) or is_untouched(request.POST[f"v-{key}"], typed):
            continue
        if question := left_question(application, key):
            told = "n’est plus posée, dans la nouvelle version du formulaire. Ce que vous aviez tapé n’est pas enregistré ; copiez-le si vous y tenez"
            messages.warning(request, f"« {question.label} » {told} : {typed}")
            said = True
    return said
