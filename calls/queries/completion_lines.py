"""The points of the requests for complements of a file, as its lycée and its officer read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from calls.checks import unchanged_questions
from calls.models import Application, CompletionLine, CompletionRequest
from calls.questionnaire import Section
from calls.questions.base import Question


@dataclass(frozen=True)
class LineRow:
    """One point with its place in the form; `question` is None for the whole file, or a question that the form has no more."""

    line: CompletionLine
    question: Question | None
    section: Section | None
    is_changed: bool = False  # the lycée has changed the answer since what was received

    @property
    def label(self) -> str:
        if self.line.need_label:
            return f"{self.question.label}, {self.line.need_label}" if self.question else self.line.need_label
        return self.question.label if self.question else "Tout le dossier"

    @property
    def is_left(self) -> bool:
        """Neither changed nor answered."""
        return not self.is_changed and not self.line.reply


def rows_of(application: Application, lines: Iterable[CompletionLine], changed: Iterable[str] = ()) -> list[LineRow]:
    """Each line under the label of its question. No query."""
    definition, known = application.questionnaire.schema, set(changed)
    found = []
    for line in lines:
        question = definition.question(line.question_key) if line.question_key else None
        section = definition.section_of(line.question_key) if question else None
        found.append(LineRow(line, question, section, bool(question) and line.question_key in known))
    return found


def open_rows(application: Application) -> list[LineRow]:
    """The points of the open request, with what the lycée has done of each; nothing without one. To be asked of a file with its content."""
    request = application.open_completion_request
    if request is None:
        return []
    same = {question.key for question in unchanged_questions(application, request.fields)}
    return rows_of(application, request.lines.all(), [key for key in request.fields if key not in same])


def answered_rows(application: Application) -> list[tuple[CompletionRequest, list[LineRow]]]:
    """The requests that the lycée has answered, the latest first, with their points. To be asked of a file with its content."""
    if not application.submitted_at:
        return []
    answered = [request for request in application.completion_requests.all() if request.answered_at]
    latest = sorted(answered, key=lambda request: request.answered_at, reverse=True)
    return [(request, rows_of(application, request.lines.all())) for request in latest]


def to_ask_again(application: Application) -> list[CompletionLine]:
    """The points that an officer wants again, and that no later request has asked. One query."""
    lines = list(CompletionLine.objects.filter(request__application=application).order_by("pk"))
    asked = {line.former_id for line in lines}
    return [line for line in lines if line.is_asked_again and line.pk not in asked]
