"""The page of a section: its blocks in the order of the questions, and what surrounds them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse

from calls.checks import given_in
from calls.models import Application
from calls.questionnaire import Information, Section
from calls.questions.base import FieldQuestion, Holding, Question
from calls.questions.joined import JoinsFiles
from calls.views.fields import FieldState, field_state, worked_out
from calls.views.files_block import FilesBlock, files_block
from calls.views.frame import frame
from calls.views.needs_table import NeedsBlock, needs_block
from portal.accounts.models import User
from portal.text.dates import hour

JOINED = "calls/questions/_joined.html"  # the files of a question that is answered in fields too


def section_context(request: HttpRequest, application: Application, shown: Section, saved: dict[str, FieldState]) -> dict:
    """Everything that the page of a section shows. `saved` holds the blocks that a request has just failed to save."""
    sections = application.questionnaire.schema.sections
    rank = sections.index(shown)
    blocks = question_blocks(request, application, shown, saved)
    return {
        **frame(request, application, shown.key),
        "section": shown,
        "groups": blocks,
        "wrong": list(saved.values()),
        "refused_files": [],
        "saved_note": saved_note(application, shown, request.user),
        "previous": sections[rank - 1] if rank else None,
        "following": sections[rank + 1] if rank + 1 < len(sections) else None,
    }


@dataclass(frozen=True)
class InformationBlock:
    """What is told between two questions, as a page draws it."""

    notice: Information
    template = "calls/applicant/_notice_block.html"
    editable = False


@dataclass
class QuestionGroup:
    """Neighbouring questions that one form saves (`blocks`), or one question with rows of its own: its template, its needs or its files."""

    blocks: list[FieldState | InformationBlock] = field(default_factory=list)
    template: str = ""
    needs: NeedsBlock | None = None
    files: FilesBlock | None = None

    @property
    def editable(self) -> bool:
        return any(block.editable for block in self.blocks)


def question_blocks(request: HttpRequest, application: Application, shown: Section, saved: dict[str, FieldState]) -> list[QuestionGroup]:
    """The questions in their order, neighbours that one form can save kept together with what is told between them."""
    answers = {answer.question_key: answer for answer in application.answers.all()}
    given = given_in(application)
    groups: list[QuestionGroup] = []
    for part in shown.parts:
        if isinstance(part, Question) and part.is_written and not part.is_simple:
            groups.append(QuestionGroup(template=part.template, **_BLOCKS[part.holding](application, part, request.user)))
            continue
        if not groups or groups[-1].template:
            groups.append(QuestionGroup())
        if isinstance(part, Information):
            groups[-1].blocks.append(InformationBlock(part))
        elif not part.is_written:
            groups[-1].blocks.append(worked_out(application, part, given))
        else:
            groups[-1].blocks.append(saved.get(part.key) or field_state(application, part, answers.get(part.key), request.user))
            if isinstance(part, JoinsFiles):
                groups.append(QuestionGroup(template=JOINED, files=files_block(application, part, request.user)))
    return groups


# What the template of a question with rows of its own reads, by where its rows are kept.
_BLOCKS: dict[Holding, Callable[[Application, Question, User], dict]] = {
    Holding.LINES: lambda application, question, viewer: {"needs": needs_block(application, question)},
    Holding.FILES: lambda application, question, viewer: {"files": files_block(application, question, viewer)},
}


def saved_note(application: Application, shown: Section, viewer: User) -> str:
    """Enregistré à 14 h 52 par vous; "" as long as nothing is written in the section."""
    keys = {question.key for question in shown.questions}
    written = [answer for answer in application.answers.all() if answer.question_key in keys and answer.updated_by_id]
    if not written:
        return ""
    last = max(written, key=lambda answer: answer.updated_at)
    by = "vous" if last.updated_by_id == viewer.pk else last.updated_by.get_full_name()
    return f"Enregistré à {hour(last.updated_at)} par {by}"


def note_after(block: FieldState, application: Application, shown: Section, viewer: User) -> str:
    """What stands beside the title of the section once an answer came: that it is saved, only when it is."""
    if block.is_sound:
        return saved_note(application, shown, viewer)
    return "Gardé, mais pas valable" if block.is_kept else "Non enregistré"


def next_url(application: Application, shown: Section) -> str:
    """The section after this one; after the last, the reading before the visa."""
    sections = application.questionnaire.schema.sections
    rank = sections.index(shown) + 1
    if rank < len(sections):
        return reverse("calls:section", args=[application.reference, sections[rank].key])
    return reverse("calls:preview", args=[application.reference])


def stored_block(request: HttpRequest, application: Application, question: FieldQuestion) -> FieldState:
    answers = {answer.question_key: answer for answer in application.answers.all()}
    return field_state(application, question, answers.get(question.key), request.user)
