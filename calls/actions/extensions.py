"""A later closing for one lycée, and its undoing while nothing has come of it (docs/adr/0051)."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from calls import rules
from calls.actions.steering import sealing_gap
from calls.checks import eligibility_gaps
from calls.enums import ApplicationState, CallState
from calls.models import Application, Call, SchoolExtension
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.journal import recorder
from portal.notifications import outbox
from portal.text.dates import day, moment
from portal.workflow.gate import TransitionRefused

GRANTED_WITHIN = timedelta(days=10)  # after the closing of all: a lycée says at once that the portal, or an illness, stopped it
LONGEST = timedelta(days=30)  # after the closing of all: the others were held to it


def granting_gaps(call: Call) -> list[str]:
    """Why no lycée can be given more time for this call now; empty when one can."""
    if call.state != CallState.PUBLISHED:
        return [f"Un délai s’accorde tant que l’appel est publié : état actuel « {call.get_state_display()} »."]
    if gap := sealing_gap(call):
        return [gap]
    if timezone.now() > (last := call.deadline + GRANTED_WITHIN):
        return [f"Un délai s’accorde jusqu’à {GRANTED_WITHIN.days} jours après la clôture : c’était possible jusqu’au {moment(last)}."]
    return []


def closing_gap(call: Call, establishment: Establishment, closes_at: datetime) -> str:
    """Why the closing of this lycée cannot become that one; empty when it can."""
    now = call.closing_for(establishment.pk)
    if closes_at <= now:
        return f"Pour ce lycée, la clôture est déjà fixée au {moment(now)} : donnez une date plus tardive."
    if closes_at <= timezone.now():
        return "Cette date est déjà passée."
    if closes_at > (latest := call.closes_at + LONGEST):
        return f"Au plus tard {LONGEST.days} jours après la clôture de tous, le {moment(latest)}."
    if call.jury_on and timezone.localdate(closes_at) >= call.jury_on:
        return f"Le jury est annoncé le {day(call.jury_on)} : la clôture d’un lycée vient avant."
    return ""


@transaction.atomic
def grant_extension(*, call: Call, establishment: Establishment, closes_at: datetime, reason: str, actor: User) -> SchoolExtension:
    """Close the call later for this lycée alone; its team is told.

    Raises PermissionDenied, and TransitionRefused: too late, the instruction has begun, a date that `closing_gap` refuses, a lycée that may not apply.
    """
    if not rules.manages_call(call, actor):
        raise PermissionDenied("grant_extension")
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if gaps := granting_gaps(locked):
        raise TransitionRefused(gaps, wrong_state=True)
    if gap := closing_gap(locked, establishment, closes_at):
        raise TransitionRefused([gap])
    if gaps := eligibility_gaps(locked, establishment):
        raise TransitionRefused(gaps)
    before = locked.closing_for(establishment.pk)
    extension = SchoolExtension.objects.create(
        call=locked, establishment=establishment, closes_at=closes_at, reason=reason, granted_by=actor
    )
    _tell(extension, "grant_extension", actor=actor, reason=reason, before=before, after=closes_at)
    outbox.post("extension_granted", about=extension, actor=actor)
    return extension


@transaction.atomic
def cancel_extension(*, extension: SchoolExtension, reason: str, actor: User) -> SchoolExtension:
    """Take an extension back before it is used: the lycée closes as before it; its team is told.

    The files of the lycée are locked: one that is being submitted either is received first, and this is refused, or is refused itself.
    Raises PermissionDenied, and TransitionRefused: taken back already, over, used, the instruction has begun.
    """
    if not rules.manages_call(extension.call, actor):
        raise PermissionDenied("cancel_extension")
    call = Call.objects.select_for_update(of=("self",)).get(pk=extension.call_id)
    files = list(
        Application.objects.select_for_update(of=("self",)).filter(call=call, establishment=extension.establishment_id).order_by("pk")
    )
    locked = SchoolExtension.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=extension.pk)
    locked.call = call
    if gaps := cancelling_gaps(locked, files):
        raise TransitionRefused(gaps, wrong_state=True)
    locked.cancelled_at, locked.cancelled_by, locked.cancel_reason = timezone.now(), actor, reason
    locked.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    vars(call).pop("granted_closings", None)
    after = call.closing_for(locked.establishment_id)
    _tell(locked, "cancel_extension", actor=actor, reason=reason, before=locked.closes_at, after=after)
    outbox.post("extension_cancelled", about=locked, actor=actor)
    return locked


def cancelling_gaps(extension: SchoolExtension, files: list[Application]) -> list[str]:
    """Why this extension cannot be taken back; `files` are those of its lycée for its call."""
    call = extension.call
    if not extension.is_standing:
        return ["Cette prolongation est déjà annulée."]
    if call.state != CallState.PUBLISHED or extension.closes_at <= timezone.now():
        return ["Cette prolongation est passée : il n’y a plus rien à annuler."]
    if call.is_sealed:
        return ["Les dossiers de cet appel sont scellés : l’annuler dirait si ce lycée a déposé le sien."]
    used = [file.reference for file in files if file.submitted_at and file.submitted_at > call.deadline]
    return [f"Elle a déjà servi : {', '.join(used)} a été déposé après la clôture de tous."] if used else []


def _tell(extension: SchoolExtension, act: str, *, actor: User, reason: str, before: datetime, after: datetime) -> None:
    """What follows either act: the last closing of the call, and the journals of the call and of the files not sent yet."""
    call, lycee = extension.call, extension.establishment
    call.latest_closing = call.extensions.standing().aggregate(latest=Max("closes_at"))["latest"]
    call.save(update_fields=["latest_closing"])
    data = {"lycee": f"{lycee.name} ({lycee.uai})", "before": before, "after": after}
    recorder.record(call, act, actor=actor, reason=reason, data=data)
    for file in Application.objects.filter(call=call, establishment=lycee, state__in=ApplicationState.UNFILED).order_by("pk"):
        recorder.record(file, act, actor=actor, reason=reason, data=data)
