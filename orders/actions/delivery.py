"""What a school receives of an order."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from orders import rules
from orders.actions.arrived import keep_in_step
from orders.actions.order import locked
from orders.models import Delivery, DeliveryLine, PurchaseOrder, SerialNumber
from orders.models.delivery import LONGEST_SERIAL
from portal.accounts.models import User
from portal.text.dates import figures
from portal.text.french import count
from portal.text.identifiers import compared
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
    a date out of order, a note already recorded, a serial number already received, an order that awaits nothing) and PermissionDenied; nothing is written then.
    """
    order = locked(order)
    noted = {compared(note) for note in order.deliveries.standing().values_list("note_number", flat=True)}
    if compared(note_number) in noted:
        raise TransitionRefused([f"Le bon de livraison {note_number} est déjà enregistré pour cette commande."], wrong_state=True)
    serials = {line: text.split() for line, text in (serial_numbers or {}).items() if quantities.get(line)}
    if missing := _delivery_gaps(order, delivered_on, quantities) + received_before(serials, actor):
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
            given = serials.get(line_id, [])
            line = DeliveryLine.objects.create(delivery=delivery, order_line_id=line_id, quantity=quantity, serial_numbers="\n".join(given))
            receive(line, given)
    awaited = any(line.outstanding_quantity for line in keep_in_step(order))
    return perform(order, "deliver_part" if awaited else "deliver_all", actor=actor, delivery=delivery)


SHOWN = 5  # serial numbers named in a refusal
_RECEIVED_MEANWHILE = "Un de ces numéros de série vient d’être reçu sur une autre livraison : relisez les étiquettes."


def receive(line: DeliveryLine, numbers: list[str]) -> None:
    """Write the things received. Raises TransitionRefused when one of them has just been received elsewhere."""
    try:
        with transaction.atomic():
            SerialNumber.objects.bulk_create(
                SerialNumber(delivery_line=line, number=number, compared=compared(number)) for number in numbers
            )
    except IntegrityError as clash:
        raise TransitionRefused([_RECEIVED_MEANWHILE]) from clash


def received_before(serials: Mapping[int, list[str]], actor: User) -> list[str]:
    """The serial numbers that this note repeats, or that were received before, and where; a lycée reads nothing of another one."""
    given = [number for numbers in serials.values() for number in numbers]
    counted = Counter(compared(number) for number in given)
    gaps = [f"Numéro de série en double sur ce bon : {number}." for number in given if counted[compared(number)] > 1][:1]
    if too_long := [number for number in given if len(compared(number)) > LONGEST_SERIAL]:
        return [f"Un numéro de série a {LONGEST_SERIAL} signes au plus : « {too_long[0][:30]}… »."]
    around = ("delivery_line__delivery__order__establishment",)
    for known in SerialNumber.objects.filter(compared__in=counted).select_related(*around).order_by("pk")[:SHOWN]:
        delivery = known.delivery_line.delivery
        school = delivery.order.establishment
        if rules.follows_at(school, actor) or school.pk in actor.establishment_ids:
            where = f"bon {delivery.note_number}, commande {delivery.order.number}, {school.name}"
        else:
            where = "par un autre lycée : relisez l’étiquette, ou écrivez au service des commandes"
        gaps.append(f"Le numéro de série {known.number} est déjà reçu ({where}).")
    return gaps


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
            gaps.append(f"{line.label} : {count(quantity, 'livré')} pour {count(line.outstanding_quantity, 'attendu')}.")
    return gaps
