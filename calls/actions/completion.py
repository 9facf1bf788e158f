"""What ends a request for complements: the lycée answers, or the Région takes it back or rules on the file."""

from collections import Counter
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone

from calls.actions.partners import put_partners_back
from calls.actions.versions import freeze_version
from calls.actions.writing import keep_columns
from calls.checks import asked_in, given_in_version, unchanged_questions
from calls.enums import VersionReason
from calls.models import Answer, Application, RequestLine
from calls.questions.base import Given, Holding, is_blank
from calls.questions.joined import JoinsFiles
from calls.questions.needs import LineView
from portal.accounts.models import User
from portal.workflow.actors import SystemActor


@transaction.atomic(savepoint=False)
def close_completion_request(*, application: Application, actor: User, answer: str = "") -> None:
    """The answer is sent: the request unlocks nothing any more. `answer` is what the lycée says in place of what it did not complete."""
    request = application.open_completion_request
    request.answered_at = timezone.now()
    request.answered_by = actor if actor.pk else None
    request.answer = answer
    request.save(update_fields=["answered_at", "answered_by", "answer"])


@transaction.atomic(savepoint=False)
def cancel_completion_request(*, application: Application, actor: User | SystemActor, reason: str) -> None:
    """The request unlocks nothing any more, and the file is again what the Région had received. Without an open request, nothing is done.

    What the lycée had typed and not sent is frozen first, in a version that it alone reads. `reason` is a sentence that the lycée reads.
    To be called under the lock of a transition (calls.hooks.receivers).
    """
    request = application.open_completion_request
    if request is None:
        return
    if has_typed(application, request.fields):
        request.unsent_version = freeze_version(application=application, reason=VersionReason.UNSENT, actor=actor)
        put_back(application, request.fields, actor)
    request.cancelled_at, request.cancelled_by, request.cancel_reason = timezone.now(), actor if actor.pk else None, reason
    request.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "unsent_version"])


def has_typed(application: Application, keys: Sequence[str]) -> bool:
    """Whether the lycée has changed an answer to one of these questions since the last version that the Région received."""
    if application.submitted_version is None:
        return False
    asked = [question for question in asked_in(application).questions if question.key in keys]
    unsound = application.answers.filter(question_key__in=keys).exclude(unsound="").exists()
    return unsound or len(unchanged_questions(application, keys)) < len(asked)


def put_back(application: Application, keys: Sequence[str], actor: User | SystemActor) -> None:
    """Write the answers of the last version received over the rows of these questions, then what lists read of them.

    What a question that was not asked held is no answer, and stays as it is.
    """
    received = given_in_version(application.submitted_version)
    for question in application.questionnaire.schema.questions:
        if question.key in keys and question.key in received and question.is_written:
            given, author = received[question.key], actor if actor.pk else None
            _WAYS[question.holding](application, question.key, given, author)
            if question.holding is Holding.ANSWER and isinstance(question, JoinsFiles):
                _put_files_back(application, question.key, given, author)
    keep_columns(Application.objects.get(pk=application.pk))
    application.refresh_from_db(fields=["title", "search_text", "requested_amount"])


def _put_answer_back(application: Application, key: str, given: Given, author: User | None) -> None:
    answer = application.answers.filter(question_key=key).first() or Answer(application=application, question_key=key, version=0)
    if not answer.unsound and (answer.value == given.value or (is_blank(answer.value) and is_blank(given.value))):
        return
    answer.value, answer.unsound, answer.version = given.value, "", answer.version + 1
    answer.updated_by, answer.updated_at = author, timezone.now()
    answer.save()


def _put_lines_back(application: Application, key: str, given: Given, author: User | None) -> None:
    """Lines that say what was received stay; those of the same article are written over; the others go, and what lacks is written anew."""
    left = list(application.lines.filter(question_key=key).order_by("kind", "position", "pk"))
    placed: dict[int, RequestLine] = {}
    for fits in (_says, _is_of_article):
        for rank, view in enumerate(given.lines, 1):
            if rank not in placed and (found := next((line for line in left if fits(line, view)), None)):
                placed[rank] = found
                left.remove(found)
    for line in left:
        line.delete()
    for rank, view in enumerate(given.lines, 1):
        line = placed.get(rank) or RequestLine(application=application, question_key=key, version=0)
        if not _says(line, view):
            for name, value in _values(view).items():
                setattr(line, name, value)
            line.version, line.updated_by = line.version + 1, author
        line.position = rank
        line.save()


def _values(view: LineView) -> dict:
    """The columns of a line that says what `view` says."""
    return {
        "kind": view.kind,
        "item_code": view.code,
        "label": view.label,
        "detail": view.detail,
        "quantity": view.quantity,
        "unit_price_amount": view.unit_price,
        "vat_rate": view.vat_rate,
        "priority": view.priority,
        "is_essential": view.is_essential,
    }


def _says(line: RequestLine, view: LineView) -> bool:
    return all(getattr(line, name) == value for name, value in _values(view).items())


def _is_of_article(line: RequestLine, view: LineView) -> bool:
    return line.item_code == view.code


def _put_files_back(application: Application, key: str, given: Given, author: User | None) -> None:
    """The attachments of these fingerprints, each as many times as received: what was added is set aside, what was set aside comes back."""
    lacking = Counter(file.sha256 for file in given.files)
    rows = application.attachments.filter(question_key=key, file__deleted_at=None).select_related("file")
    for attachment in rows.filter(removed_at=None).order_by("pk"):
        if lacking[attachment.file.sha256] > 0:
            lacking[attachment.file.sha256] -= 1
        else:
            attachment.removed_at = timezone.now()
            attachment.save(update_fields=["removed_at"])
    received = {file.id for file in given.files}
    for attachment in rows.exclude(removed_at=None).order_by("pk"):
        if lacking[attachment.file.sha256] > 0 and str(attachment.file_id) in received:
            lacking[attachment.file.sha256] -= 1
            attachment.removed_at = None
            attachment.save(update_fields=["removed_at"])


_WAYS: dict[Holding, Callable[[Application, str, Given, User | None], None]] = {
    Holding.ANSWER: _put_answer_back,
    Holding.LINES: _put_lines_back,
    Holding.FILES: _put_files_back,
    Holding.PARTNERS: put_partners_back,
}
