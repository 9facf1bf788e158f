"""What a page drawn from an earlier version of the form sends for questions that are elsewhere now, or asked no more: saved where they are, or
said with what was typed. Nothing typed goes without a word."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from calls.forms.applicant import is_untouched
from calls.models import Application
from calls.questionnaire import Section
from calls.questions.base import FieldQuestion, Question
from calls.views.fields import FieldState, save_typed

NOT_SAVED = "Ce que vous aviez tapé n’est pas enregistré ; copiez-le si vous y tenez"


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


def follow_earlier_page(request: HttpRequest, application: Application, shown: Section | None) -> bool:
    """What the page of a section sends for questions that are not in it any more: both of what follows. Says whether there was something."""
    left = _tell_of_left_questions(request, application)
    return _save_moved_questions(request, application, shown) or left


def _tell_of_left_questions(request: HttpRequest, application: Application) -> bool:
    """A message for each answer typed to a question that has left the form, with what was typed. Says whether there was one."""
    asked, said = application.questionnaire.schema, False
    for key in [name.removeprefix("v-") for name in request.POST if name.startswith("v-")]:
        if asked.question(key):
            continue
        question = left_question(application, key)
        if not isinstance(question, FieldQuestion) or _is_untouched(question, request.POST):
            continue
        if typed := _in_words(question, request.POST):
            told = f"« {question.label} » n’est plus posée, dans la nouvelle version du formulaire. {NOT_SAVED}"
            messages.warning(request, f"{told} : {typed}")
            said = True
    return said


def _save_moved_questions(request: HttpRequest, application: Application, shown: Section | None) -> bool:
    """Save the answers to questions that another section has now, each with a message of where it is. Says whether there was one."""
    here = {question.key for question in shown.questions} if shown else set()
    found = False
    for section in application.questionnaire.schema.sections:
        for question in section.questions:
            if question.key in here or not question.is_simple or f"v-{question.key}" not in request.POST:
                continue
            block = save_typed(application, question, request.POST, request.user)
            if block.is_sound and block.token == request.POST[f"v-{question.key}"]:
                continue  # it was only shown
            _tell_where(request, block, section)
            found = True
    return found


def _tell_where(request: HttpRequest, block: FieldState, section: Section) -> None:
    told = f"La question « {block.question.label} » est passée dans la section « {section.title} »"
    if block.is_sound:
        messages.info(request, f"{told} : votre réponse y est enregistrée.")
    elif block.is_kept:
        messages.warning(request, f"{told}. Votre réponse y est gardée, mais n’est pas valable. {block.error}")
    else:
        why = block.error or f"{block.conflict_by} y a écrit entre-temps autre chose : « {block.conflict} »."
        messages.warning(request, f"{told}. {why} {NOT_SAVED} : {_in_words(block.question, request.POST)}")


def _is_untouched(question: FieldQuestion, data: QueryDict) -> bool:
    """Whether what the page sends is what it had shown, valid or not."""
    token, typed = data[f"v-{question.key}"], question.posted(data)
    try:
        return is_untouched(token, question.clean(typed))
    except ValidationError:
        return is_untouched(token, question.kept(typed))


def _in_words(question: FieldQuestion, data: QueryDict) -> str:
    """What was typed or chosen, as a person reads it."""
    typed = question.posted(data)
    if kept := question.kept(typed):
        return " ".join(question.said(kept).split())
    labels, chosen = dict(question.offered), typed if isinstance(typed, list) else [typed]
    return ", ".join(str(labels.get(one, one)) for one in chosen if one)
