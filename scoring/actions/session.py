"""What is done in a sitting of the jury: prepare it, note who attends."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.dates import day
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed
from scoring import rules
from scoring.actions.adopted_rules import adopt_published
from scoring.enums import SessionState
from scoring.models import PanelMember, SelectionSession


@transaction.atomic
def create_session(*, call: Call, held_at: datetime, place: str, actor: User) -> SelectionSession:
    """Prepare a sitting for a call in deliberation, with the rules that the call has published. Raises PermissionDenied and TransitionRefused.

    Once a sitting of the call is closed, another could never be: its decisions come from the one that is.
    """
    if not rules.manages_jury(call, actor):
        raise PermissionDenied("create_session")
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not call.is_deliberated:
        raise TransitionRefused([f"La délibération de l’appel « {call.title} » n’est pas ouverte."], wrong_state=True)
    if closed := call.sessions.filter(state__in=SessionState.OVER).first():
        raise TransitionRefused(
            [f"La séance du {day(closed.sat_at)} est close : les décisions viennent d’elle, une autre ne pourrait pas se clore."],
            wrong_state=True,
        )
    session = SelectionSession.objects.create(call=call, held_at=held_at, place=place)
    recorder.record(session, "create_session", actor=actor, target=session.state, data={"held_at": held_at, "place": place})
    adopt_published(session, actor)
    return session


@transaction.atomic
def reschedule_session(
    *, session: SelectionSession, held_at: datetime, place: str, actor: User, check: Check = believed
) -> SelectionSession:
    """Plan a prepared sitting for another day, hour or place. Raises PermissionDenied, and TransitionRefused once it is open, or when
    `check` refuses what the page showed.
    """
    locked = locked_session(session, actor)
    if locked.is_open:
        raise TransitionRefused(["La séance est ouverte : sa date est celle de son ouverture."], wrong_state=True)
    check()
    before = {"held_at": locked.held_at, "place": locked.place}
    locked.held_at, locked.place = held_at, place
    locked.save(update_fields=["held_at", "place"])
    recorder.record(locked, "reschedule_session", actor=actor, data={"before": before, "after": {"held_at": held_at, "place": place}})
    return locked


class StaleRemarks(Exception):
    """Somebody wrote in the remarks since they were read; `current` is what they have become."""

    def __init__(self, current: str):
        self.current = current
        super().__init__(current)


@transaction.atomic
def write_remarks(*, session: SelectionSession, remarks: str, read: str, actor: User) -> SelectionSession:
    """Write the remarks of a sitting, which its minutes carry, until these are signed. `read` are those that the person had before them.

    Raises PermissionDenied, StaleRemarks, and TransitionRefused once the minutes are signed.
    """
    locked = SelectionSession.objects.select_for_update(of=("self",)).select_related("call").get(pk=session.pk)
    if not rules.runs_session(locked, actor):
        raise PermissionDenied("session")
    if locked.signed_at:
        raise TransitionRefused(["Le procès-verbal est signé : ses observations ne changent plus."], wrong_state=True)
    if locked.remarks != read:
        raise StaleRemarks(locked.remarks)
    if locked.remarks != remarks:
        locked.remarks = remarks
        locked.save(update_fields=["remarks"])
        recorder.record(locked, "write_remarks", actor=actor, data={"length": len(remarks)})
    return locked


@transaction.atomic
def record_attendance(*, session: SelectionSession, seats: Iterable[PanelMember], actor: User, check: Check = believed) -> SelectionSession:
    """Write the sheet of attendance; it may change until the sitting is closed.

    Raises PermissionDenied, and TransitionRefused, also when `check` refuses what the page showed.
    """
    locked = locked_session(session, actor)
    check()
    seats = [seat for seat in seats if seat.call_id == locked.call_id]
    locked.attendance.set(seats)
    recorder.record(locked, "record_attendance", actor=actor, data={"present": sorted(str(seat) for seat in seats)})
    return locked


def locked_session(session: SelectionSession, actor: User) -> SelectionSession:
    """The row, locked: two people never change one sitting at once."""
    locked = SelectionSession.objects.select_for_update(of=("self",)).select_related("call").get(pk=session.pk)
    if not rules.runs_session(locked, actor):
        raise PermissionDenied("session")
    if not locked.accepts_scenarios:
        raise TransitionRefused([f"La séance est « {locked.get_state_display()} » : elle ne change plus."], wrong_state=True)
    return locked
