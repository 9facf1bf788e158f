"""Answers: saved one by one, never over something that the writer has not read."""

from django.utils import timezone

from calls.actions.writing import LockedFile, follow_content, locked
from calls.models import Answer, Application
from calls.questions.base import TITLE_KEY, Json, Question
from portal.accounts.models import User


class StaleAnswer(Exception):
    """Somebody changed this answer since the writer read it. `current` is in place; the text typed was not written."""

    def __init__(self, current: Answer):
        self.current = current
        super().__init__(current.question_key)


def save_answer(
    *, application: Application, question: Question, value: Json, seen_version: int, actor: User, held: LockedFile | None = None
) -> Answer:
    """Write one clean value (str, int, list, decimal string or None) over the version that the writer had read.

    `seen_version` is 0 when there was no answer yet; `held`: the file, where the transaction that is open has locked it. Writing what is
    already there changes nothing. Raises StaleAnswer, WritingRefused and PermissionDenied; nothing is written then.
    """
    with locked(application, question.key, actor, held) as fresh:
        answer = _present(fresh, question, held)
        if not answer.unsound and (answer.value == value or (answer.value is None and value in ("", []))):
            return answer
        _write(answer, seen_version, actor, held, value=value, unsound="")
        if question.key == TITLE_KEY or question.counts_in_request or question.key in fresh.questionnaire.schema.rules.deciding:
            follow_content(application, fresh)
    return answer


def keep_unsound(
    *, application: Application, question: Question, text: str, seen_version: int, actor: User, held: LockedFile | None = None
) -> Answer:
    """Keep what was typed and is not valid beside the answer, which stays as it is: it counts as missing until it is mended.

    `held` as for `save_answer`. Raises StaleAnswer, WritingRefused and PermissionDenied; nothing is written then.
    """
    with locked(application, question.key, actor, held) as fresh:
        answer = _present(fresh, question, held)
        if answer.unsound != text:
            _write(answer, seen_version, actor, held, unsound=text)
    return answer


def _write(answer: Answer, seen_version: int, actor: User, held: LockedFile | None, **values: Json) -> None:
    if answer.version != seen_version:
        raise StaleAnswer(answer)
    for name, value in values.items():
        setattr(answer, name, value)
    answer.version, answer.updated_by, answer.updated_at = answer.version + 1, actor, timezone.now()
    answer.save()
    if held:
        held.wrote(answer)


def _present(application: Application, question: Question, held: LockedFile | None) -> Answer:
    """The answer in place, or one not saved yet, of version 0."""
    if held is None:
        answer = Answer.objects.filter(application=application, question_key=question.key).select_related("updated_by").first()
    else:
        answer = held.answers.get(question.key)
    value = application.title if question.key == TITLE_KEY else None
    return answer or Answer(application=application, question_key=question.key, value=value, version=0)
