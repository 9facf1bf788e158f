"""What the pages that write a form share: the call, its version being written, where they lead back."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from calls import rules
from calls.actions.building import FROZEN, GONE
from calls.building.places import Raw, copied, sections_of
from calls.building.settling import faults_of
from calls.conditioned.citations import offered
from calls.conditioned.form_rules import catalogue_of, known_terms
from calls.conditions.catalogue import Catalogue
from calls.models import Call, Questionnaire
from calls.queries.form_building import latest_form, told_about
from calls.queries.knowledge import with_known
from calls.questionnaire import parse
from calls.questions.base import Question
from portal.journal.models import JournalEntry
from portal.journal.queries import last_act
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import refused, sent_twice

EDITS = ("edit_questionnaire", "undo_form_edit", "renew_questionnaire")


def managed_call(request: HttpRequest, reference: str) -> Call:
    """A call, or a model of calls, whose form this person writes; 404 for one that is not theirs to see, 403 when they do not manage it."""
    seen = Call.everything.with_form_seen_by(request.user).select_related("programme", "model")
    call = get_object_or_404(seen, reference=reference)
    if not rules.manages_call(call, request.user):
        raise PermissionDenied("form")
    return call


def form_address(call: Call, anchor: str = "") -> str:
    """The outline of the form, at one of its lines."""
    return reverse("calls:form", args=[call.reference]) + (f"#{anchor}" if anchor else "")


def written_form(call: Call) -> Questionnaire:
    """The version being written, or the one in force; an empty one as long as the call has none."""
    return latest_form(call) or Questionnaire(call=call, definition=with_known(call, {"sections": []}))


def form_of(call: Call) -> Raw:
    """The raw definition as it stands, to be looked at."""
    return copied(written_form(call).definition)


def last_edit(call: Call) -> JournalEntry | None:
    """Who changed the form last."""
    return last_act(told_about(call), *EDITS)


def questions_in(definition: Raw, *, above: str = "", below: str = "", upto: str = "") -> tuple[Question, ...]:
    """The questions of a form that can be read: those placed before the question `above`, before the section `below`, or down to the end of
    the section `upto`; all of them otherwise.
    """
    if not sections_of(definition) or faults_of(definition):
        return ()
    found: list[Question] = []
    for section in parse(definition).sections:
        if section.key == below:
            break
        for question in section.questions:
            if question.key == above:
                return tuple(found)
            found.append(question)
        if section.key == upto:
            break
    return tuple(found)


def catalogue_with(questions: Iterable[Question], definition: Raw) -> Catalogue:
    """What a condition may refer to: these questions, the lycée, and what the form knows of it."""
    return catalogue_of(questions, known=known_terms(definition))


def citations_in(definition: Raw) -> list[tuple[str, str]]:
    """What the texts of the form may cite of each lycée: how it is written, and what it says."""
    return offered(known_terms(definition))


def pressed_twice(request: HttpRequest, call: Call) -> HttpResponse | None:
    """What has just been added is sent again, word for word, by the person whose change was the last: a double press adds nothing more."""
    edit = last_edit(call) if request.method == "POST" else None
    if edit is None or edit.action != "edit_questionnaire" or edit.actor_id != request.user.pk:
        return None
    return sent_twice(request, call, to=form_address(call))


def too_late(request: HttpRequest, call: Call, label: str, form: Any, *, frozen: bool) -> HttpResponse:
    """What one wanted to write has gone, or the version is in force: a page opened leads to the outline, a press is told why with its texts."""
    sentence = FROZEN if frozen else GONE
    if request.method == "POST":
        return refused(request, call, TransitionRefused([sentence], wrong_state=True), label=label, back=form_address(call), form=form)
    messages.info(request, sentence)
    return redirect(form_address(call))
