"""What every change of a file's content goes through: one lock, one set of rules."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.actions.start import search_text
from calls.checks import asked_in
from calls.models import Answer, Application
from calls.queries.content import requested_amount
from calls.questions.base import TITLE_KEY, TITLE_LENGTH
from portal.accounts.models import User
from portal.journal import recorder


class WritingRefused(Exception):
    """The content cannot change now; `reasons` says why, in French. Nothing was written."""

    def __init__(self, reasons: list[str]):
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@dataclass(frozen=True)
class LockedFile:
    """A file that the transaction has locked already, and its answers as they stand under that lock: they are not read twice."""

    file: Application
    answers: Mapping[str, Answer]

    def wrote(self, answer: Answer) -> None:
        """A first answer is not among those that were read: whoever asks for them reads them again."""
        if answer.question_key not in self.answers:
            self.file._prefetched_objects_cache.pop("answers", None)  # noqa: SLF001 -- Django has no other way to forget one


@contextmanager
def locked(application: Application, key: str, actor: User, held: LockedFile | None = None) -> Iterator[Application]:
    """As `lock_for_writing`, in a transaction of its own unless the file is `held` by the one that is open."""
    if held is None:
        with transaction.atomic():
            yield lock_for_writing(application, key, actor)
    else:
        _check(held.file, key, actor)
        yield held.file


def lock_for_writing(application: Application, key: str, actor: User) -> Application:
    """The file, fresh and locked for this transaction, once sure that `actor` may change the answer to `key` now.

    The lock is that of the gate: an answer can never slip in after the version that a transition freezes. Raises
    PermissionDenied (not of this lycée) and WritingRefused (wrong state, closed call, point not asked for).
    """
    rows = Application.everything.select_for_update(of=("self",)).select_related("call", "establishment", "questionnaire")
    fresh = rows.get(pk=application.pk)
    _check(fresh, key, actor)
    return fresh


def _check(fresh: Application, key: str, actor: User) -> None:
    if not rules.types_in_file(fresh, actor):
        raise PermissionDenied("writing")
    if gaps := rules.writing_gaps(fresh, key):
        raise WritingRefused(gaps)


def tell(fresh: Application, action: str, *, actor: User, **told: object) -> None:
    """A line of the journal; none about a personal draft, which concerns nobody else."""
    if not fresh.is_personal:
        recorder.record(fresh, action, actor=actor, **told)


def keep_columns(fresh: Application) -> None:
    """Title, search text, `requested_amount` (euros incl. VAT) and which needs are asked: what lists sort on and envelopes compare with, as the content says.

    Those of a draft follow each change. Those of a filed file are what the Région has received: complements change them once sent.
    """
    title = fresh.answers.filter(question_key=TITLE_KEY).first()
    if title is not None:
        fresh.title = (title.value or "")[:TITLE_LENGTH]
        fresh.search_text = search_text(fresh)
    asked = asked_in(fresh)
    if asked.rules:
        fresh.lines.filter(question_key__in=asked.hidden, is_asked=True).update(is_asked=False)
        fresh.lines.exclude(question_key__in=asked.hidden).filter(is_asked=False).update(is_asked=True)
    fresh.requested_amount = requested_amount(fresh, asked)
    fresh.save(update_fields=["title", "search_text", "requested_amount"])


def follow_content(application: Application, fresh: Application) -> None:
    """After a change of the content: the columns of a draft follow, those of a filed file wait until the lycée sends it."""
    if fresh.is_editable:
        keep_columns(fresh)
        application.title, application.search_text = fresh.title, fresh.search_text
        application.requested_amount = fresh.requested_amount
