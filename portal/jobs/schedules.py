"""What the worker does by the clock. Each app declares its own; `ensure_schedules` writes them once."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

PREFIX = "preau:"  # the schedules that are ours to change and remove


@dataclass(frozen=True)
class Planned:
    """A function called each `minutes` minutes, or by a `cron` expression (Europe/Paris)."""

    func: str
    minutes: int | None = None
    cron: str | None = None
    at_upgrade: bool = False

    def fields(self) -> dict:
        kind = Schedule.MINUTES if self.minutes else Schedule.CRON
        return {"func": self.func, "schedule_type": kind, "minutes": self.minutes, "cron": self.cron, "repeats": -1}


_planned: dict[str, Planned] = {}


def register(name: str, func: str, *, minutes: int | None = None, cron: str | None = None, at_upgrade: bool = False) -> None:
    """Have `func` (dotted path, safe to run twice and at the same time) called by the clock; `at_upgrade`, also once the portal has been upgraded.

    Nightly work is best after 4 a.m.: the hours from 2 to 3 do not exist one night in March and come twice in October.
    """
    _planned[f"{PREFIX}{name}"] = Planned(func, minutes, cron, at_upgrade)


@transaction.atomic
def ensure_schedules(*, upgraded: bool = False) -> int:
    """Make the table say what the apps declared. Returns how many rows changed; run again, none does.

    `upgraded`: what is to be done at an upgrade is due at once; the worker does it as soon as it starts again.
    """
    known = {schedule.name: schedule for schedule in Schedule.objects.filter(name__startswith=PREFIX)}
    changed = 0
    for name, planned in _planned.items():
        schedule = known.pop(name, None) or Schedule(name=name)
        fields = planned.fields()
        if schedule.pk is None or any(getattr(schedule, key) != value for key, value in fields.items()):
            for key, value in fields.items():
                setattr(schedule, key, value)
            schedule.next_run = schedule.calculate_next_run() if planned.cron else schedule.next_run
            schedule.save()
            changed += 1
        if upgraded and planned.at_upgrade:
            Schedule.objects.filter(pk=schedule.pk).update(next_run=timezone.now())
    for obsolete in known.values():
        obsolete.delete()
        changed += 1
    return changed
