"""What putting a new version of a form in force does to the files of its call, counted: nobody of the Région reads a draft."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from calls.building.versions import FormChanges, changes_between
from calls.enums import ApplicationState
from calls.models import Answer, Application, Questionnaire


@dataclass(frozen=True)
class DraftsOfVersion:
    """The drafts that answer to one version. `hidden_count`: those that have answered a question that the new version does not ask."""

    version: int
    count: int
    changes: FormChanges
    hidden_count: int


@dataclass(frozen=True)
class ForceReport:
    drafts: Sequence[DraftsOfVersion]
    filed_count: int  # filed, or with the head of the lycée: they keep the version to which they answer
    others_count: int

    @property
    def draft_count(self) -> int:
        """Of every older version."""
        return sum(each.count for each in self.drafts)

    @property
    def follow(self) -> bool:
        """Whether some draft may go to the new version."""
        return any(each.changes.is_readable for each in self.drafts)


def force_report(new: Questionnaire) -> ForceReport:
    """What putting this version in force does. A constant number of queries for each version that drafts answer to."""
    files = Application.objects.filter(call=new.call).exclude(state=ApplicationState.WITHDRAWN)
    drafts = files.filter(state=ApplicationState.DRAFT)
    by_version = drafts.values_list("questionnaire").annotate(count=Count("pk")).order_by("questionnaire__version")
    versions = Questionnaire.objects.in_bulk([pk for pk, _count in by_version])
    return ForceReport(
        [_of_version(versions[pk], count, new) for pk, count in by_version if pk != new.pk],
        files.filter(state__in=ApplicationState.FILED).count(),
        files.exclude(state__in=ApplicationState.FILED).exclude(state=ApplicationState.DRAFT).count(),
    )


def _of_version(old: Questionnaire, count: int, new: Questionnaire) -> DraftsOfVersion:
    changes = changes_between(old.schema, new.schema)
    gone = [question.key for question in changes.gone]
    answered = Answer.objects.filter(
        application__questionnaire=old, application__state=ApplicationState.DRAFT, application__kept_for=None, question_key__in=gone
    )
    hidden = answered.values("application").distinct().count() if gone else 0
    return DraftsOfVersion(old.version, count, changes, hidden)
