"""A juror’s readings: the pile, what others gave, computed points."""

from django.db.models import Case, Count, Q, QuerySet, When

from calls.enums import CallState
from calls.models import Application
from calls.queries.priorities import place_at
from portal.accounts.models import User
from scoring.enums import AssessmentState
from scoring.models import Assessment, ComputedMark
from scoring.queries.panel import BODY_ORDER


def visible_to_juror(user: User) -> QuerySet[Application]:
    """The files that a juror may open: those confided to that person, without conflict."""
    return Application.objects.filter(pk__in=Assessment.objects.of(user).values("application_id"))


def pile(user: User) -> QuerySet[Assessment]:
    """A juror's readings in the calls being prepared or scored: what is left to do first, then what is handed in."""
    open_calls = (CallState.INSTRUCTION, *CallState.SCORED)
    return (
        Assessment.objects.of(user)
        .live()
        .filter(application__call__state__in=open_calls)
        .select_related("application__call", "application__establishment__department")
        .annotate(place=place_at("application__"))
        .annotate(is_done=Case(When(state__in=AssessmentState.DONE, then=1), default=0))
        .order_by("is_done", "application__call__reference", "application__reference")
    )


def pile_states(user: User, call_id: int | None = None) -> QuerySet:
    """The same pile as light rows (`pk`, `state`, `call_id`), of one call or of all, each file at its place whatever its state."""
    rows = pile(user) if call_id is None else pile(user).filter(application__call_id=call_id)
    rows = rows.select_related(None).order_by("application__call__reference", "application__reference")
    return rows.values_list("pk", "state", "application__call_id", named=True)


def pile_counts(user: User) -> list[dict]:
    """One row per call being scored: `call_id`, `total`, `done`, `started`."""
    return list(
        Assessment.objects.of(user)
        .live()
        .filter(application__call__state=CallState.ASSESSMENT)
        .values("application__call_id", "application__call__title", "application__call__jury_on")
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=Q(state__in=AssessmentState.DONE)),
            started=Count("pk", filter=Q(state__in=AssessmentState.STARTED)),
        )
        .order_by("application__call__jury_on", "application__call_id")
    )


def others_readings(assessment: Assessment, user: User) -> list[Assessment]:
    """What other jurors gave to the same file, when the call's rule lets this juror read it: after one's own, or at once."""
    if assessment.application.call.own_scores_first and assessment.state != AssessmentState.SUBMITTED:
        return []
    return list(
        Assessment.objects.counted()
        .filter(application_id=assessment.application_id)
        .exclude(juror_id=user.pk)
        .select_related("juror", "body")
        .prefetch_related("scores")
        .order_by(BODY_ORDER, "body__name", "juror__last_name")
    )


def computed_marks(application: Application) -> QuerySet[ComputedMark]:
    """The computed points of one file, in the order of the grid."""
    return application.computed_marks.select_related("criterion").order_by("criterion__position", "criterion_id")
