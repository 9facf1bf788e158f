"""The calendar of a call on its public page: each step with its days, and whether it is done in truth."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from calls.enums import CallState
from calls.models import Call
from portal.text.dates import day, hour, local

# The states of a call from which a stage of its examination is over: the next one has begun, whatever the day that was announced.
AFTER_INSTRUCTION = (*CallState.SCORED, CallState.UNSUCCESSFUL)
AFTER_JURY = (*CallState.AFTER_VOTE, CallState.ARCHIVED)


class CalendarStep(NamedTuple):
    """One step: the day on which it begins, how its days are written, what happens, the last of its days."""

    starts_on: date
    when: str
    what: str
    ends_on: date
    is_done: bool


def steps_of(call: Call, milestones: Iterable, now: datetime | None = None) -> list[CalendarStep]:
    """The public dates of a call in their order: its own, and those that its page adds."""
    now = now or timezone.now()
    steps = [
        _step(local(call.opens_at).date(), _day(call.opens_at), "Ouverture de l’appel", call.opens_at <= now),
        _step(local(call.closes_at).date(), f"{_day(call.closes_at)}, {hour(call.closes_at)}", "Clôture des dépôts", call.closes_at <= now),
    ]
    if call.jury_on and not call.is_unsuccessful:
        steps.append(_step(call.jury_on, _day(call.jury_on), "Délibération du jury", call.state in AFTER_JURY))
    if call.results_on and not call.is_unsuccessful:
        steps.append(_step(call.results_on, _day(call.results_on), "Résultats publiés", call.has_results))
    return sorted([*steps, *(_milestone(call, step.value, now) for step in milestones)], key=lambda step: step.starts_on)


def _milestone(call: Call, value: dict, now: datetime) -> CalendarStep:
    """A step of the page. Over with its last day; one of several days after the closing is a stage of the examination, which lasts as long as
    nothing of what follows has begun; one between the jury and the results waits for the vote."""
    start, last = value["starts_on"], max(value["ends_on"] or value["starts_on"], value["starts_on"])
    done = last < local(now).date()
    if call.jury_on and start > call.jury_on and call.results_on and start <= call.results_on:
        done = done and call.state in (*AFTER_JURY, CallState.UNSUCCESSFUL)
    elif last > start > local(call.closes_at).date() and not (call.jury_on and start > call.jury_on):
        done = done and call.state in AFTER_INSTRUCTION
    return CalendarStep(start, _span(start, value["ends_on"]), value["label"], last, done)


def _step(on: date, when: str, what: str, is_done: bool) -> CalendarStep:
    return CalendarStep(on, when, what, on, is_done)


def timeline(call: Call, milestones: Iterable, now: datetime) -> list[dict]:
    """The calendar in order, each step done, now (the first that is not done) or to come: label, detail, state, as `{% timeline %}` draws them."""
    steps = steps_of(call, milestones, now)
    current = next((rank for rank, step in enumerate(steps) if not step.is_done), None)
    return [
        {"label": step.when, "detail": step.what, "status": "done" if step.is_done else "now" if rank == current else ""}
        for rank, step in enumerate(steps)
    ]


def _day(value: date | datetime) -> str:
    return day(value, year=local(value).year != timezone.localdate().year)


def _span(start: date, end: date | None) -> str:
    if end is None or end == start:
        return _day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{'1er' if start.day == 1 else start.day} – {_day(end)}"
    return f"{_day(start)} – {_day(end)}"
