"""What of an earlier file of the same lycée may be taken again in this one, question by question, and what may not, with the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from calls.asking import Asking
from calls.checks import asked_in, given_in
from calls.enums import ApplicationState
from calls.models import Answer, Application, Attachment
from calls.questionnaire import Section
from calls.questions.base import FieldQuestion, Given, Holding, Json, Question
from calls.questions.needs import LineView
from calls.rules import may_type
from portal.accounts.models import User
from portal.text.folding import fold

GONE = "Cette réponse ne convient plus : les choix ou les limites de la question ont changé."
OTHER_KIND = "La question n’est plus de la même nature."
NOT_ASKED = "Aucune question de ce dossier ne correspond."


@dataclass(frozen=True)
class Reusable:
    """A question that was answered in the earlier file (`old`, as it reads) and what may be done of it.

    `value` is what its answer would be here, `lines` the needs that it would add, at the prices of this call; `files` those that may be joined
    again, one by one. `why` says why nothing is taken; `partly` what is left.
    """

    question: Question
    section: Section
    old: str
    now: str = ""
    value: Json = None
    lines: tuple[LineView, ...] = ()
    files: tuple[Attachment, ...] = ()
    why: str = ""
    partly: str = ""

    @property
    def is_offered(self) -> bool:
        """Whether one tick takes it: files are ticked each."""
        return not self.why and not self.files

    @property
    def fills(self) -> bool:
        """Whether it answers what has no answer yet."""
        return self.is_offered and not self.now


@dataclass(frozen=True)
class Reuse:
    """An earlier file beside this one. `left`: what it answered that nothing asks here, (label, answer)."""

    source: Application
    rows: tuple[Reusable, ...]
    left: tuple[tuple[str, str], ...] = field(default=())

    @property
    def offered(self) -> list[Reusable]:
        return [row for row in self.rows if row.is_offered]

    @property
    def filling(self) -> list[Reusable]:
        return [row for row in self.rows if row.fills]


def earlier_files(application: Application, user: User) -> QuerySet[Application]:
    """The other files of its lycée that this person may read, the latest first. None beside a personal draft: its author is not of the lycée."""
    files = Application.objects.visible_to(user).filter(establishment=application.establishment_id).exclude(pk=application.pk)
    files = files.filter(Q(erased=[]) | Exists(Answer.objects.filter(application=OuterRef("pk"))))  # nothing is taken from an emptied one
    return (files.none() if application.is_personal else files).exclude(state=ApplicationState.WITHDRAWN).order_by("-created_at", "-pk")


def whole_source(files: QuerySet[Application], reference: str) -> Application | None:
    """One of these files with what it holds, or None."""
    attachments = Prefetch("attachments", Attachment.objects.current().select_related("file"))
    return (
        files.select_related("call", "questionnaire", "establishment")
        .prefetch_related("answers", "lines", attachments)
        .filter(reference=reference)
        .first()
    )


def reuse_of(application: Application, source: Application, user: User) -> Reuse:
    """What `source` answered beside what this file asks. A question answers the one of its key, else the one of the same label."""
    asked, given = asked_in(application, given_in(application)), given_in(application)
    former, answered = source.questionnaire.schema, given_in(source)
    by_label = {fold(question.label): question for question in former.questions}
    rows, used = [], set()
    for section, question in _open(application, asked, user):
        old = former.question(question.key) or by_label.get(fold(question.label))
        if old is None or old.key in used or not (said := _said(old, answered)):
            continue
        used.add(old.key)
        rows.append(_row(question, section, old, said, answered.get(old.key, Given()), _said(question, given)))
    left = [(old.label, said) for old in former.questions if old.key not in used and old.is_written and (said := _said(old, answered))]
    return Reuse(source, tuple(rows), tuple(left))


def _open(application: Application, asked: Asking, user: User) -> Iterator[tuple[Section, Question]]:
    """The questions that this person may answer now."""
    for section in asked.sections:
        for question in section.questions:
            if question.is_written and asked.is_asked(question.key) and may_type(application, question.key, user):
                yield section, question


def _said(question: Question, given: Mapping[str, Given]) -> str:
    """The answer as it reads, the names of the files joined included."""
    answer = given.get(question.key, Given())
    return "\n".join(filter(None, [question.text(answer), *(attachment.file.name for attachment in answer.files)]))


def _row(question: Question, section: Section, old: Question, said: str, answer: Given, now: str) -> Reusable:
    row = {"question": question, "section": section, "old": said, "now": now}
    if not question.reads(old.kind):
        return Reusable(**row, why=OTHER_KIND)
    if question.not_again:
        return Reusable(**row, why=question.not_again)
    if question.holding is Holding.LINES:
        return _lines(row, question, answer)
    if question.holding is Holding.FILES:
        kept = tuple(each for each in answer.files if each.file.name.rpartition(".")[2].lower() in question.accept)
        return Reusable(**row, files=kept, why="" if kept else "Le format de ces fichiers n’est plus accepté.")
    return _field(row, question, answer)


def _field(row: dict, question: FieldQuestion, answer: Given) -> Reusable:
    value = question.taken_again(answer.value)
    if value is None:
        return Reusable(**row, why=GONE)
    if value == answer.value:
        return Reusable(**row, value=value, why="C’est déjà votre réponse." if row["now"] == row["old"] else "")
    return Reusable(**row, value=value, partly=f"Repris en partie : {question.text(Given(value))}")


def _lines(row: dict, question: Question, answer: Given) -> Reusable:
    """Needs whose article is still in the list; their prices are those of this call."""
    lines = question.compared(answer) or ()
    kept = tuple(line for line in lines if question.item(line.code))
    gone = [line.label for line in lines if line not in kept]
    if not kept:
        return Reusable(**row, why="Aucun de ces articles n’est dans la liste de cet appel.")
    return Reusable(**row, lines=kept, partly=f"Plus dans la liste : {', '.join(gone)}." if gone else "")
