"""An order after its draft: its terms, deliveries, acceptance, reserves, invoice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orders import rules
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, Delivery, DeliveryLine, OrderLine, PurchaseOrder, Reserve
from orders.models.delivery import PHOTO
from portal.files.intake import UploadRefused, store_upload
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused, perform

TERMS = ("due_on", "delivery_contact", "budget_code", "commitment_number", "service_code")


@dataclass(frozen=True)
class NewReserve:
    """A reserve as it is written at acceptance."""

    text: str
    due_on: date | None = None
    photo: UploadedFile | None = None


def locked(document: PurchaseOrder | CablingWork):
    """The fresh row, locked until the transaction ends."""
    return type(document).objects.select_for_update(of=("self",)).get(pk=document.pk)


@transaction.atomic
def edit_order(*, order: PurchaseOrder, terms: Mapping[str, object], quantities: Mapping[int, int], actor) -> PurchaseOrder:
    """Change the terms (until it is sent) and reduce the quantities (in draft): {line id: quantity}.

    Raises PermissionDenied, and TransitionRefused when the order is past that.
    """
    order = locked(order)
    if not rules.places_orders(order, actor):
        raise PermissionDenied("edit_order")
    if not order.is_editable:
        raise TransitionRefused([f"La commande ne se modifie plus : état actuel « {order.get_state_display()} »."], wrong_state=True)
    changes = _change_terms(order, terms) | _change_quantities(order, quantities)
    if changes:
        recorder.record(order, "edit_order", actor=actor, source=order.state, target=order.state, data=changes)
    return order


def _change_terms(order, terms) -> dict:
    changes = {}
    for name in TERMS:
        if name in terms and getattr(order, name) != terms[name]:
            changes[name] = {"before": getattr(order, name), "after": terms[name]}
            setattr(order, name, terms[name])
    if changes:
        order.save(update_fields=list(changes))
    return changes


def _change_quantities(order, quantities) -> dict:
    changes = {}
    for line in order.lines.select_related("decision_line"):
        wanted = quantities.get(line.pk, line.quantity)
        if wanted == line.quantity:
            continue
        if order.state != OrderState.DRAFT:
            raise TransitionRefused(["Les quantités ne changent plus une fois la commande validée."], wrong_state=True)
        ceiling = line.retained_quantity or line.quantity
        if not 1 <= wanted <= ceiling:
            raise TransitionRefused([f"{line.label} : la quantité va de 1 à {ceiling}."])
        changes[line.label] = {"before": line.quantity, "after": wanted}
        OrderLine.objects.filter(pk=line.pk).update(quantity=wanted)
    return changes


@transaction.atomic
def record_delivery(
    *,
    order: PurchaseOrder,
    delivered_on: date,
    note_number: str,
    quantities: Mapping[int, int],
    serial_numbers: Mapping[int, str] | None = None,
    remarks: str = "",
    actor,
) -> PurchaseOrder:
    """Write down one delivery note, then move the order to partly or wholly delivered. Returns the fresh order.

    `quantities` is {line id: quantity received}, zeros left out. Raises TransitionRefused (more than what is awaited,
    a date out of order, a note already recorded, an order that awaits nothing) and PermissionDenied; nothing is written then.
    """
    order = locked(order)
    if order.deliveries.filter(note_number=note_number.strip()).exists():
        raise TransitionRefused([f"Le bon de livraison {note_number} est déjà enregistré pour cette commande."], wrong_state=True)
    if missing := _delivery_gaps(order, delivered_on, quantities):
        raise TransitionRefused(missing)
    delivery = Delivery.objects.create(
        order=order,
        delivered_on=delivered_on,
        note_number=note_number.strip(),
        received_by=actor if actor.pk else None,
        remarks=remarks,
    )
    for line_id, quantity in quantities.items():
        if quantity:
            serials = (serial_numbers or {}).get(line_id, "")
            DeliveryLine.objects.create(delivery=delivery, order_line_id=line_id, quantity=quantity, serial_numbers=serials)
            order.lines.filter(pk=line_id).update(delivered_quantity=F("delivered_quantity") + quantity)
    complete = not order.lines.filter(delivered_quantity__lt=F("quantity")).exists()
    return perform(order, "deliver_all" if complete else "deliver_part", actor=actor, delivery=delivery)


def _delivery_gaps(order, delivered_on, quantities) -> list[str]:
    if order.sent_at is None:
        return ["La commande n’est pas encore envoyée au titulaire."]
    gaps = []
    if delivered_on > timezone.localdate():
        gaps.append("La date de livraison est dans le futur.")
    if delivered_on < timezone.localtime(order.sent_at).date():
        gaps.append(f"La livraison ne peut pas précéder l’envoi de la commande ({timezone.localtime(order.sent_at):%d/%m/%Y}).")
    lines = {line.pk: line for line in order.lines.all()}
    if not any(quantities.values()):
        gaps.append("Aucune quantité livrée n’est saisie.")
    for line_id, quantity in quantities.items():
        line = lines.get(line_id)
        if line is None or quantity < 0:
            gaps.append("Une ligne livrée n’est pas de cette commande.")
        elif quantity > line.outstanding_quantity:
            gaps.append(f"{line.label} : {quantity} livrés pour {line.outstanding_quantity} attendus.")
    return gaps


@transaction.atomic
def accept_document(*, document: PurchaseOrder | CablingWork, reserves: list[NewReserve], actor) -> PurchaseOrder | CablingWork:
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


def _keep_photo(reserve: Reserve, photo: UploadedFile, actor) -> None:
    try:
        store_upload(photo, purpose=PHOTO, subject=reserve, actor=actor, allowed=("jpg", "png"))
    except UploadRefused as refusal:
        raise TransitionRefused([str(refusal)]) from refusal


@transaction.atomic
def lift_reserve(*, reserve: Reserve, note: str, actor) -> PurchaseOrder | CablingWork:
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
    recorder.record(document, "lift_reserve", actor=actor, reason=note, data={"reserve": reserve.text})
    if document.reserves.filter(lifted_at=None).exists():
        return document
    return perform(document, "lift_reserves", actor=actor)


@transaction.atomic
def record_invoice(*, order: PurchaseOrder, number: str, received_on: date, amount: Decimal, actor) -> PurchaseOrder:
    """Note the holder's invoice (D2192-2) and move the order on. `amount` is incl. VAT, in euros; never above the order's.

    Raises TransitionRefused and PermissionDenied; nothing is written then.
    """
    order = locked(order)
    if amount > order.gross_amount:
        raise TransitionRefused(["La facture dépasse le total de la commande."])
    order.invoice_number, order.invoice_received_on, order.invoice_amount = number, received_on, amount
    order.save(update_fields=["invoice_number", "invoice_received_on", "invoice_amount"])
    return perform(order, "invoice", actor=actor, reason=f"Facture {number}")


@transaction.atomic
def save_quote(*, work: CablingWork, amount: Decimal, reference: str, actor) -> CablingWork:
    """Write the quote of the lot's holder (excl. VAT, in euros) and move the works on."""
    work = locked(work)
    work.quote_amount, work.quote_reference = amount, reference
    work.save(update_fields=["quote_amount", "quote_reference"])
    return perform(work, "record_quote", actor=actor, reason=reference)


@transaction.atomic
def issue_service_order(*, work: CablingWork, terms: Mapping[str, object], actor) -> CablingWork:
    """Issue the service order (ordre de service): planned start and end, contact, accounting codes, then the gate."""
    work = locked(work)
    for name in ("starts_on", "due_on", "site_contact", "commitment_number", "service_code"):
        if name in terms:
            setattr(work, name, terms[name])
    work.save(update_fields=["starts_on", "due_on", "site_contact", "commitment_number", "service_code"])
    return perform(work, "order", actor=actor)
