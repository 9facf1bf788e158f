"""Delegations of signature: given by the head, or written down for one given on paper; ended before their day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from portal.accounts import rules
from portal.accounts.actions.refusal import ActionRefused
from portal.accounts.models import Delegation, RoleGrant, User
from portal.directory.models import Establishment
from portal.files.intake import UploadRefused, store_upload
from portal.journal.recorder import record
from portal.notifications import outbox
from portal.roles import WRITING_ROLES
from portal.signing import OF_NO_CALL, SignedAct
from portal.text.dates import day

DEED = "delegation_deed"  # purpose of the files kept with a delegation


@dataclass(frozen=True)
class Terms:
    """What a delegation says: to whom, which acts, which calls (titles by key; empty for all), from a day to another, both included."""

    delegate: User
    acts: frozenset[SignedAct]
    starts_on: date
    ends_on: date
    calls: Mapping[str, str] = field(default_factory=dict)
    deed: str = ""
    document: UploadedFile | None = None


@transaction.atomic
def give_delegation(*, establishment: Establishment, terms: Terms, actor: User) -> Delegation:
    """The head gives the signature of some acts to a person of the team, who is told by mail.

    Raises PermissionDenied (not the head of this school), ActionRefused (see `_check_terms`; the document cannot be kept).
    """
    if not rules.may_delegate(actor, establishment):
        raise PermissionDenied("give_delegation")
    delegation = Delegation(establishment=establishment, head=actor, head_name=actor.get_full_name(), signed_on=timezone.localdate())
    return _write(delegation, "give_delegation", terms, actor)


@transaction.atomic
def note_delegation(
    *, establishment: Establishment, terms: Terms, head: User | None, head_name: str, signed_on: date, actor: User
) -> Delegation:
    """Write down a delegation that a head gave on paper, with its scan. `head`: the account of that head, where there is one.

    The person and the heads are told by mail. Raises PermissionDenied, ActionRefused (see `_check_terms`; no scan, or one that cannot be
    kept; a head who is not one of this school; a date of signature to come).
    """
    if not rules.may_note_delegation(actor, establishment) or terms.delegate.pk == actor.pk:
        raise PermissionDenied("note_delegation")
    if terms.document is None:
        raise ActionRefused("Joignez la délégation signée : c’est elle qui fait foi.")
    if signed_on > timezone.localdate():
        raise ActionRefused("La date de signature est dans le futur : notez la délégation une fois signée.")
    if head is not None and not RoleGrant.objects.in_force().of_heads().filter(user=head, establishment=establishment).exists():
        raise ActionRefused("Cette personne ne dirige pas ce lycée sur le portail.")
    name = head.get_full_name() if head else head_name
    delegation = Delegation(establishment=establishment, head=head, head_name=name, signed_on=signed_on, on_paper=True)
    return _write(delegation, "note_delegation", terms, actor)


@transaction.atomic
def end_delegation(*, delegation: Delegation, actor: User, reason: str = "") -> Delegation:
    """End it now: nothing is signed by it any more, what was signed stays. Ending it twice changes nothing. Both sides are told.

    Raises PermissionDenied.
    """
    if not rules.may_end_delegation(actor, delegation):
        raise PermissionDenied("end_delegation")
    around = ("establishment", "delegate", "head")
    delegation = Delegation.objects.select_for_update(of=("self",)).select_related(*around).get(pk=delegation.pk)
    if delegation.is_over:
        return delegation
    delegation.ended_at, delegation.ended_by, delegation.end_reason = timezone.now(), actor, reason
    delegation.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record(delegation, "end_delegation", actor=actor, reason=reason)
    outbox.post("delegation_ended", about=delegation, actor=actor)
    return delegation


def _write(delegation: Delegation, act: str, terms: Terms, actor: User) -> Delegation:
    User.objects.select_for_update().get(pk=terms.delegate.pk)
    delegation.delegate, delegation.given_by = terms.delegate, actor
    delegation.acts, delegation.calls = [known.value for known in SignedAct if known in terms.acts], dict(terms.calls)
    delegation.starts_on, delegation.ends_on, delegation.deed = terms.starts_on, terms.ends_on, terms.deed
    _check_terms(delegation)
    delegation.save()
    data = {
        "person": terms.delegate,
        "head": delegation.head_name,
        "acts": ", ".join(delegation.act_labels),
        "calls": ", ".join(delegation.call_labels),
        "from": day(terms.starts_on),
        "to": day(terms.ends_on),
        "deed": terms.deed,
        "file": _keep(terms.document, delegation, actor) if terms.document else "",
    }
    record(delegation, act, actor=actor, data={key: value for key, value in data.items() if value})
    outbox.post("delegation_given", about=delegation, actor=actor)
    return delegation


def _keep(document: UploadedFile, delegation: Delegation, actor: User) -> str:
    try:
        return store_upload(document, purpose=DEED, subject=delegation, actor=actor, allowed=("pdf", "jpg", "png")).name
    except UploadRefused as refusal:
        raise ActionRefused(str(refusal)) from refusal


def _check_terms(delegation: Delegation) -> None:
    """Raises ActionRefused: nobody of the team, the head in person, no act, no time, an act of no call among some calls, the same again."""
    held = RoleGrant.objects.in_force().filter(user=delegation.delegate, establishment=delegation.establishment)
    if not held.of_roles(*WRITING_ROLES).exists() or not delegation.delegate.is_active:
        raise ActionRefused("La signature se délègue à une personne de l’équipe de ce lycée : elle la rejoint d’abord.")
    if held.of_heads().exists():
        raise ActionRefused("Cette personne dirige déjà ce lycée : elle signe sans délégation.")
    if not delegation.acts:
        raise ActionRefused("Choisissez au moins un acte.")
    if delegation.ends_on < max(delegation.starts_on, timezone.localdate()):
        raise ActionRefused("La fin de la délégation doit venir après son début, et pas avant aujourd’hui.")
    if delegation.calls and OF_NO_CALL.intersection(delegation.acts):
        named = " et ".join(f"« {act.label} »" for act in SignedAct if act in OF_NO_CALL and act in delegation.acts)
        raise ActionRefused(f"{named} n’appartient à aucun appel : donnez une délégation pour tous les appels, ou une autre pour cet acte.")
    for other in Delegation.objects.to_come_or_running().filter(establishment=delegation.establishment, delegate=delegation.delegate):
        same = other.acts == delegation.acts and other.calls == delegation.calls
        if same and other.starts_on <= delegation.starts_on and other.ends_on >= delegation.ends_on:
            raise ActionRefused("Cette personne a déjà cette délégation pour ces dates.")
