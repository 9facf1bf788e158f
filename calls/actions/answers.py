"""Answers: saved one by one, never over something that the writer has not read."""

from django.db import transaction
from django.utils import timezone

from calls.actions.writing import follow_content, lock_for_writing
from calls.models import Answer, Application
from calls.questions.base import TITLE_KEY, Json, Question
from portal.accounts.models import User


class StaleAnswer(Exception):
    """Somebody changed this answer since the writer read it. `current` is in place; the text typed was not written."""

    def __init__(self, current: Answer):
        self.current = current
        super().__init__(current.question_key)


@transaction.atomic
def save_answer(*, application: Application, question: Question, value: Json, seen_version: int, actor: User) -> Answer:
    """Write one clean value (str, int, list, decimal string or None) over the version that the writer had read.

    `seen_version` is 0 when there was no answer yet. Writing what is already there changes nothing. Raises StaleAnswer,
    WritingRefused and PermissionDenied; nothing is written then.
    """
    fresh = lock_for_writing(application, question.key, actor)
    answer = _present(fresh, question)
    if not answer.unsound and (answer.value == value or (answer.value is None and value in ("", []))):
        return answer
    if answer.version != seen_version:
        raise StaleAnswer(answer)
    answer.value, answer.unsound, answer.version = value, "", answer.version + 1
    answer.updated_by, answer.updated_at = actor, timezone.now()
    answer.save()
    if question.key == TITLE_KEY or question.counts_in_request or question.key in fresh.questionnaire.schema.rules.deciding:
        follow_content(application, fresh)
    return answer


@transaction.atomic
def keep_unsound(*, application: Application, question: Question, text: str, seen_version: int, actor: User) -> Answer:
    """Keep what was typed and is not valid beside the answer, which stays as it is: it counts as missing until it is mended.

    Raises StaleAnswer, WritingRefused and PermissionDenied; nothing is written then.
    """
    fresh = lock_for_writing(application, question.key, actor)
    answer = _present(fresh, question)
    if answer.unsound == text:
        return answer
    if answer.version != seen_version:
        raise StaleAnswer(answer)
    answer.unsound, answer.version = text, answer.version + 1
    answer.updated_by, answer.updated_at = actor, timezone.now()
    answer.save()
    return answer


def _present(application: Application, question: Question) -> Answer:
    """The answer in place, or one not saved yet, of version 0."""
    answer = Answer.objects.filter(application=application, question_key=question.key).select_related("updated_by").first()
    value = application.title if question.key == TITLE_KEY else None
    return answer or Answer(application=application, question_key=question.key, value=value, version=0)
