"""Calls and files before a jury, by what a person may open."""

from django.db.models import Func, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from calls.enums import CallState
from calls.models import Application, Call
from portal.accounts.models import User
from scoring import rules
from scoring.enums import AssessmentState, SessionState
from scoring.models import Assessment, PanelMember, SelectionSession
from scoring.queries.conflicts import hidden_applications


def files_before_jury(call: Call) -> QuerySet[Application]:
    """Files that the jury of this call scores: declared admissible, whatever came after."""
    return call.applications.before_jury()


def ranking_calls(user: User) -> QuerySet[Call]:
    """Calls whose ranking this person may read: staff once scoring has begun, the panel once it deliberates, finance once it has decided."""
    read = Q(pk__in=())
    if rules.reads_rankings(user):
        read |= Q(state__in=CallState.SCORED)
    if rules.sits_in_jury(user):
        read |= Q(state__in=CallState.DELIBERATED, pk__in=seats(user).values("call_id"))
    if rules.reads_closed_sittings(user):
        read |= Q(pk__in=decided_calls())
    return Call.objects.filter(read).order_by("-opens_at", "pk")


def decided_calls() -> QuerySet:
    """The calls (ids, for a query) of which a sitting is closed."""
    return SelectionSession.objects.filter(state__in=SessionState.OVER).order_by().values("call")


def is_decided_by_a_sitting(call: Call) -> bool:
    """Whether a sitting of this call is closed: its numbers are frozen, and its panel with them."""
    return call.sessions.filter(state__in=SessionState.OVER).exists()


def seats(user: User) -> QuerySet[PanelMember]:
    return PanelMember.objects.filter(user_id=user.pk).order_by()


def jury_calls(user: User) -> QuerySet[Call]:
    """Calls whose jury this person prepares or audits."""
    return Call.objects.visible_to(user).exclude(state=CallState.WITHDRAWN) if rules.follows_jury(user) else Call.objects.none()


def jury_calls_with_progress(user: User) -> QuerySet[Call]:
    """The same, each with `n_seats`, `n_files`, `n_readings` and `n_done`; files hidden from the reader are not counted."""
    hidden = hidden_applications(user).values("pk")
    files = Application.objects.before_jury().filter(call=OuterRef("pk"))
    live = Assessment.objects.live().filter(application__call=OuterRef("pk")).exclude(application__in=hidden)
    return (
        jury_calls(user)
        .select_related("programme", "grid")
        .annotate(
            n_seats=counted(PanelMember.objects.filter(call=OuterRef("pk"))),
            n_files=counted(files.exclude(pk__in=hidden)),
            n_readings=counted(live),
            n_done=counted(live.filter(state__in=AssessmentState.DONE)),
        )
        .order_by("-opens_at", "pk")
    )


def counted(rows: QuerySet[Model]) -> Coalesce:
    """The number of rows of a query inside another; joins would multiply one count by another."""
    counted = rows.order_by().annotate(all_rows=Func("pk", function="COUNT")).values("all_rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
