"""What a school receives of an order."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orders.actions.order import locked
from orders.models import Delivery, DeliveryLine, PurchaseOrder
from portal.accounts.models import User
from portal.text.dates import figures
from portal.workflow.gate import TransitionRefused, perform


@transaction.atomic
def record_delivery(
    *,
    order: PurchaseOrder,
    delivered_on: date,
    note_number: str,
    quantities: Mapping[int, int],
    serial_numbers: Mapping[int, str] | None = None,
    remarks: str = "",
    actor: User,
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


def _delivery_gaps(order: PurchaseOrder, delivered_on: date, quantities: Mapping[int, int]) -> list[str]:
    if order.sent_at is None:
        return ["La commande n’est pas encore envoyée au titulaire."]
    gaps = []
    if delivered_on > timezone.localdate():
        gaps.append("La date de livraison est dans le futur.")
    if delivered_on < timezone.localtime(order.sent_at).date():
        gaps.append(f"La livraison ne peut pas précéder l’envoi de la commande ({figures(order.sent_at)}).")
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
