"""The points of the requests for complements of a file, as its lycée and its officer read them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from calls.checks import same_answers, unchanged_questions
from calls.enums import VersionReason
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
    is_silent: bool = False  # it has sent its complements, and neither changed this nor said anything of it

    @property
    def label(self) -> str:
        if self.line.need_label:
            return f"{self.question.label}, {self.line.need_label}" if self.question else self.line.need_label
        return self.question.label if self.question else "Tout le dossier"

    @property
    def is_left(self) -> bool:
        """Neither changed nor answered."""
        return not self.is_changed and not self.line.reply


def rows_of(
    application: Application, lines: Iterable[CompletionLine], changed: Iterable[str] = (), silent: Collection[int] = ()
) -> list[LineRow]:
    """Each line under the label of its question. `silent`: what `left_silent` says. No query."""
    definition, known = application.questionnaire.schema, set(changed)
    found = []
    for line in lines:
        question = definition.question(line.question_key) if line.question_key else None
        section = definition.section_of(line.question_key) if question else None
        found.append(LineRow(line, question, section, bool(question) and line.question_key in known, line.pk in silent))
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
    latest, silent = sorted(answered, key=lambda request: request.answered_at, reverse=True), left_silent(application)
    return [(request, rows_of(application, request.lines.all(), silent=silent)) for request in latest]


def left_silent(application: Application) -> set[int]:
    """The points (keys) of the requests answered of which the lycée has changed nothing and said nothing: what it sent is compared with what it had.

    One query where a point answered has no reply, none otherwise where the requests are prefetched.
    """
    answered = sorted((each for each in application.completion_requests.all() if each.answered_at), key=lambda each: each.answered_at)
    if all(line.reply for request in answered for line in request.lines.all()):
        return set()
    received = list(application.versions.received().order_by("number"))
    sent = [(before, after) for before, after in pairwise(received) if after.reason == VersionReason.COMPLETION]
    found: set[int] = set()
    for request, (before, after) in zip(reversed(answered), reversed(sent), strict=False):  # an emptied file has lost some of its versions
        same = same_answers(before, after)
        found |= {line.pk for line in request.lines.all() if not line.reply and (not line.question_key or line.question_key in same)}
    return found


def to_ask_again(application: Application) -> list[CompletionLine]:
    """The points that an officer wants again, and that no later request has asked. One query."""
    lines = list(CompletionLine.objects.filter(request__application=application).select_related("request").order_by("pk"))
    asked = {line.former_id for line in lines}
    return [line for line in lines if line.is_asked_again and line.pk not in asked]
