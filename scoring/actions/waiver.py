"""Before the deliberation: remind jurors of what they have not handed in, or go on without, file by file and with a reason."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.enums import CallState
from calls.models import Application, Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.notifications import outbox
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import refuse_unseen
from scoring import rules
from scoring.models import FundingDecision, Waiver
from scoring.queries.readiness import REMINDER, readings_of, seats_to_remind

OPEN = (CallState.ASSESSMENT, CallState.DELIBERATION)


@transaction.atomic
def remind_jurors(*, call: Call, actor: User) -> int:
    """Write to each juror whose evaluations are awaited, once a day at most. Returns how many messages are new.

    Raises PermissionDenied, and TransitionRefused outside the scoring or when nothing is awaited.
    """
    if not rules.manages_jury(call, actor):
        raise PermissionDenied("remind_jurors")
    if not call.is_scored:
        raise TransitionRefused(["La notation de cet appel n’est pas ouverte : il n’y a rien à rappeler."], wrong_state=True)
    seats = seats_to_remind(call)
    if not seats and readings_of(call).awaited:
        raise TransitionRefused(
            ["Les évaluations attendues le sont de personnes qui ne sont plus du jury : confiez ces dossiers à d’autres."]
        )
    if not seats:
        raise TransitionRefused(["Toutes les évaluations confiées sont rendues."])
    sent = sum(outbox.post(REMINDER, about=seat, actor=actor) for seat in seats)
    if sent:
        recorder.record(call, "remind_jurors", actor=actor, data={"people": [str(seat.user) for seat in seats], "messages": sent})
    return sent


@transaction.atomic
def grant_waiver(*, application: Application, reason: str, actor: User) -> Waiver:
    """Let the jury deliberate on a file whose evaluations are not all handed in: by name, with a reason, in the journal.

    Raises PermissionDenied, and TransitionRefused when nothing is missing, when it is done, or once the file is decided.
    """
    locked = _locked(application, actor)
    file = next((file for file in readings_of(locked.call).files if file.application.pk == locked.pk), None)
    if file is None or file.is_complete:
        raise TransitionRefused([f"Toutes les évaluations du dossier {locked.reference} sont rendues."], wrong_state=True)
    if file.waiver:
        raise TransitionRefused([f"Une dérogation est déjà écrite pour le dossier {locked.reference}."], wrong_state=True)
    waiver = Waiver.objects.create(application=locked, reason=reason, granted_by=actor)
    told = {"given": file.given, "awaited": [str(person) for person in file.awaited]}
    recorder.record(locked, "grant_waiver", actor=actor, reason=reason, data=told)
    return waiver


@transaction.atomic
def lift_waiver(*, application: Application, actor: User, seen: str | None = None) -> None:
    """Take back a waiver. Nothing happens when there is none. Raises PermissionDenied, and TransitionRefused when the page had `seen` another."""
    locked = _locked(application, actor)
    waiver = Waiver.objects.filter(application=locked).first()
    if waiver:
        refuse_unseen(seen, waiver, now=f"« {waiver.reason} », par {waiver.granted_by}")
        recorder.record(locked, "lift_waiver", actor=actor, reason=waiver.reason)
        waiver.delete()


def end_waiver(*, application: Application, actor: User) -> None:
    """A waiver ends with the last evaluation awaited: one reopened later is awaited again, and nobody has said why not.

    Nothing happens while something is awaited, or without a waiver.
    """
    waiver = Waiver.objects.select_for_update(of=("self",)).filter(application=application).first()
    if waiver is None:
        return
    file = next((file for file in readings_of(application.call).files if file.application.pk == application.pk), None)
    if file is not None and file.is_complete:
        recorder.record(application, "end_waiver", actor=actor, reason=waiver.reason)
        waiver.delete()


def _locked(application: Application, actor: User) -> Application:
    """The file, locked, while its waiver may change."""
    locked = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    if not rules.manages_jury(locked.call, actor):
        raise PermissionDenied("waiver")
    if locked.call.state not in OPEN or FundingDecision.objects.filter(application=locked).exists():
        raise TransitionRefused(["Une dérogation s’écrit pendant la notation et la délibération, avant la décision."], wrong_state=True)
    return locked
