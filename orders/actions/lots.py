"""What orders take on the maximum of their lot."""

from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Round

from orders.models import Lot
from portal.text.french import euros
from portal.workflow.gate import TransitionRefused


def take_on_lot(*, lot_id: int, amount: Decimal) -> None:
    """Add `amount` (excl. VAT) to what is ordered on a lot, if its maximum allows.

    One conditional UPDATE: of two clerks on the last euros, the second waits for the first, then is refused. The CHECK
    `lot_maximum_respected` stands behind it. Rounding keeps SQLite, which counts in floating point, exact to the cent: a lot may be
    filled to its last cent. Raises TransitionRefused.
    """
    after = Round(F("ordered_amount") + amount, precision=2)
    if not Lot.objects.filter(pk=lot_id, maximum_amount__gte=after).update(ordered_amount=after):
        lot = Lot.objects.get(pk=lot_id)
        raise TransitionRefused([f"Il ne reste que {euros(lot.remaining_amount)} HT sur le lot {lot.number}, il en faut {euros(amount)}."])


def give_back_to_lot(*, lot_id: int, amount: Decimal) -> None:
    """Take off what an order cancelled or closed early had taken (`amount`, excl. VAT), exact to the cent as `take_on_lot` is.

    Raises TransitionRefused when the lot holds less than that: its total and its orders no longer say the same.
    """
    after = Round(F("ordered_amount") - amount, precision=2)
    if not Lot.objects.annotate(after=after).filter(pk=lot_id, after__gte=0).update(ordered_amount=after):
        lot = Lot.objects.get(pk=lot_id)
        raise TransitionRefused(
            [
                f"Le lot {lot.number} ne porte que {euros(lot.ordered_amount)} HT de commandes, il faudrait en rendre {euros(amount)} : "
                "prévenez l’administration du portail."
            ]
        )
