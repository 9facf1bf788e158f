"""Acceptance of an order or of works, with or without reserves, and the lifting of reserves."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from orders import rules
from orders.actions.order import locked
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, PurchaseOrder, Reserve
from orders.models.delivery import PHOTO
from portal.accounts.models import User
from portal.files.intake import UploadRefused, store_upload
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused, perform


@dataclass(frozen=True)
class NewReserve:
    """A reserve as it is written at acceptance."""

    text: str
    due_on: date | None = None
    photo: UploadedFile | None = None


@transaction.atomic
def accept_document(*, document: PurchaseOrder | CablingWork, reserves: list[NewReserve], actor: User) -> PurchaseOrder | CablingWork:
    """Pronounce acceptance: without reserve, or with those given. Returns the fresh object.

    Raises PermissionDenied and TransitionRefused, as the gate does (a photo that cannot be kept refuses too); nothing is
    written then.
    """
    document = locked(document)
    owner = "order" if isinstance(document, PurchaseOrder) else "work"
    raised = [
        Reserve.objects.create(**{owner: document}, text=new.text, due_on=new.due_on, raised_by=actor if actor.pk else None)
        for new in reserves
    ]
    name = "accept_with_reserves" if reserves else "accept"
    fresh = perform(document, name, actor=actor, reason="\n".join(new.text for new in reserves))
    for reserve, new in zip(raised, reserves, strict=True):
        if new.photo:
            _keep_photo(reserve, new.photo, actor)
    return fresh


def _keep_photo(reserve: Reserve, photo: UploadedFile, actor: User) -> None:
    try:
        store_upload(photo, purpose=PHOTO, subject=reserve, actor=actor, allowed=("jpg", "png"))
    except UploadRefused as refusal:
        raise TransitionRefused([str(refusal)]) from refusal


@transaction.atomic
def reopen_reserve(*, reserve: Reserve, reason: str, actor: User) -> PurchaseOrder | CablingWork:
    """Say that a reserve was lifted too early: it is to lift again, until the invoice or the closing. Returns the fresh object.

    Raises PermissionDenied, and TransitionRefused when it is open already, when its acceptance was taken back, or when it is too late.
    """
    document = locked(reserve.document)
    reserve = Reserve.objects.select_for_update(of=("self",)).get(pk=reserve.pk)
    if not rules.lifts_reserves(document, actor):
        raise PermissionDenied("reopen_reserve")
    if not reserve.lifted_at or reserve.is_void:
        said = "Cette réserve est sans objet : la réception a été reprise." if reserve.is_void else "Cette réserve est déjà à lever."
        raise TransitionRefused([said], wrong_state=True)
    if not document.takes_reserves_back:
        raise TransitionRefused([f"Cette réserve ne se rouvre plus : état actuel « {document.get_state_display()} »."], wrong_state=True)
    data = {"reserve": reserve.text, "before": reserve.lifting_note} | rules.signature(document, actor)
    reserve.lifted_at, reserve.lifted_by, reserve.lifting_note = None, None, ""
    reserve.save(update_fields=["lifted_at", "lifted_by", "lifting_note"])
    recorder.record(document, "reopen_reserve", actor=actor, reason=reason, data=data)
    return document if document.has_reserves else perform(document, "reopen_reserves", actor=actor, reason=reason)


@transaction.atomic
def lift_reserve(*, reserve: Reserve, note: str, actor: User) -> PurchaseOrder | CablingWork:
    """Say that a reserve is lifted, and how. The last one carries the order (or the works) on. Returns the fresh object.

    Raises PermissionDenied, and TransitionRefused when it is lifted already or nothing is accepted yet.
    """
    document = locked(reserve.document)
    reserve = Reserve.objects.select_for_update(of=("self",)).get(pk=reserve.pk)
    if not rules.lifts_reserves(document, actor):
        raise PermissionDenied("lift_reserve")
    if reserve.lifted_at:
        raise TransitionRefused(["Cette réserve est déjà levée."], wrong_state=True)
    if document.state not in (OrderState.ACCEPTED_WITH_RESERVES, WorkState.ACCEPTED_WITH_RESERVES):
        raise TransitionRefused(["La réception avec réserves n’est pas prononcée."], wrong_state=True)
    reserve.lifted_at = timezone.now()
    reserve.lifted_by = actor if actor.pk else None
    reserve.lifting_note = note
    reserve.save(update_fields=["lifted_at", "lifted_by", "lifting_note"])
    recorder.record(document, "lift_reserve", actor=actor, reason=note, data={"reserve": reserve.text} | rules.signature(document, actor))
    if document.reserves.filter(lifted_at=None).exists():
        return document
    return perform(document, "lift_reserves", actor=actor)
