"""What had arrived and counts no more: a delivery typed wrongly, goods that the holder takes back, an acceptance taken back."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from orders.actions.arrived import keep_in_step
from orders.actions.delivery import receive, received_before
from orders.actions.order import locked
from orders.models import CablingWork, Delivery, GoodsReturn, PurchaseOrder, ReturnLine, SerialNumber
from portal.accounts.models import User
from portal.text.dates import figures
from portal.text.french import count
from portal.text.identifiers import compared
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused, option_for, perform

VOIDED = "Réception reprise : à écrire de nouveau si cette réserve tient encore."


@transaction.atomic
def cancel_delivery(*, order: PurchaseOrder, delivery: Delivery, reason: str, actor: User) -> PurchaseOrder:
    """Say that a delivery was typed wrongly: its quantities are awaited again, its serial numbers and its note are free. Returns the fresh order.

    The note stays readable, with the reason. Raises TransitionRefused (cancelled already, accepted meanwhile, its goods returned) and
    PermissionDenied; nothing is written then.
    """
    order = locked(order)
    _refuse_too_late(order, "cancel_delivery", actor)
    delivery = order.deliveries.select_for_update(of=("self",)).get(pk=delivery.pk)
    if delivery.cancelled_at:
        raise TransitionRefused(["Cette livraison est déjà annulée."], wrong_state=True)
    SerialNumber.objects.filter(delivery_line__delivery=delivery).delete()
    delivery.cancelled_at, delivery.cancelled_by, delivery.cancel_reason = timezone.now(), actor if actor.pk else None, reason
    delivery.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    left = any(line.delivered_quantity for line in keep_in_step(order))
    return perform(order, "cancel_delivery" if left else "cancel_only_delivery", actor=actor, reason=reason, delivery=delivery)


@transaction.atomic
def return_goods(
    *,
    order: PurchaseOrder,
    returned_on: date,
    reference: str,
    quantities: Mapping[int, int],
    serial_numbers: Mapping[int, str] | None = None,
    reason: str,
    actor: User,
) -> PurchaseOrder:
    """Write down what the holder takes back; it is awaited again, and can be ordered no more elsewhere before that. Returns the fresh order.

    `quantities` is {line id: quantity returned}, zeros left out; the serial numbers that leave are free again. Raises TransitionRefused
    (more than what is there, a number that is not, a day out of order, a return recorded already) and PermissionDenied; nothing is written then.
    """
    order = locked(order)
    _refuse_too_late(order, "return_goods", actor)
    if compared(reference) in {compared(known) for known in order.returns.standing().values_list("reference", flat=True)}:
        raise TransitionRefused([f"Le retour {reference} est déjà enregistré pour cette commande."], wrong_state=True)
    serials = {line: text.split() for line, text in (serial_numbers or {}).items() if quantities.get(line)}
    if missing := _return_gaps(order, returned_on, quantities) + _not_there(order, serials):
        raise TransitionRefused(missing)
    goods_return = GoodsReturn.objects.create(
        order=order, returned_on=returned_on, reference=reference.strip(), reason=reason, recorded_by=actor if actor.pk else None
    )
    for line_id, quantity in quantities.items():
        if quantity:
            given = serials.get(line_id, [])
            ReturnLine.objects.create(goods_return=goods_return, order_line_id=line_id, quantity=quantity, serial_numbers="\n".join(given))
            SerialNumber.objects.filter(compared__in=[compared(number) for number in given]).delete()
    left = any(line.delivered_quantity for line in keep_in_step(order))
    name = "return_goods" if left else "return_all_goods"
    return perform(order, name, actor=actor, reason=reason, goods_return=goods_return)


@transaction.atomic
def cancel_return(*, order: PurchaseOrder, goods_return: GoodsReturn, reason: str, actor: User) -> PurchaseOrder:
    """Say that a return was typed wrongly: its goods never left, they count as delivered again with their serial numbers. Returns the fresh order.

    The return stays readable, with the reason; its reference is free. An acceptance that it had ended is to be signed anew. Raises
    TransitionRefused (cancelled already, other goods arrived in their place, the order closed without them, a serial number received
    elsewhere since) and PermissionDenied; nothing is written then.
    """
    order = locked(order)
    _refuse_too_late(order, "cancel_return", actor)
    goods_return = order.returns.select_for_update(of=("self",)).get(pk=goods_return.pk)
    if goods_return.cancelled_at:
        raise TransitionRefused(["Ce retour est déjà annulé."], wrong_state=True)
    goods_return.cancelled_at, goods_return.cancelled_by, goods_return.cancel_reason = timezone.now(), actor if actor.pk else None, reason
    goods_return.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    awaited = any(line.outstanding_quantity for line in keep_in_step(order))
    _bring_numbers_back(goods_return, actor)
    return perform(order, "cancel_return" if awaited else "cancel_return_complete", actor=actor, reason=reason, goods_return=goods_return)


def _bring_numbers_back(goods_return: GoodsReturn, actor: User) -> None:
    """The serial numbers that had left are those of the deliveries that brought them, where these stand."""
    for left in goods_return.lines.select_related("order_line"):
        numbers = {compared(number) for number in left.serials}
        brought = left.order_line.delivery_lines.filter(delivery__cancelled_at=None, delivery__recorded_at__lt=goods_return.recorded_at)
        for line in brought.order_by("-delivery__recorded_at"):
            here = [number for number in line.serials if compared(number) in numbers]
            numbers -= {compared(number) for number in here}
            if missing := received_before({line.order_line_id: here}, actor):
                raise TransitionRefused(missing)
            receive(line, here)


def void_reserves(*, document: PurchaseOrder | CablingWork, actor: User | SystemActor) -> None:
    """The acceptance at which they were written is taken back: its reserves stay readable, and none is to lift any more."""
    document.reserves.filter(lifted_at=None).update(lifted_at=timezone.now(), lifted_by=actor if actor.pk else None, lifting_note=VOIDED)
    document.reserves.filter(is_void=False).update(is_void=True)


def _refuse_too_late(order: PurchaseOrder, name: str, actor: User) -> None:
    """The state and the person first: what is said of quantities makes sense to who may change them now."""
    option = option_for(order, actor, name)
    if not option.possible:
        raise TransitionRefused([f"« {option.label} » n’est pas possible : état actuel « {order.get_state_display()} »."], wrong_state=True)


def _return_gaps(order: PurchaseOrder, returned_on: date, quantities: Mapping[int, int]) -> list[str]:
    gaps = []
    first = order.deliveries.standing().order_by("delivered_on").values_list("delivered_on", flat=True).first()
    if returned_on > timezone.localdate():
        gaps.append("La date du retour est dans le futur.")
    if first and returned_on < first:
        gaps.append(f"Le retour ne peut pas précéder la première livraison ({figures(first)}).")
    if not any(quantities.values()):
        gaps.append("Aucune quantité reprise n’est saisie.")
    lines = {line.pk: line for line in order.lines.all()}
    for line_id, quantity in quantities.items():
        line = lines.get(line_id)
        if line is None or quantity < 0:
            gaps.append("Une ligne reprise n’est pas de cette commande.")
        elif quantity > line.delivered_quantity:
            gaps.append(f"{line.label} : {count(quantity, 'repris', 'repris')} pour {count(line.delivered_quantity, 'livré')}.")
    return gaps


def _not_there(order: PurchaseOrder, serials: Mapping[int, list[str]]) -> list[str]:
    """The serial numbers that this line of this order has not received."""
    gaps = []
    for line_id, numbers in serials.items():
        here = SerialNumber.objects.filter(delivery_line__order_line=line_id, delivery_line__delivery__order=order)
        known = set(here.filter(compared__in=[compared(number) for number in numbers]).values_list("compared", flat=True))
        gaps += [f"Le numéro de série {number} n’est pas de cette commande." for number in numbers if compared(number) not in known]
    return gaps
