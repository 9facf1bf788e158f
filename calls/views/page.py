"""The page of a section: its blocks in the order of the questions, and what surrounds them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.http import HttpRequest
from django.urls import reverse

from calls.asking import Asking
from calls.checks import asked_in, given_in
from calls.conditions.truth import Truth
from calls.models import Application
from calls.questionnaire import Information, Section
from calls.questions.base import FieldQuestion, Holding, Question
from calls.questions.joined import JoinsFiles
from calls.views.fields import FieldState, field_state, place_kept, worked_out
from calls.views.files_block import FilesBlock, files_block
from calls.views.frame import frame
from calls.views.needs_table import NeedsBlock, needs_block
from calls.views.partners_block import PartnersBlock, partners_block
from portal.accounts.models import User
from portal.text.dates import hour

JOINED = "calls/questions/_joined.html"  # the files of a question that is answered in fields too
NOT_ASKED = "calls/applicant/_not_asked.html"


def section_context(
    request: HttpRequest, application: Application, shown: Section, saved: dict[str, FieldState], asked: Asking | None = None
) -> dict:
    """Everything that the page of a section shows. `saved` holds the blocks that a request has just failed to save.

    `asked`: the form as the file is asked it, where it is known already.
    """
    asked = asked or asked_in(application, given_in(application))
    groups = question_blocks(request, application, shown, saved, asked)
    for group in groups:
        group.remarks = application.open_remarks.get(group.key, []) if group.template else []
        group.lines = application.asked_lines.get(group.key, []) if group.template else []
    here = [remark for question in shown.questions for remark in application.open_remarks.get(question.key, ())]
    return {
        **frame(request, application, shown.key, asked),
        **neighbours(asked, shown.key),
        "section": asked.section(shown.key) or shown,
        "groups": groups,
        "remarks_here": here,
        "displayed": displayed(asked, shown.key),
        "wrong": list(saved.values()),
        "refused_files": [],
        "saved_note": saved_note(application, shown, request.user),
    }


def neighbours(asked: Asking, key: str) -> dict[str, Section | None]:
    """The sections asked before and after one."""
    rank, sections = next((rank for rank, section in enumerate(asked.sections) if section.key == key), 0), asked.sections
    return {"previous": sections[rank - 1] if rank else None, "following": sections[rank + 1] if rank + 1 < len(sections) else None}


def displayed(asked: Asking, key: str) -> str | None:
    """The questions of a section that depend on something and are on its page: `key`, or `key?` for one that may yet be asked.

    None for a form without conditions: its page never changes.
    """
    if not asked.rules:
        return None
    marks = {Truth.TRUE: "", Truth.UNKNOWN: "?"}
    truths = [(q.key, asked.truths.get(q.key, Truth.FALSE)) for q in asked.definition.section(key).questions]
    return " ".join(f"{key}{marks[truth]}" for key, truth in truths if truth in marks)


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
    partners: PartnersBlock | None = None
    question: Question | None = None  # of the place of one that is not asked, or (`waiting`) not yet known to be
    waiting: str = ""
    name: str = ""  # of that place in the page
    remarks: list = field(default_factory=list)  # of the visa, on the question with rows of its own
    lines: list = field(default_factory=list)  # what the Région asks of it

    @property
    def key(self) -> str:
        """Of the question with rows of its own."""
        return self.question.key if self.question else (self.needs or self.files or self.partners).question.key

    def only(self, keys: Collection[str]) -> "QuestionGroup | None":
        """The group with these questions alone; None when it has none of them."""
        if self.template:
            return self if self.key in keys else None
        blocks = [block for block in self.blocks if isinstance(block, FieldState) and block.question.key in keys]
        return QuestionGroup(blocks) if blocks else None

    def refuse(self, key: str, errors: Iterable[str]) -> None:
        """Say under its question what a request has just been refused, where the question is the one of this group."""
        if self.files and self.files.question.key == key:
            self.files = replace(self.files, errors=tuple(errors))
        if self.partners and self.partners.question.key == key:
            self.partners = replace(self.partners, errors=tuple(errors))

    @property
    def editable(self) -> bool:
        return any(block.editable for block in self.blocks)


def question_blocks(
    request: HttpRequest, application: Application, shown: Section, saved: dict[str, FieldState], asked: Asking
) -> list[QuestionGroup]:
    """The questions in their order, neighbours that one form can save kept together with what is told between them.

    One that is not asked keeps its place, empty.
    """
    answers = {answer.question_key: answer for answer in application.answers.all()}
    waiting = {each.question.key: each.told for each in asked.waiting(shown)} if asked.hidden else {}
    groups: list[QuestionGroup] = []
    for part in asked.definition.section(shown.key).parts:
        is_question = isinstance(part, Question)
        if is_question and part.is_written and not part.is_simple:
            groups.append(_rows_of(request, application, part, waiting, asked))
            continue
        if not groups or groups[-1].template:
            groups.append(QuestionGroup())
        if not is_question:
            groups[-1].blocks.append(InformationBlock(part))
        elif not asked.is_asked(part.key):
            groups[-1].blocks.append(place_kept(application, part, waiting.get(part.key, ""), request.user))
        elif not part.is_written:
            groups[-1].blocks.append(worked_out(application, part, asked.given))
        else:
            stored = field_state(application, asked.as_required(part), answers.get(part.key), request.user)
            groups[-1].blocks.append(saved.get(part.key) or stored)
        if is_question and isinstance(part, JoinsFiles):
            groups.append(_rows_of(request, application, part, {}, asked, JOINED))
    return groups


def _rows_of(
    request: HttpRequest, application: Application, question: Question, waiting: Mapping[str, str], asked: Asking, template: str = ""
) -> QuestionGroup:
    """The rows of a question, or the files joined to the answer of one (`template`); its place where it is not asked."""
    if not asked.is_asked(question.key):
        name = f"{'pieces' if template else 'q'}-{question.key}"
        return QuestionGroup(template=NOT_ASKED, question=question, waiting=waiting.get(question.key, ""), name=name)
    question = asked.as_required(question)
    if template:
        return QuestionGroup(template=template, files=files_block(application, question, request.user))
    return QuestionGroup(template=question.template, **_BLOCKS[question.holding](application, question, request))


# What the template of a question with rows of its own reads, by where its rows are kept.
_BLOCKS: dict[Holding, Callable[[Application, Question, HttpRequest], dict]] = {
    Holding.LINES: lambda application, question, request: {"needs": needs_block(application, question, request.user)},
    Holding.FILES: lambda application, question, request: {"files": files_block(application, question, request.user)},
    Holding.PARTNERS: lambda application, question, request: {"partners": partners_block(application, question, request)},
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
    following = neighbours(asked_in(application), shown.key)["following"]
    if following:
        return reverse("calls:section", args=[application.reference, following.key])
    return reverse("calls:preview", args=[application.reference])


def stored_block(request: HttpRequest, application: Application, question: FieldQuestion) -> FieldState:
    answers = {answer.question_key: answer for answer in application.answers.all()}
    return field_state(application, question, answers.get(question.key), request.user)
