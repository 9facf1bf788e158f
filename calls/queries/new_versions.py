"""What was replaced, and what was written and not filed, among the versions of a file."""

from django.db.models import QuerySet

from calls.enums import NewVersionEnding
from calls.models import Application, ApplicationVersion, NewVersion
from portal.prepared import prepared


def replaced_by(version: ApplicationVersion | None) -> NewVersion | None:
    """The writing anew by which a version was filed in the place of another; None for a first filing. One query."""
    return _filed_as.first(version.pk) if version else None


@prepared
def _filed_as(version: int) -> QuerySet[NewVersion]:
    return NewVersion.objects.filter(version=version, ending=NewVersionEnding.FILED).select_related("replaces").order_by("-pk")[:1]


def last_unfiled(application: Application) -> NewVersion | None:
    """The last new version, when it was not filed and nothing is written anew since; None otherwise. One query for a filed file."""
    if application.submitted_at is None or application.is_rewritten:
        return None
    last = application.new_versions.select_related("version").first()
    return last if last and not last.is_filed else None
