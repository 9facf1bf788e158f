"""Taking up a file where it was left: how long is left to write, about, and where the person wrote last."""

from collections.abc import Iterable
from dataclasses import dataclass

from calls.asking import Asking
from calls.models import Application
from calls.questionnaire import Section
from calls.questions.base import Given, Question
from portal.accounts.models import User
from portal.text.french import NBSP

ROUNDED_TO = 5  # minutes


@dataclass(frozen=True)
class LastWritten:
    """The question that the person answered last, and its section."""

    section: Section
    question: Question


def time_to_write(questions: Iterable[Question]) -> str:
    """« environ 45 minutes », « environ 1 h 30 »; "" when nothing is to be written. Each kind of question says how long it takes."""
    minutes = sum(question.minutes for question in questions)
    hours, rest = divmod(-(-minutes // ROUNDED_TO) * ROUNDED_TO, 60)
    if hours:
        return f"environ {hours}{NBSP}h{NBSP}{rest:02}" if rest else f"environ {hours}{NBSP}heure{'s' * (hours > 1)}"
    return f"environ {rest}{NBSP}minutes" if rest else ""


def time_still_to_write(asked: Asking) -> str:
    """The same of what is asked and has no answer yet, whether it must be answered or not. `asked`: read with what the file gives."""
    blank = (question for section in asked.sections for question in section.questions if _is_blank(asked.given.get(question.key, Given())))
    return time_to_write(question for question in blank if question.is_written)


def _is_blank(given: Given) -> bool:
    return not (given.value or given.value == 0 or given.lines or given.files)


def last_written(application: Application, asked: Asking, user: User) -> LastWritten | None:
    """Where this person wrote last, if it is still asked. No query on prefetched answers."""
    mine = [answer for answer in application.answers.all() if answer.updated_by_id == user.pk and asked.is_asked(answer.question_key)]
    if not mine:
        return None
    key = max(mine, key=lambda answer: answer.updated_at).question_key
    return LastWritten(asked.section_of(key), asked.question(key)) if asked.question(key) else None
