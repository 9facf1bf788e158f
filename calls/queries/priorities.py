"""The order in which a lycée puts its files of one call: as it reads it, drafts included, and as the Région reads it, among filed ones."""

from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery

from calls.enums import ApplicationState
from calls.models import Application


@dataclass(frozen=True)
class SchoolPlace:
    """Where a file stands among those of its lycée for its call; `place` is None while nobody has ranked it."""

    place: int | None
    total: int


def rivals_of(application: Application) -> QuerySet[Application]:
    """The files of a lycée for one call that are not withdrawn, in its order of priority, then those ranked by nobody."""
    files = Application.objects.filter(call=application.call_id, establishment=application.establishment_id)
    files = files.prefetch_related("completion_requests")  # what their badges say
    return files.exclude(state=ApplicationState.WITHDRAWN).order_by(F("school_rank").asc(nulls_last=True), "reference")


def place_of(application: Application) -> SchoolPlace | None:
    """Where its lycée reads it; None, without a query, where the call takes one file only. One query otherwise."""
    if application.is_personal or application.call.max_per_establishment < 2:
        return None
    ranks = list(rivals_of(application).values_list("pk", "school_rank"))
    ranked = [pk for pk, rank in ranks if rank is not None]
    return SchoolPlace(ranked.index(application.pk) + 1 if application.pk in ranked else None, len(ranks))


def place_at(path: str = "") -> Subquery:
    """The place of a file, at `path` ("application__"), among the filed ones of its lycée for its call; null where nobody ranked it."""
    before = Application.objects.filed().filter(
        call=OuterRef(f"{path}call"), establishment=OuterRef(f"{path}establishment"), school_rank__lte=OuterRef(f"{path}school_rank")
    )
    return Subquery(before.order_by().values("call").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
