"""What appears and disappears on the page of a section when an answer changes what is asked: only that is sent back, out of band.

The page says what it shows (`#posees`, sent by file.js in a header): a colleague may have changed it since it was printed.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from calls.asking import Asking
from calls.checks import asked_in, given_in
from calls.models import Application
from calls.questionnaire import Section
from calls.questions.base import Question
from calls.views.page import QuestionGroup, displayed, neighbours, question_blocks
from portal.text.french import count

HEADER = "X-Posees"


@dataclass(frozen=True)
class Changes:
    """The blocks of a section to draw again, the questions whose mark « obligatoire » may have moved, what the page shows then."""

    groups: list[QuestionGroup]
    marks: list[Question]
    displayed: str
    said: str


def changes(request: HttpRequest, application: Application, section: Section, key: str, asked: Asking | None = None) -> dict:
    """The context of what an answer to the question `key` changes on the page of its section; empty when it decides nothing.

    `application` is whole, as stored after the answer.
    """
    rules = application.questionnaire.schema.rules
    if key not in rules.deciding or HEADER not in request.headers:
        return {}
    asked = asked or asked_in(application, given_in(application))
    shown = set(request.headers[HEADER].split())
    now = displayed(asked, section.key) or ""
    touched = {mark.removesuffix("?") for mark in shown ^ set(now.split())}
    groups = [one for group in question_blocks(request, application, section, {}, asked) if (one := group.only(touched))]
    marks = [asked.as_required(q) for q in section.questions if q.key in rules.required and q.key not in touched and asked.is_asked(q.key)]
    return {"changed": Changes(groups, marks, now, _said(shown, set(now.split()))), "section": section, **neighbours(asked, section.key)}


def _said(before: set[str], after: set[str]) -> str:
    """« 2 questions apparaissent, 1 question n’est plus posée », as the status of the section says it."""
    asked = [mark for mark in after - before if not mark.endswith("?")]
    gone = [mark for mark in before - after if not mark.endswith("?")]
    parts = [f"{count(len(asked), 'question apparaît', 'questions apparaissent')}"] if asked else []
    parts += [f"{count(len(gone), 'question n’est plus posée', 'questions ne sont plus posées')}"] if gone else []
    return ", ".join(parts)


def noted(note: str, moved: dict) -> str:
    """What the status of a section says, with what has appeared."""
    said = moved["changed"].said if moved else ""
    return f"{note} · {said}" if said else note
