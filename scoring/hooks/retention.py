"""What the jury wrote and nobody publishes, under the rules of retention; the points, the ranks and the motives of decisions stay."""

from collections.abc import Collection

from calls import retention
from calls.actions.erasing import summed
from calls.models import Application
from calls.queries.retention import ERASED, Held, holding
from calls.retention import RetentionRule
from scoring.models import Assessment, InterestDeclaration, JuryQuestion, Score


def notes_held(keys: Collection[int]) -> dict[int, Held]:
    """Appreciations, remarks on criteria, reasons of recusals: three queries."""
    return summed(
        (Assessment.objects.filter(application__in=keys).exclude(comment=""), "application", "juror"),
        (Score.objects.filter(assessment__application__in=keys).exclude(remark=""), "assessment__application", "assessment__juror"),
        (InterestDeclaration.objects.filter(application__in=keys).exclude(reason=ERASED), "application", "user"),
    )


def erase_notes(file: Application, rule: RetentionRule) -> None:
    """That a juror stepped aside stays, without why."""
    Assessment.objects.filter(application=file).update(comment="")
    Score.objects.filter(assessment__application=file).update(remark="")
    InterestDeclaration.objects.filter(application=file).update(reason=ERASED)


def questions_held(keys: Collection[int]) -> dict[int, Held]:
    return summed((JuryQuestion.objects.filter(application__in=keys).exclude(text=ERASED), "application", "asked_by"))


def erase_questions(file: Application, rule: RetentionRule) -> None:
    JuryQuestion.objects.filter(application=file).update(text=ERASED)


holding(retention.JURY, held=notes_held, erase=erase_notes)
holding(retention.EXCHANGES, held=questions_held, erase=erase_questions)
