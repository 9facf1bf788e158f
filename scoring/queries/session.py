"""What a sitting reads: money, attendance, the sittings of a person."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, OuterRef, QuerySet

from calls.enums import CallState
from calls.models import Call
from portal.accounts.models import User
from scoring import rules
from scoring.enums import SessionState
from scoring.models import Envelope, PanelMember, SelectionSession
from scoring.queries.jury import counted, decided_calls
from scoring.queries.money import exact_sum
from scoring.queries.ranking import body_order


def envelopes_total(call: Call) -> Decimal:
    """The money of a call, in euros: its envelopes, what is delegated of them counted once."""
    return Envelope.objects.filter(call=call).whole().aggregate(total=exact_sum("amount"))["total"]


@dataclass
class BodyAttendance:
    """One body of the panel: its seats, and how many are present."""

    body: object
    seats: list[PanelMember] = field(default_factory=list)
    present: int = 0

    @property
    def is_represented(self) -> bool:
        return self.present > 0


@dataclass(frozen=True)
class Attendance:
    """The sheet of a sitting."""

    bodies: list[BodyAttendance]
    chair_present: bool

    @property
    def present(self) -> int:
        return sum(body.present for body in self.bodies)

    @property
    def total(self) -> int:
        return sum(len(body.seats) for body in self.bodies)

    @property
    def absent_bodies(self) -> list[str]:
        return [body.body.short_name for body in self.bodies if not body.is_represented]


def attendance_of(session: SelectionSession, present: Collection[int] | None = None) -> Attendance:
    """The panel by body, the Région first, each seat with `is_present`: as it is recorded, or as `present` (keys of seats) would have it."""
    if present is None:
        present = set(session.attendance.values_list("pk", flat=True))
    bodies: dict[int, BodyAttendance] = {}
    chair_present = False
    for seat in session.call.panel.select_related("user", "body").order_by("user__last_name", "user__first_name", "pk"):
        row = bodies.setdefault(seat.body_id, BodyAttendance(seat.body))
        seat.is_present = seat.pk in present
        row.seats.append(seat)
        row.present += seat.is_present
        chair_present |= seat.is_present and seat.is_chair
    return Attendance(sorted(bodies.values(), key=lambda row: body_order(row.body)), chair_present)


def planned_alike(call: Call, held_at: datetime, place: str) -> SelectionSession | None:
    """The last sitting prepared for this call at this very hour and place."""
    return SelectionSession.objects.filter(call=call, state=SessionState.PREPARED, held_at=held_at, place=place).order_by("-pk").first()


def lacks_chair(session: SelectionSession, user: User) -> bool:
    """Whether a sitting awaits an act of its chair and nobody presides any more: told to whoever manages the jury, who names another."""
    awaits = session.accepts_scenarios or session.state == SessionState.CLOSED
    return awaits and rules.manages_jury(session, user) and bool(session.chair_ids) and not session.is_presided


def sessions_for(user: User) -> QuerySet[SelectionSession]:
    """The sittings that this person may open, with their call and the number of scenarios, present people and seats."""
    return (
        SelectionSession.objects.visible_to(user)
        .select_related("call")
        .annotate(
            n_scenarios=Count("scenarios", distinct=True),
            n_present=Count("attendance", distinct=True),
            # Not by a join: `visible_to` has narrowed that of the panel to the reader's own seat.
            n_seats=counted(PanelMember.objects.filter(call=OuterRef("call")).order_by()),
        )
        .order_by("-held_at", "-pk")
    )


def calls_to_deliberate() -> QuerySet[Call]:
    """Calls for which a sitting may be prepared: in deliberation, and of which none is closed."""
    return Call.objects.filter(state=CallState.DELIBERATION).exclude(pk__in=decided_calls()).order_by("reference")
