"""What is done in a sitting of the jury: prepare it, note who attends."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from scoring import rules
from scoring.models import PanelMember, SelectionSession


@transaction.atomic
def create_session(*, call: Call, held_at: datetime, place: str, actor: User) -> SelectionSession:
    """Prepare a sitting for a call in deliberation. Raises PermissionDenied and TransitionRefused."""
    if not rules.manages_jury(call, actor):
        raise PermissionDenied("create_session")
    if not call.is_deliberated:
        raise TransitionRefused([f"La délibération de l’appel « {call.title} » n’est pas ouverte."], wrong_state=True)
    session = SelectionSession.objects.create(call=call, held_at=held_at, place=place)
    recorder.record(session, "create_session", actor=actor, target=session.state, data={"held_at": held_at, "place": place})
    return session


@transaction.atomic
def record_attendance(*, session: SelectionSession, seats: Iterable[PanelMember], actor: User) -> SelectionSession:
    """Write the sheet of attendance; it may change until the sitting is closed. Raises PermissionDenied and TransitionRefused."""
    locked = locked_session(session, actor)
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
