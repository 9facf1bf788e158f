"""Reminders of the opinions to give: on the days set by the call before the last one, then once when it is passed (docs/adr/0062)."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from calls.actions.opinions import REMINDED, post_letter
from calls.actions.reminders import EARLIEST_HOUR
from calls.enums import ReminderKind
from calls.models import Opinion, Reminder
from calls.queries.opinions import AROUND, by_adviser
from calls.queries.reminders import step_reached
from portal.accounts.models import User
from portal.journal import recorder
from portal.notifications.models import Message
from portal.workflow.actors import SYSTEM

LATE = 0  # the step of what is passed


@dataclass(frozen=True)
class DueOpinion:
    opinion: Opinion
    step: int


def near(now: datetime) -> list[DueOpinion]:
    """The opinions whose reminder is reached, and those that are late. One query."""
    awaited = Opinion.objects.awaited().select_related(*AROUND).order_by("due_on", "pk")
    return [DueOpinion(opinion, step) for opinion in awaited if (step := _step(opinion, now)) is not None]


def _step(opinion: Opinion, now: datetime) -> int | None:
    end = timezone.make_aware(datetime.combine(opinion.due_on, time(23, 59, 59)))
    return LATE if now > end else step_reached(end, opinion.application.call.reminder_days, opinion.asked_at, now)


def remind_opinions() -> int:
    """Write to the people of the authorities, one mail a person and a day at most. Called by the clock: run twice, it says nothing twice.

    Returns how many people were written to.
    """
    now = timezone.localtime()
    if now.hour < EARLIEST_HOUR:
        return 0
    day = f"{now:%Y%m%d}"
    dues = {due.opinion.pk: due for due in near(now)}
    if not dues:
        return 0
    written = set(Message.objects.filter(code=REMINDED, event_key__endswith=f":{day}").values_list("recipient", flat=True))
    people = by_adviser([due.opinion for due in dues.values()])
    return sum(_write(user, [dues[each.pk] for each in asked], day) for user, asked in people.items() if user.pk not in written)


@transaction.atomic
def _write(user: User, dues: list[DueOpinion], day: str) -> bool:
    """One mail for all that is due, with the rows that say so. The person's row is locked: another worker finds the rows of this one."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    told = _told(user, dues)
    dues = [due for due in dues if _key(due) not in told]
    if not dues:
        return False
    Reminder.objects.bulk_create(
        Reminder(application=due.opinion.application, user=user, kind=ReminderKind.OPINION, due_on=due.opinion.due_on, step=due.step)
        for due in dues
    )
    for due in dues:
        # About the opinion, never about the file: its lycée reads its own reminders there.
        recorder.record(due.opinion, "remind_opinion", actor=SYSTEM, data={"to": user})
    return bool(post_letter(REMINDED, user, day, [due.opinion for due in dues]))


def _key(due: DueOpinion) -> tuple:
    return due.opinion.application_id, due.opinion.due_on, due.step


def _told(user: User, dues: list[DueOpinion]) -> set[tuple]:
    rows = Reminder.objects.filter(user=user, kind=ReminderKind.OPINION, application__in=[due.opinion.application_id for due in dues])
    return set(rows.values_list("application", "due_on", "step"))
