"""The needs and the amounts asked of a file as what an amount may buy: what is indispensable first, then by priority; money last."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from calls.models import RequestLine
from scoring.allocation.units import PricedLot, UnitsAsked

CENT = Decimal("0.01")


def line_amount(line: RequestLine, quantity: int) -> Decimal:
    """Euros incl. VAT of `quantity` of a need, rounded half up to the cent, as the request itself is."""
    return (quantity * line.unit_price_amount * (100 + line.vat_rate) / 100).quantize(CENT, ROUND_HALF_UP)


def ordered(needs: Iterable[RequestLine]) -> list[RequestLine]:
    """The needs in the order in which an amount that does not cover them all is spent."""
    return sorted(needs, key=lambda need: (not need.is_essential, need.priority, need.position, need.pk))


def priced_lots(needs: Iterable[RequestLine]) -> tuple[PricedLot, ...]:
    """The same needs as figures alone, as an account keeps them."""
    return tuple(PricedLot(need.quantity, Fraction(need.unit_price_amount) * (100 + Fraction(need.vat_rate))) for need in ordered(needs))


def lots_of(needs: Iterable[RequestLine]) -> list[UnitsAsked]:
    """The needs in the order in which an amount that does not cover them all is spent; keys are those of the needs."""
    return [
        UnitsAsked(str(need.pk), need.quantity, lambda units, need=need: int(line_amount(need, units) * 100)) for need in ordered(needs)
    ]
