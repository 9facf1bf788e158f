"""What orders take on the maximum of their lot."""

from decimal import Decimal

from django.db.models import F

from orders.models import Lot
from portal.text.french import euros
from portal.workflow.gate import TransitionRefused


def take_on_lot(*, lot_id: int, amount: Decimal) -> None:
    """Add `amount` (excl. VAT) to what is ordered on a lot, if its maximum allows.

    One conditional UPDATE: of two clerks on the last euros, the second waits for the first, then is refused. The CHECK
    `lot_maximum_respected` stands behind it. Raises TransitionRefused.
    """
    room = Lot.objects.filter(pk=lot_id, ordered_amount__lte=F("maximum_amount") - amount)
    if not room.update(ordered_amount=F("ordered_amount") + amount):
        lot = Lot.objects.get(pk=lot_id)
        raise TransitionRefused([f"Il ne reste que {euros(lot.remaining_amount)} HT sur le lot {lot.number}, il en faut {euros(amount)}."])


def give_back_to_lot(*, lot_id: int, amount: Decimal) -> None:
    """Take off what a cancelled order had taken."""
    Lot.objects.filter(pk=lot_id).update(ordered_amount=F("ordered_amount") - amount)
