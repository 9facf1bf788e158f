"""Reminders of deadlines: the days set by a call, and the mails, each person told once (docs/adr/0051)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls import rules
from calls.enums import CallState
from calls.models import Call, Reminder
from calls.queries.reminders import Due, by_person, just_closed, near, still_to_tell
from portal.accounts.models import User
from portal.journal import recorder
from portal.notifications import outbox
from portal.notifications.models import Message
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed

REMINDER, UNSENT = "deadline_reminder", "unsent_at_closing"  # kinds of messages
MOST_DAYS, MOST_STEPS = 30, 5
EARLIEST_HOUR = 7  # nobody is reminded of anything at night


@dataclass(frozen=True)
class Letter:
    """What one mail to one person says: `event` is what it is once for that person."""

    event: str
    dues: list[Due]


@transaction.atomic
def set_reminders(*, call: Call, reminder_days: list[int], actor: User, check: Check = believed) -> Call:
    """Choose the working days before a deadline on which the schools of this call are reminded of it; none when the list is empty.

    Raises PermissionDenied, TransitionRefused when nothing is left to remind of, or when `check` refuses what the page showed.
    """
    if not rules.manages_call(call, actor):
        raise PermissionDenied("set_reminders")
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.state not in CallState.BEFORE_SCORING:
        raise TransitionRefused([f"Plus aucun rappel n’est à envoyer : l’appel est « {locked.get_state_display()} »."], wrong_state=True)
    check()
    if locked.reminder_days == reminder_days:
        return locked
    before, locked.reminder_days = locked.reminder_days, reminder_days
    locked.save(update_fields=["reminder_days"])
    recorder.record(locked, "set_reminders", actor=actor, data={"before": before, "after": reminder_days})
    return locked


def send_reminders() -> int:
    """Remind those concerned of the deadlines that are near, by one mail a day at most. Called by the clock: run twice, or by two workers at
    once, it says nothing twice. Returns how many people were written to.
    """
    now = timezone.localtime()
    if now.hour < EARLIEST_HOUR:
        return 0
    day = f"{now:%Y%m%d}"
    written = set(Message.objects.filter(code=REMINDER, event_key__endswith=f":{day}").values_list("recipient", flat=True))
    return sum(_write(REMINDER, user, dues, near, day) for user, dues in by_person(near(now)).items() if user.pk not in written)


def tell_unsent() -> int:
    """Tell the teams of the files that a closing has left unsent, once. Called by the clock, as `send_reminders`."""
    now = timezone.localtime()
    return sum(_write(UNSENT, user, dues, just_closed) for user, dues in by_person(just_closed(now)).items())


@transaction.atomic
def _write(code: str, user: User, dues: list[Due], read: Callable[..., list[Due]], event: str = "") -> bool:
    """One mail to one person for all that is due, in one transaction with the rows that say so.

    `event`: what makes it once; without it, the first file that is still to tell: a worker that came later tells the others, and these alone.
    The person's row is locked: another worker waits, then finds the rows of this one. What the lycée did since the first reading is read again.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    dues = still_to_tell(user, dues, read(timezone.localtime(), {due.application.pk for due in dues}))
    if not dues:
        return False
    rows = [Reminder(application=due.application, user=user, kind=due.kind, due_on=due.due_on, step=due.step) for due in dues]
    Reminder.objects.bulk_create(rows)
    for due in dues:
        recorder.record(due.application, "remind", actor=SYSTEM, data={"what": due.kind.label, "to": user})
    user.letter = Letter(event or f"{dues[0].application.pk}:{dues[0].due_at:%Y%m%d%H%M}", dues)
    return bool(outbox.post(code, about=user))
