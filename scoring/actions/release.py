"""The release: the one act after which schools, and the public, know."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from calls.enums import CallState
from calls.models import Call
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.journal import recorder
from portal.text.french import count
from portal.workflow.gate import TransitionRefused, perform
from scoring import rules
from scoring.enums import DecisionState
from scoring.models import FundingDecision
from scoring.queries.announced import released_of
from scoring.queries.decision import is_being_released, release_key, release_obstacles


@transaction.atomic
def ask_release(*, call: Call, actor: User, seen: str | None = None) -> Job:
    """Have the worker release every decision of a voted call. Asked twice while it runs, it is the same job, and the journal has one line.

    Raises PermissionDenied, and TransitionRefused when the call is not voted, is already released, or when its decisions are not those that the
    page had `seen`.
    """
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not rules.releases_results(locked, actor):
        raise PermissionDenied("release")
    if missing := release_obstacles(locked):
        raise TransitionRefused(missing, wrong_state=locked.state != CallState.VOTED)
    runs = is_being_released(locked)
    if seen and not runs:
        released_of(locked).refuse_other(seen)
    waiting = FundingDecision.objects.filter(application__call=locked, state=DecisionState.VOTED).count()
    job = enqueue(
        "scoring.release", label=f"Notification de {count(waiting, 'décision')}, {locked.title}", owner=actor, params={"call": locked.pk},
        dedupe_key=release_key(locked), return_url=reverse("scoring:release", args=[locked.reference]),
    )  # fmt: skip
    if not runs:
        recorder.record(locked, "ask_release", actor=actor, data={"decisions": waiting})
    return job


def release_call(*, call: Call, actor: User, progress: Callable = lambda done, total, note="": None) -> dict:
    """Release every voted decision, each in its own transaction, then the call. Returns {"released", "already", "total"}.

    It may be stopped at any instant and started again: what is released stays so and is not announced twice, the rest follows.
    """
    decisions = FundingDecision.objects.filter(application__call=call)
    total = decisions.count()
    waiting = list(decisions.filter(state=DecisionState.VOTED).order_by("pk"))
    before, released = total - len(waiting), 0
    for decision in waiting:
        progress(before + released, total, decision.application.reference)
        released += release_decision(decision=decision, actor=actor)
    if Call.objects.get(pk=call.pk).state == CallState.VOTED:
        perform(call, "release", actor=actor)
    progress(total, total)
    return {"released": released, "already": total - released, "total": total}


@transaction.atomic
def release_decision(*, decision: FundingDecision, actor: User) -> bool:
    """Make one decision known: the decision, the file as its school reads it, the messages and what higher apps draw from
    it, all or nothing. False when somebody else has just done it."""
    try:
        released = perform(decision, "release", actor=actor, at=timezone.now())
    except TransitionRefused as refusal:
        if refusal.wrong_state and FundingDecision.objects.filter(pk=decision.pk, state__in=DecisionState.KNOWN).exists():
            return False
        raise
    amount = released.granted_amount if released.is_granted else None
    perform(released.application, "decide", actor=actor, outcome=released.outcome, granted_amount=amount)
    return True
