"""Putting a call to the trial of the directory: asked by a person, carried out by the worker, the last report kept."""

from collections.abc import Callable
from time import monotonic

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls.models import Call
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.journal import recorder
from portal.workflow.actors import SystemActor
from scoring import rules
from scoring.models import CallTrial
from scoring.trial.basis import basis_of
from scoring.trial.report import TrialReport, Weight
from scoring.trial.run import trial_of

KIND = "scoring.trial"


def ask_trial(*, call: Call, actor: User) -> Job:
    """Have the worker run the directory through the call; asked twice, one job works. Raises PermissionDenied."""
    if not rules.tries_calls(call, actor):
        raise PermissionDenied("trial")
    label = f"Épreuve de {call.reference} par l’annuaire"
    back = CallTrial(call=call).get_absolute_url()
    return enqueue(KIND, label=label, owner=actor, params={"call": call.pk}, dedupe_key=f"{KIND}:{call.pk}", return_url=back)


def try_call(*, call: Call, actor: User | SystemActor, tell: Callable[[int, int, str], None] | None = None) -> CallTrial:
    """Run the directory through the call at once, and keep the report. What changes meanwhile makes it old from the start."""
    basis, began = basis_of(call), monotonic()
    report = trial_of(call, tell)
    return record_trial(call=call, report=report, basis=basis, milliseconds=round((monotonic() - began) * 1000), actor=actor)


@transaction.atomic
def record_trial(*, call: Call, report: TrialReport, basis: dict[str, str], milliseconds: int, actor: User | SystemActor) -> CallTrial:
    """Keep the report in place of the one before, with what it was made on."""
    impossible, warnings = report.count(Weight.IMPOSSIBLE), report.count(Weight.WARNING)
    kept, _ = CallTrial.objects.update_or_create(
        call=call,
        defaults={
            "basis": basis,
            "report": report.as_json(),
            "lists": report.lists,
            "impossible": impossible,
            "warnings": warnings,
            "made_by": actor if isinstance(actor, User) else None,
            "made_at": timezone.now(),
            "milliseconds": milliseconds,
        },
    )
    told = {"open": report.open, "eligible": report.eligible, "impossible": impossible, "warnings": warnings}
    recorder.record(call, "try_call", actor=actor, data=told)
    return kept
