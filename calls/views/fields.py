"""One question on a screen: what is typed, what is stored, what somebody else has just written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.http import QueryDict

from calls.actions.answers import StaleAnswer, keep_unsound, save_answer
from calls.actions.writing import LockedFile, WritingRefused
from calls.forms.applicant import is_untouched, token_of, version_in
from calls.models import Answer, Application, CompletionLine, VisaRemark
from calls.queries.people import when
from calls.questions.base import TITLE_KEY, FieldQuestion, Given, Question
from calls.questions.record import Cell
from calls.rules import may_type
from portal.accounts.models import User
from portal.text.french import count, number

MOST_KEPT = 50_000  # signs of a text that is not valid


@dataclass(frozen=True)
class FieldState:
    """A question as its block shows it. `conflict` is the answer that somebody else put meanwhile."""

    question: Question
    typed: Any  # what its field shows
    token: str
    text: str
    editable: bool
    last: str = ""
    error: str = ""
    is_kept: bool = False  # what was typed is kept in the file, though it is not valid
    conflict: str = ""
    conflict_by: str = ""
    conflict_token: str = ""
    waiting: str = ""  # what decides whether it is asked, while that is not known
    is_hidden: bool = False  # it is not asked
    remarks: tuple[VisaRemark, ...] = ()  # of the visa, still to deal with
    lines: tuple[CompletionLine, ...] = ()  # what the Région asks of it
    is_trial: bool = False  # drawn for whoever writes the form: its page follows what is tried, and no file is written
    template = "calls/applicant/_question.html"

    @property
    def id(self) -> str:
        return f"q-{self.question.key}"

    @property
    def boxes(self) -> list[tuple[str, str, bool]]:
        """What is offered to tick: value, label, whether it is ticked."""
        ticked = self.typed if isinstance(self.typed, list) else [self.typed]
        return [(value, label, value in ticked) for value, label in self.question.offered]

    @property
    def input_names(self) -> str:
        """The names of its fields, as a request of htmx wants them."""
        return ",".join([*self.question.input_names(self.typed), f"v-{self.question.key}"])

    @property
    def cells(self) -> list[Cell]:
        """The fields of a record."""
        return self.question.cells(self.typed)

    @property
    def rows(self) -> list[list[Cell]]:
        """The fields of a group, row after row."""
        return self.question.rows(self.typed)

    @property
    def is_sound(self) -> bool:
        return not (self.error or self.conflict_token)

    @property
    def counter(self) -> str:
        """Letters are counted as they will be stored: an accent typed apart from its letter makes one sign with it."""
        return f"{count(len(normalize('NFC', str(self.typed))), 'signe')} sur {number(self.question.limit)}"


def field_state(application: Application, question: FieldQuestion, answer: Answer | None, viewer: User) -> FieldState:
    """The block of a question as stored."""
    value = answer.value if answer else (application.title if question.key == TITLE_KEY else None)
    unsound = answer.unsound if answer else ""
    return FieldState(
        question=question,
        typed=question.typed_again(unsound) if unsound else question.typed(value),
        token=token_of(answer.version if answer else 0, unsound or value),
        text=question.text(Given(value)),
        editable=may_type(application, question.key, viewer),
        last=last_change(answer, viewer),
        error=fault_of(question, unsound) if unsound else "",
        is_kept=bool(unsound),
        remarks=tuple(application.open_remarks.get(question.key, ())),
        lines=tuple(application.asked_lines.get(question.key, ())),
    )


def worked_out(application: Application, question: Question, given: Mapping[str, Given]) -> FieldState:
    """The block of a figure that the portal works out: nothing to write."""
    answer = given.get(question.key, Given())
    said = application.questionnaire.schema.explained(question)
    return FieldState(question=question, typed="", token="", text=question.text(answer), editable=False, last=said)  # noqa: S106 -- no secret


def place_kept(application: Application, question: Question, waiting: str, viewer: User) -> FieldState:
    """The place of a question that is not asked, or (`waiting` says on what it depends) not yet known to be."""
    editable = question.is_written and may_type(application, question.key, viewer)
    return FieldState(question=question, typed="", token="", text="", editable=editable, waiting=waiting, is_hidden=not waiting)  # noqa: S106 -- no secret


def fault_of(question: FieldQuestion, text: str) -> str:
    """Why a text that was kept is not a valid answer."""
    try:
        question.clean(question.typed_again(text))
    except ValidationError as error:
        return " ".join(error.messages)
    return "Enregistrez cette réponse à nouveau."  # the rule has changed since


def last_change(answer: Answer | None, viewer: User) -> str:
    """Who wrote the answer last, and when; "" when nobody did."""
    if answer is None or answer.updated_by is None:
        return ""
    name = "vous" if answer.updated_by_id == viewer.pk else answer.updated_by.get_full_name()
    return f"{name}, {when(answer.updated_at)}"


def save_typed(
    application: Application, question: FieldQuestion, data: QueryDict, actor: User, *, over: str = "", held: LockedFile | None = None
) -> FieldState:
    """Check and save what a request carries for a question; returns its block, with what was typed kept in every case.

    `over` is the token of somebody else's answer that the writer has read and chooses to replace; `held`: the file, where it is locked already.
    """
    typed, token = question.posted(data), over or data.get(f"v-{question.key}", "")
    block = FieldState(question=question, typed=typed, token=token, text="", editable=True)
    given = {"application": application, "question": question, "seen_version": version_in(token), "actor": actor, "held": held}
    try:
        value = question.clean(typed)
        if not over and is_untouched(token, value):
            return block
        answer = save_answer(value=value, **given)
    except ValidationError as error:
        return unsound_block(replace(block, error=" ".join(error.messages)), given)
    except WritingRefused as refusal:
        return replace(block, error=" ".join(refusal.reasons))
    except StaleAnswer as stale:
        return conflicting(block, stale.current)
    return replace(block, token=token_of(answer.version, answer.value), last=last_change(answer, actor))


def unsound_block(block: FieldState, given: dict) -> FieldState:
    """The block of an answer that is not valid: its text is kept in the file as it was typed, unless it is out of all measure."""
    text = block.question.kept(block.typed)
    if not text or len(text) > MOST_KEPT:
        return block
    try:
        answer = keep_unsound(text=text, **given)
    except WritingRefused as refusal:
        return replace(block, error=" ".join(refusal.reasons))
    except StaleAnswer as stale:
        return conflicting(replace(block, error=""), stale.current)
    return replace(block, is_kept=True, token=token_of(answer.version, answer.shown), last=last_change(answer, given["actor"]))


def conflicting(block: FieldState, current: Answer) -> FieldState:
    """The block that shows both texts: the writer's in the field, the other's beside it."""
    return replace(
        block,
        conflict=conflict_text(block.question, current),
        conflict_by=current.updated_by.get_full_name() if current.updated_by else "Un membre de l’équipe",
        conflict_token=token_of(current.version, current.shown),
    )


def conflict_text(question: FieldQuestion, answer: Answer) -> str:
    """The answer that somebody else has put, as a person reads it, valid or not."""
    return (question.said(answer.unsound) if answer.unsound else question.text(Given(answer.value))) or "(réponse effacée)"
