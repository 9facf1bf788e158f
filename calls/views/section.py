"""One section of a file, to write or to read. Each answer saves itself; a button saves them all without JavaScript."""

import json

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from calls.asking import Asking
from calls.checks import asked_in, given_in
from calls.models import Application
from calls.questionnaire import Section
from calls.questions.base import FieldQuestion
from calls.views.fields import FieldState, save_typed
from calls.views.frame import around_answer, frame, held_file, made_whole, read_content, school_file, whole_file, written_file
from calls.views.outdated import answer_to_left_question, follow_earlier_page
from calls.views.page import next_url, note_after, section_context, stored_block
from calls.views.standing import changes, noted


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    application = written_file(request, reference) if request.method == "POST" else school_file(request, reference)
    shown = application.questionnaire.schema.section(key)
    elsewhere = request.method == "POST" and follow_earlier_page(request, application, shown)
    if shown is None:
        if elsewhere:
            return redirect(application)
        raise Http404(key)
    saved: dict[str, FieldState] = {}
    if request.method == "POST":
        before = asked_in(application)
        posted = [question for question in shown.questions if question.is_simple and f"v-{question.key}" in request.POST]
        saved = {question.key: save_typed(application, question, request.POST, request.user) for question in posted}
        if all(block.is_sound for block in saved.values()):
            messages.success(request, "Vos réponses sont enregistrées. Le dossier n’est pas déposé pour autant.")
            return redirect(after_saving(request, school_file(request, reference), shown, before))
    whole = made_whole(application) if request.method != "POST" else whole_file(request, reference)
    asked = asked_in(whole, given_in(whole))
    if asked.section(key) is None:
        messages.info(request, f"La section « {shown.title} » n’est pas demandée à votre lycée. Ce qui y était écrit est gardé.")
        return redirect(whole)
    wrong = {name: block for name, block in saved.items() if not block.is_sound}
    status = 200 if not wrong else 422 if any(block.error for block in wrong.values()) else 409
    return render(request, "calls/applicant/section.html", section_context(request, whole, shown, wrong, asked), status=status)


def after_saving(request: HttpRequest, application: Application, shown: Section, before: Asking) -> str:
    """Where one goes once all is saved: to the first question of the section that the answers have made appear, else where one asked to go."""
    asked = asked_in(application)
    appeared = [question for question in shown.questions if asked.is_asked(question.key) and not before.is_asked(question.key)]
    if appeared:
        messages.info(request, "Des questions de cette section dépendent de vos réponses : elles sont posées maintenant.")
        return f"{request.path}#q-{appeared[0].key}"
    more = request.POST.get("more", "")  # the group that wants other rows
    here = f"{request.path}#q-{more}" if more in {question.key for question in shown.questions} else request.path
    return next_url(application, shown) if "next" in request.POST else here


@require_POST
def answer(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """Save one answer (htmx), or settle a conflict: `over-<key>` replaces the other's text, `take-<key>` takes it."""
    with transaction.atomic():
        held = held_file(request, reference)
        application = held.file
        if application.questionnaire.schema.question(question) is None and (
            left := answer_to_left_question(request, application, question)
        ):
            return left
        asked, shown = simple_question(application, question)
        if f"take-{question}" in request.POST:
            return settled(request, reference, shown, question)
        block = save_typed(application, asked, request.POST, request.user, over=request.POST.get(f"over-{question}", ""), held=held)
    if not request.htmx:
        return plain_answer(request, reference, shown, block)
    if f"over-{question}" in request.POST and block.is_sound:
        return settled(request, reference, shown, question)
    return _saved(request, read_content(application), shown, block)


def _saved(request: HttpRequest, whole: Application, shown: Section, block: FieldState) -> HttpResponse:
    """The block of an answer as it came out and, out of band, what it changes around it."""
    key = block.question.key
    now, moved = asked_in(whole, given_in(whole)), {}
    if block.is_sound:
        block = stored_block(request, whole, now.question(key))
        moved = changes(request, whole, shown, key, now)
    note = note_after(block, whole, shown, request.user)
    around = frame(request, whole, shown.key, now) if moved else around_answer(whole, shown.key, now)
    context = {**around, **moved, "asked": block, "saved_note": noted(note, moved), "oob": True}
    status = 422 if block.error else 200 if block.is_sound else 409
    response = render(request, "calls/applicant/_saved.html", context, status=status)
    if block.is_kept:
        response["X-Kept"] = "1"  # not valid, and not lost: leaving the page asks no question
    return response


def simple_question(application: Application, key: str) -> tuple[FieldQuestion, Section]:
    """A question answered in one field and its section, or 404."""
    definition = application.questionnaire.schema
    asked = definition.question(key)
    if not isinstance(asked, FieldQuestion):
        raise Http404(key)
    return asked, definition.section_of(key)


def settled(request: HttpRequest, reference: str, shown: Section, key: str) -> HttpResponse:
    """The block of a question as it is now stored."""
    if not request.htmx:
        return redirect(f"{reverse('calls:section', args=[reference, shown.key])}#q-{key}")
    whole = whole_file(request, reference)
    block = stored_block(request, whole, asked_in(whole).question(key))
    moved = changes(request, whole, shown, key)
    context = {"asked": block, "application": whole, "swapped": False, "changed": None, **moved}
    response = render(request, "calls/applicant/_settled.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = f"#bloc-{key}", "outerHTML"
    response["HX-Trigger-After-Settle"] = json.dumps({"preau:focus": {"id": f"q-{key}"}})  # the button pressed is gone
    return response


def plain_answer(request: HttpRequest, reference: str, shown: Section, block: FieldState) -> HttpResponse:
    """Without JavaScript: the whole section again, with the one block as it came out."""
    if block.is_sound:
        return redirect(f"{reverse('calls:section', args=[reference, shown.key])}#{block.id}")
    whole = whole_file(request, reference)
    context = section_context(request, whole, shown, {block.question.key: block})
    return render(request, "calls/applicant/section.html", context, status=422 if block.error else 409)
